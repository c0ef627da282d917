"""Lines about readers: names of pods are whole at every width if there are enough lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.pods import pod
from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import Reader
from tui.model.text.printable import width as cells
from tui.ui.widgets.lines import Line, cells_of
from tui.ui.widgets.lists.reader_lines import reader_lines
from tui.ui.widgets.text import text_of

PLENTY = 60


def mount(target: int, container: int = 1) -> PodUse:
    return PodUse(
        secret="shop",
        way="volume",
        key="key",
        container="c" * container,
        container_kind="container",
        target="/" + "t" * target,
        is_read_only=True,
        is_mounted=True,
    )


def reader(name: int, target: int, container: int) -> Reader:
    use = mount(target, container)
    return Reader(pod("p" * name, use, namespace="web"), use)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text_of(cell) for cell in cells_of(line)) for line in lines]


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 66), st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=6)
)
def test_pod_names_are_whole_from_the_narrowest_pane_on_if_there_are_enough_lines(
    sizes: list[tuple[int, int, int]],
) -> None:
    readers = [reader(*size) for size in sizes]
    for width in range(68, 240):
        drawn = texts(reader_lines(readers, PLENTY, width, "p shows them all"))
        for name, target, _ in sizes:
            assert any(f"  {'p' * name}" in line and "…" not in line for line in drawn), (width, drawn)
            assert any(f"file /{'t' * target}" in line for line in drawn), (width, drawn)
        assert all(cells(line) <= width for line in drawn), (width, drawn)


def test_uses_that_are_left_out_are_counted() -> None:
    drawn = texts(reader_lines([reader(5, at, 5) for at in range(9)], 6, 120, "p shows them all"))
    assert len(drawn) == 6 and drawn[-1] == "  and 4 more uses (p shows them all)"


def test_the_pods_of_a_workload_have_one_line_for_each_way() -> None:
    env = PodUse(secret="shop", way="env", key="key", container="c", container_kind="container", target="PW")
    file = mount(4)
    owned = [replace(pod(f"api-{at}", env), controller=("Deployment", "api")) for at in "abc"]
    readers = [Reader(info, use) for info in owned for use in (env, file)]
    words = {"api-a": "old value?", "api-b": "old value?", "api-c": "new value"}
    drawn = texts(
        reader_lines(readers, PLENTY, 90, "p", lambda reader: words[reader.info.name] * (reader.use is env))
    )
    assert drawn[0].split() == ["WORKLOAD", "HOW", "NOW", "A", "CHANGE"]
    assert drawn[1].split() == ["api", "3", "env", "PW", "2", "old?", "1", "new", "at", "restart"]
    assert drawn[2].split() == [
        "file",
        "/tttt",
        "within",
        "2",
        "min;",
        *["the", "app", "may", "need", "a", "reload"],
    ]
    assert len(drawn) == 3


def test_two_workloads_of_one_name_are_told_apart_by_their_kinds() -> None:
    use = mount(4)
    kinds = ("Deployment", "StatefulSet")
    readers = [Reader(replace(pod(f"{kind}-a", use), controller=(kind, "api")), use) for kind in kinds]
    drawn = texts(reader_lines(readers, PLENTY, 90, "p"))
    assert [line.split()[0] for line in drawn[1:]] == ["Deployment/api", "StatefulSet/api"]


def test_several_uses_of_one_pod_show_its_name_once_if_names_have_their_own_line() -> None:
    readers = [reader(50, 20, 5), reader(50, 25, 5), reader(51, 20, 5), reader(51, 25, 5), reader(51, 26, 5)]
    drawn = texts(reader_lines(readers, 9, 68, "p shows them all"))
    assert [line.split()[0][0] for line in drawn] == ["H", "p", "f", "f", "p", "f", "f", "f"]


def test_the_use_of_an_init_container_is_marked_before_when_it_sees_a_change() -> None:
    use = PodUse(
        secret="shop", way="env", key="key", container="migrate", container_kind="init", target="DB_PASSWORD"
    )
    _, drawn = texts(reader_lines([Reader(pod("p", use), use)], PLENTY, 60, "p shows them all"))
    assert drawn.split() == ["p", "env", "DB_PASSWORD", "(init)", "at", "restart"]
