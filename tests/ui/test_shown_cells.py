"""A terminal that gets only the changed cells shows the same as one that gets all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.ui.textual_fixes.shown_cells import ShownCells

WIDTH, HEIGHT = 40, 3
STYLES: Final = (
    None,
    Style(color="red", bgcolor="black"),
    Style(color="blue", bgcolor="black", bold=True),
    Style(bgcolor="white", underline=True),
    Style(color="red", bgcolor="black", reverse=True),
    Style(color="#6c9cff", bgcolor="#15181d", italic=True),
    Style(color="#6c9cff", bgcolor="black", bold=True, strike=True),
    Style(color="default", bgcolor="default", bold=True),
    Style(color="bright_red"),
)
# Only at the end of a row: what stands behind them has no place that all terminals agree on.
MARKED: Final = ("", "", "漢字", "e\u0301", "漢e\u0301")

segments = st.builds(
    lambda text, style: Segment(text, style),
    st.sampled_from(["a", "b", " ", "ab  c", "│", "   ", "a          b"]),
    st.sampled_from(STYLES),
)


@st.composite
def strips(draw: Any) -> Strip:
    words = draw(st.lists(segments, max_size=10))
    strip = Strip(words).extend_cell_length(WIDTH - 4, STYLES[1]).crop(0, WIDTH - 4)
    end = Segment(draw(st.sampled_from(MARKED)), STYLES[1])
    return Strip.join([strip, Strip([end])]).extend_cell_length(WIDTH, STYLES[2])


frames = st.lists(st.lists(strips(), min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=4)


def layout(rows: Sequence[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[row] for row in rows], Region(0, 0, WIDTH, HEIGHT))


def whole(rows: Sequence[Strip], colors: ColorSystem) -> str:
    """All cells, each text with its whole style."""
    sent = []
    for y, row in enumerate(rows, start=1):
        sent.append(f"\x1b[{y};1H")
        sent += [f"\x1b[0;{Strip.render_ansi(style or Style(), colors)}m{text}" for text, style, _ in row]
    return "".join([*sent, "\x1b[0m"])


def seen(screen: pyte.Screen) -> list[list[Any]]:
    """Letter and style of each cell. The color of letters is not seen in a blank without a line."""
    rows = [[screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]
    return [[_as_seen(cell) for cell in row] for row in rows]


def _as_seen(cell: Any) -> Any:
    has_letter = cell.data != " " or cell.underscore or cell.reverse or cell.strikethrough
    return cell if has_letter else cell._replace(fg="", bold=False, italics=False)


@pytest.mark.slow
@pytest.mark.parametrize("colors", [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR])
@given(painted=frames, data=st.data())
def test_the_screen_is_the_same(colors: ColorSystem, painted: list[list[Strip]], data: st.DataObject) -> None:
    every, some = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    shown = ShownCells(colors)
    for rows in painted:
        pyte.Stream(every).feed(whole(rows, colors))
        cut = data.draw(st.sampled_from([0, 7]))
        chops = [{x: row.crop(x, end) for x, end in ((0, cut), (cut, WIDTH)) if x < end} for row in rows]
        parts = ChopsUpdate(
            chops, [(y, 0, WIDTH) for y in range(HEIGHT)], [[cut, WIDTH] if cut else [WIDTH]] * HEIGHT
        )
        pyte.Stream(some).feed(shown.changes(parts if data.draw(st.booleans()) else layout(rows)))
        assert seen(some) == seen(every)


def test_nothing_is_sent_twice_and_of_a_changed_word_only_itself() -> None:
    shown = ShownCells(ColorSystem.TRUECOLOR)
    rows = [Strip([Segment("name".ljust(20), STYLES[1]), Segment("old".ljust(20), STYLES[1])])] * HEIGHT
    shown.changes(layout(rows))
    assert shown.changes(layout(rows)) == ""
    rows[1] = Strip([Segment("name".ljust(20), STYLES[1]), Segment("new".ljust(20), STYLES[1])])
    assert shown.changes(layout(rows)) == "\x1b[31;40m\x1b[2;21Hnew\x1b[0m"


def test_of_a_style_only_what_differs_is_sent_and_it_once_a_frame() -> None:
    red, bold = Style(color="red", bgcolor="black"), Style(color="blue", bgcolor="black", bold=True)
    rows = [Strip([Segment("a ", bold), Segment("b " * 4, red), Segment("c", bold)])] * 2
    assert ShownCells(ColorSystem.TRUECOLOR).changes(layout(rows)) == (
        "\x1b[31;40m\x1b[1;3Hb b b b \x1b[2;3Hb b b b \x1b[1;34m\x1b[1Ha \x1b[11Gc\x1b[2Ha \x1b[11Gc\x1b[0m"
    )


@pytest.mark.parametrize(
    ("styles", "sent"),
    [
        (["bold", "dim"], "\x1b[1m\x1b[1Ha\x1b[22;2mb"),
        (["bold", "bold dim"], "\x1b[1m\x1b[1Ha\x1b[2mb"),
        (["bold dim red", "dim blue"], "\x1b[1;2;31m\x1b[1Ha\x1b[22;2;34mb"),
        (["reverse red", "blue"], "\x1b[7;31m\x1b[1Ha\x1b[27;34mb"),
        (["red on blue", "default on blue"], "\x1b[31;44m\x1b[1Ha\x1b[39mb"),
        (["red on blue", "default on default"], "\x1b[31;44m\x1b[1Ha\x1b[0mb"),
    ],
)
def test_an_attribute_ends_without_the_others(styles: list[str], sent: str) -> None:
    row = Strip([Segment(char, Style.parse(style)) for char, style in zip("ab", styles, strict=True)])
    assert ShownCells(ColorSystem.TRUECOLOR).changes(layout([row])).removesuffix("\x1b[0m") == sent


def test_neighbors_of_two_widgets_need_no_address_between_them() -> None:
    parts = {0: Strip([Segment("left", STYLES[1])]), 4: Strip([Segment("right", STYLES[1])])}
    update = ChopsUpdate([parts], [(0, 0, 9)], [[4, 9]])
    assert ShownCells(ColorSystem.TRUECOLOR).changes(update) == "\x1b[31;40m\x1b[1Hleftright\x1b[0m"


def test_all_is_sent_again_after_somebody_else_wrote_to_the_terminal() -> None:
    shown = ShownCells(ColorSystem.TRUECOLOR)
    rows = [Strip([Segment("name".ljust(WIDTH), STYLES[1])])] * HEIGHT
    first = shown.changes(layout(rows))
    shown.forget()
    assert shown.changes(layout(rows)) == first


def test_a_character_without_a_cell_is_sent_with_its_row_and_fails_nothing() -> None:
    """A row of ASCII can be narrower than it is long."""
    shown = ShownCells(ColorSystem.TRUECOLOR)
    rows = [Strip([Segment("name".ljust(WIDTH), STYLES[1])])] * HEIGHT
    shown.changes(layout(rows))
    rows[1] = Strip([Segment("n\x1bame".ljust(WIDTH + 1), STYLES[1])])
    assert "ame" in shown.changes(layout(rows))
    rows[1] = rows[0]
    assert "name" in shown.changes(layout(rows))
