"""The timeline of certificates: bars below dates, names of any length, and expired certificates."""

from __future__ import annotations

import pytest

from tui.model.health.evidence import FirstExpiry
from tui.model.secret.formats.validity import NEVER_ENDS, Validity
from tui.model.secret.secret import SecretRef
from tui.ui.health.timeline import timeline
from tui.ui.widgets.lines import cells_of
from tui.ui.widgets.text import text_of, tone_of, width

DAY = 86_400
NOW = 1_000 * DAY


def first(name: str, days: float, *, key: str = "tls.crt", life: float = 400) -> FirstExpiry:
    end = NOW + days * DAY
    return FirstExpiry(SecretRef("web", name), key, Validity(end - life * DAY, end))


def drawn(columns: int, *firsts: FirstExpiry, is_everywhere: bool = False) -> list[str]:
    lines = timeline(firsts, NOW, columns, is_everywhere=is_everywhere)
    return ["".join(map(text_of, cells_of(line))) for line in lines]


def bar(line: str) -> int:
    """Length of the heavy part of a bar."""
    return line.count("━")


def test_a_bar_ends_below_the_date_that_its_certificate_reaches() -> None:
    axis, *lines = drawn(116, first("a", 30), first("b", 90), first("c", 365))
    assert [axis.index(name) for name in ("30d", "90d")] == [
        line.index("─") if "─" in line else -1 for line in lines[:2]
    ]
    assert "─" not in lines[2] and axis.rstrip().endswith("1y")


def test_an_expired_certificate_has_no_bar_and_a_late_one_no_empty_part() -> None:
    _, ended, late = drawn(80, first("a", -30), first("b", 4_000))
    assert ended.startswith("  X a") and bar(ended) == 0 and "expired 30" in ended
    assert "─" not in late


def test_a_certificate_without_an_end_never_ends() -> None:
    _, line = drawn(80, FirstExpiry(SecretRef("web", "a"), "tls.crt", Validity(NOW, NEVER_ENDS)))
    assert line.endswith("  never ends") and "─" not in line


def test_signs_and_tones_mark_expired_and_expiring_certificates() -> None:
    lines = list(timeline([first("a", -1), first("b", 6), first("c", 200)], NOW, 80, is_everywhere=False))[1:]
    assert [tone_of(cells_of(line)[-1]) for line in lines] == ["bad", "warning", ""]
    assert [text_of(cells_of(line)[1]).strip() for line in lines] == ["X", "!", ""]


@pytest.mark.parametrize("columns", [38, 60, 76, 116, 196])
def test_no_line_is_wider_than_its_pane_and_all_bars_begin_at_one_column(columns: int) -> None:
    firsts = [first("short", 6, key="ca.crt"), first("x" * 253, 60), first("名前" * 40, 90)]
    lines = drawn(columns, *firsts, is_everywhere=True)
    assert max(map(width, lines)) <= columns
    assert len({width(line.partition("━")[0]) for line in lines if "━" in line}) <= 1
    assert "expires in 6" in lines[-3] and "ca.crt" in lines[-3]


def test_a_key_of_another_name_is_named() -> None:
    assert "ca.crt expires in" in drawn(80, first("a", 6, key="ca.crt"))[1]
    assert "tls.crt" not in drawn(80, first("a", 6))[1]
