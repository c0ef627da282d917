"""Foreign text through the one drawing module: literal, printable, stand-ins marked as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tests.widgets.show import HOSTILE, Show, assert_harmless, lines
from tui.model.text.printable import printable
from tui.ui.widgets import text
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled

PLAIN = Style(bold=True)
ANY_TEXT = st.text(st.characters(), max_size=60)


def joined(parts: list[Segment]) -> str:
    return "".join(part.text for part in parts)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_drawn_printable_and_keeps_every_bracket(hostile: str) -> None:
    expected = printable(hostile)
    assert joined(text.segments(hostile, PLAIN)) == expected
    assert expected.isprintable()


def test_a_stand_in_is_marked_and_the_rest_keeps_its_style() -> None:
    before, stand_in, after = text.segments("a\x1bb", PLAIN)
    assert (before.text, stand_in.text, after.text) == ("a", "␛", "b")
    assert before.style == PLAIN == after.style
    assert stand_in.style == PLAIN + text.STAND_IN


@given(
    ANY_TEXT | st.text("a/", max_size=60),
    st.integers(0, 40),
    st.sampled_from(["left", "right"]),
    st.sampled_from(["middle", "end", "path"]),
)
def test_a_fitted_cell_is_exactly_as_wide_as_its_column(shown: str, cells: int, align: str, cut: str) -> None:
    parts = text.fit(shown, cells, PLAIN, align=align, cut=cut)  # type: ignore[arg-type]
    assert sum(cell_len(part.text) for part in parts) == cells
    assert joined(parts).isprintable() or not parts


@pytest.mark.parametrize(
    ("shown", "cells", "cut", "expected"),
    [
        ("orders", 6, "end", "orders"),
        ("orders-db", 6, "end", "order…"),
        ("orders-db", 7, "middle", "ord…-db"),
        ("日本語日本語", 7, "end", "日本語…"),
        ("日本語日本語", 6, "end", "日本 …"),
        ("a\x1b\x1b\x1bb", 4, "middle", "a␛…b"),
        ("…a…b…", 4, "middle", "…a……"),
        ("file /etc/check/db/password", 18, "path", "file …/db/password"),
        ("file /etc/check/db/password", 20, "path", "file …/db/password  "),
        ("file /etc/password-of-the-database", 14, "path", "file …database"),
        ("env A_LONG_NAME", 9, "path", "env A_LO…"),
    ],
)
def test_a_text_is_cut_at_its_end_in_its_middle_or_in_its_path(
    shown: str, cells: int, cut: str, expected: str
) -> None:
    assert joined(text.fit(shown, cells, PLAIN, cut=cut)) == expected  # type: ignore[arg-type]


def test_stand_ins_stay_marked_where_they_are_cut() -> None:
    parts = text.fit("\x1baaaaaaaa\x07", 5, PLAIN, cut="middle")
    marked = [part.text for part in parts if part.style == PLAIN + text.STAND_IN]
    assert joined(parts) == "␛a…a␇" and marked == ["␛", "␇"]


def test_text_that_already_has_stand_ins_is_not_replaced_again() -> None:
    assert text.drawn("\xff\udcff") == "ÿ‹xFF›"
    assert text.drawn(Styled("‹xFF›", is_drawn=True)) == "‹xFF›"
    assert text.drawn(Styled("‹xFF›")) != "‹xFF›", "or a text could pretend"
    assert text.drawn(Styled("\x1b[2J", is_drawn=True)) == "␛[2J", "whoever says so may be wrong"


@given(st.lists(ANY_TEXT, max_size=4), st.integers(1, 30), st.integers(0, 8))
def test_wrapped_lines_fit_and_lose_no_word(shown: list[str], columns: int, indent: int) -> None:
    broken = text.wrap(shown, columns, indent=indent)
    for line in broken:
        # A character of two cells has to stand somewhere, even on a line of one.
        assert sum(map(text.width, line)) <= max(columns, 2)
    kept = "".join(cell.text for line in broken for cell in line)
    assert "".join(kept.split()) == "".join("".join(map(printable, shown)).split())


def test_a_sentence_breaks_at_blanks_and_goes_on_indented() -> None:
    broken = text.wrap(["! ", Styled("managed by ExternalSecret/db", "warning")], 16, indent=2)
    assert ["".join(cell.text for cell in line) for line in broken] == [
        "! managed by ",
        "  ExternalSecret",
        "  /db",
    ]
    assert broken[1][1].style == "warning"


async def test_lines_are_drawn_literally_and_cut_or_wrapped() -> None:
    wrapped, cut = Lines(HOSTILE), Lines(HOSTILE, wrap=False)
    async with Show(wrapped, cut).run_test(size=(14, 80)) as pilot:
        await pilot.pause()
        assert_harmless([wrapped, cut])
        assert wrapped.size.height > cut.size.height == len(HOSTILE)
        assert lines(cut)[1] == "[red]x[/red]  " and lines(cut)[4] == "[@click=app.q…"


def test_forget_empties_the_caches_of_rich() -> None:
    from rich.cells import cached_cell_len

    cell_len("made-up-value")
    Segment("made-up-value日").split_cells(3)
    assert cached_cell_len.cache_info().currsize and Segment._split_cells.cache_info().currsize
    text.forget()
    assert not cached_cell_len.cache_info().currsize
    assert not Segment._split_cells.cache_info().currsize


def test_words_kept_together_are_not_parted_if_they_fit_on_a_line() -> None:
    pairs = Styled("namespace web", is_whole=True), "   ", Styled("as admin", is_whole=True)
    told = ["".join(part.text for part in line) for line in text.wrap(["In   ", *pairs], 21, indent=2)]
    assert [line.rstrip() for line in told] == ["In   namespace web", "  as admin"]
    narrow = ["".join(part.text for part in line) for line in text.wrap(pairs, 6)]
    assert [line.strip() for line in narrow] == ["namesp", "ace", "web", "as", "admin"]
