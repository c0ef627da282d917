"""Draw one line of a table: the mark, the cells, and a character of the scroll bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ui.widgets import text
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import PlacedColumn, total
from tui.ui.widgets.text import Cell, Styled
from tui.ui.widgets.tones import TonedWidget

Row = TypeVar("Row")

MARK: Final = 2
"""Width in terminal cells of the left edge, which shows the cursor and the user's mark."""
MARKED: Final = "✓"
_MOST_KEPT: Final = 256
"""Maximum number of kept strips, more than the rows of two screens."""


class RowPainter(Generic[Row]):
    def __init__(
        self, table: TonedWidget, cells: Callable[[Row], Sequence[Cell]], *, keeps_lines: bool = False
    ) -> None:
        """`keeps_lines`: keep the strips of unchanged rows. Pass False if rows show values of Secrets."""
        self._table, self.cells, self._keeps_lines = table, cells, keeps_lines
        self._made: dict[tuple[bool | Cell, ...], Strip] = {}
        """Kept strips. A key consists of `is_marked`, `bar` and the cells of the row."""

    def forget(self) -> None:
        """Drop all strips, because the columns or styles changed."""
        self._made.clear()

    def header(self, placed: Sequence[PlacedColumn], width: int, sideways: int) -> Strip:
        style = self._table.tone_style("muted")
        titles: list[Cell] = [""] * (max((at.nth for at in placed), default=-1) + 1)
        for at in placed:
            titles[at.nth] = at.column.title
        parts = self._in_columns(titles, placed, lambda _: style, style)
        return self._line("", parts, placed, width, sideways, style, style)

    def line(
        self,
        row: Row,
        placed: Sequence[PlacedColumn],
        width: int,
        sideways: int,
        bar: str,
        *,
        is_marked: bool,
    ) -> Strip:
        cells = self.cells(row)
        if (strip_with_bar := self._made.get((is_marked, bar, *cells))) is not None:
            return strip_with_bar
        plain, style_of = self._table.tone_style(""), self._table.tone_style
        parts = self._in_columns(cells, placed, lambda cell: style_of(text.tone_of(cell)), plain)
        mark, style = (f" {MARKED}", style_of("accent")) if is_marked else ("", plain)
        strip = self._line(mark, parts, placed, width, sideways, plain, style)
        strip_with_bar = Strip.join([strip, self.blank(0, bar)])
        if self._keeps_lines:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            self._made[is_marked, bar, *cells] = strip_with_bar
        return strip_with_bar

    def cursor(
        self,
        row: Row,
        placed: Sequence[PlacedColumn],
        width: int,
        sideways: int,
        bar: str,
        style: Style,
        *,
        is_marked: bool,
    ) -> Strip:
        """Draw the cursor's row in `style`. Cells with the tone "bad" or "warning" keep their color."""

        def style_of(cell: Cell) -> Style:
            own_style = self._table.tone_style(text.tone_of(cell))
            if text.tone_of(cell) in ("bad", "warning"):
                return own_style + Style(bold=True, reverse=style.reverse)
            return style + Style(strike=True) if own_style.strike else style

        parts = self._in_columns(self.cells(row), placed, style_of, style)
        strip = self._line(f"▸{MARKED * is_marked}", parts, placed, width, sideways, style, style)
        return Strip.join([strip, self.blank(0, bar)])

    def blank(self, width: int, bar: str) -> Strip:
        parts = [Segment(" " * width, self._table.tone_style(""))] if width else []
        return Strip([*parts, Segment(bar, self._table.tone_style("muted"))], width + THUMB)

    def _in_columns(
        self,
        cells: Sequence[Cell],
        placed: Sequence[PlacedColumn],
        style_of: Callable[[Cell], Style],
        plain: Style,
    ) -> list[Segment]:
        parts: list[Segment] = []
        end_of_last = 0
        for order, at in enumerate(placed):
            if at.start < end_of_last:
                continue
            cell = cells[at.nth]
            end = at.start + at.width
            if isinstance(cell, Styled) and cell.flows:
                end = _flow(cells, placed, order)
            if at.start > end_of_last:
                parts.append(Segment(" " * (at.start - end_of_last), plain))
            parts += text.fit(cell, end - at.start, style_of(cell), align=at.column.align, cut=at.column.cut)
            end_of_last = end
        return parts

    def _line(
        self,
        mark: str,
        parts: list[Segment],
        placed: Sequence[PlacedColumn],
        width: int,
        sideways: int,
        plain: Style,
        style: Style,
    ) -> Strip:
        body = Strip(parts, total(placed)).crop_extend(sideways, sideways + max(0, width - MARK), plain)
        return Strip.join([Strip([Segment(mark.ljust(MARK), style)], MARK), body])


def _flow(cells: Sequence[Cell], placed: Sequence[PlacedColumn], order: int) -> int:
    end = placed[order].start + placed[order].width
    for at in placed[order + 1 :]:
        if text.text_of(cells[at.nth]):
            break
        end = at.start + at.width
    return end
