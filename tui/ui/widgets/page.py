"""A scrolling page of text with wrapped lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest
from typing import Final

from rich.segment import Segment
from textual.geometry import Size

from tui.ui.widgets.lines import Line, Lines, cells_of, paint, wrapped
from tui.ui.widgets.scroller import THUMB, Scroller
from tui.ui.widgets.text import Cell, Styled
from tui.ui.widgets.text import width as width_of

_GAP: Final = 3


class Page(Scroller):
    """Page of text that draws only the lines in sight."""

    def __init__(self, lines: Iterable[Line] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown = tuple(cells_of(line) for line in lines)
        self._broken: list[Sequence[Cell]] = []

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """Lines of the page before they are wrapped."""
        return self._shown

    def show(self, lines: Iterable[Line]) -> None:
        """Show other lines at the same scroll position."""
        shown = tuple(cells_of(line) for line in lines)
        if shown != self._shown:
            self._shown = shown
            self.reflow()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the lines after wrapping, but do not lay them out. `width` includes the scroll bar."""
        return len(self.broken_at(width - THUMB))

    def broken_at(self, width: int) -> list[Sequence[Cell]]:
        return list(wrapped(self._shown, width))

    def lay_out(self, width: int) -> int:
        self._broken = self.broken_at(width)
        return len(self._broken)

    def draw_line(self, number: int, width: int) -> list[Segment]:
        return paint(self, self._broken[number])


class ColumnPage(Page):
    """Page that lays out blocks of lines in as many columns as fit.

    A blank line ends a block.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._least, self._below, self._is_dense = 1, tuple[tuple[Cell, ...], ...](), False

    def show_columns(
        self, lines: Iterable[Line], least: int, below: Iterable[Line] = (), *, is_dense: bool = False
    ) -> None:
        """Show blocks of lines in columns that are at least `least` terminal cells wide.

        `below`: lines below the columns. `is_dense`: leave out the blank lines between the blocks and
        above `below`.
        """
        self._least, self._below = least, tuple(cells_of(line) for line in below)
        self._is_dense = is_dense
        self._shown = ()  # equal lines must be laid out again, because the columns may have changed
        self.show(lines)

    def broken_at(self, width: int) -> list[Sequence[Cell]]:
        count = max(1, (width + _GAP) // (self._least + _GAP))
        wide = (width + _GAP) // count - _GAP
        blocks = [list(wrapped(lines, wide)) for is_block, lines in groupby(self._shown, bool) if is_block]
        between: Column = [] if self._is_dense else [()]
        columns = _columns(blocks, count, between)
        rows = [_side_by_side(row, wide) for row in zip_longest(*columns, fillvalue=())]
        return [*rows, *(between if self._below else []), *wrapped(self._below, width)]


Column = list[Sequence[Cell]]


def _columns(blocks: Sequence[Column], count: int, between: Column) -> list[Column]:
    """Share the blocks, in their order, among at most `count` columns of about the same height."""
    height = max(map(len, blocks), default=0)
    while len(columns := _filled(blocks, height, between)) > count:
        height += 1
    return columns


def _filled(blocks: Sequence[Column], height: int, between: Column) -> list[Column]:
    """Fill columns of at most `height` lines. Only a column with a single block may be higher."""
    columns: list[Column] = []
    for block in blocks:
        if columns and len(columns[-1]) + len(between) + len(block) <= height:
            columns[-1] += [*between, *block]
        else:
            columns.append([*block])
    return columns


def _side_by_side(row: Sequence[Sequence[Cell]], wide: int) -> Sequence[Cell]:
    cells: list[Cell] = []
    for number, line in enumerate(row):
        cells += line
        if number < len(row) - 1:
            cells.append(" " * (wide + _GAP - sum(map(width_of, line))))
    return cells


class LinesBelow(Lines):
    """Line that says how many lines of a page are out of sight."""

    def __init__(self, page: Scroller, *, is_beside: bool = False) -> None:
        """Create the line. `is_beside`: a table beside the page can have the focus.

        With `is_beside`, the line names the tab key instead of the up and down keys while the page does not
        have the focus.
        """
        super().__init__()
        self._page, self._is_beside = page, is_beside

    def on_mount(self) -> None:
        self.watch(self._page, "out_of_sight", self._draw)
        self.watch(self._page, "has_focus", self._draw, init=False)

    def _draw(self) -> None:
        above, below = self._page.out_of_sight
        if (words := more_words(above, below)) and self._is_beside and not self._page.has_focus:
            words = f"{above + below} more {_lines(above + below)} (tab scrolls)"
        self.show([Styled(f"  … {words}", "accent") if words else ""])


def more_words(above: int, below: int) -> str:
    """Return the text about lines out of sight, e.g. "3 above, 8 below (up, down scroll)"."""
    if above and below:
        return f"{above} above, {below} below (up, down scroll)"
    if above:
        return f"{above} {_lines(above)} above (up scrolls)"
    return f"{below} more {_lines(below)} (down scrolls)" if below else ""


def _lines(count: int) -> str:
    return "line" if count == 1 else "lines"
