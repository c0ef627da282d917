"""Draw one line of a table: mark, cells, scroll thumb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ui.widgets import text
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import Placed, total
from tui.ui.widgets.text import Cell, Styled
from tui.ui.widgets.tones import Toned

Row = TypeVar("Row")

MARK: Final = 2
"""Cells at the left edge, for the cursor's mark and a person's."""
MARKED: Final = "✓"
"""Sign of a row that a person marked, beside the cursor's."""
_MOST_KEPT: Final = 256
"""Number of painted rows that are kept: more than two screens."""


class RowPainter(Generic[Row]):
    """Painter of the lines of a table."""

    def __init__(
        self, table: Toned, cells: Callable[[Row], Sequence[Cell]], *, keeps_lines: bool = False
    ) -> None:
        """Build the painter. `keeps_lines`: keep the strips of unchanged rows; not for rows with values."""
        self._table, self.cells, self._keeps_lines = table, cells, keeps_lines
        self._made: dict[tuple[bool | Cell, ...], Strip] = {}
        """Strips by mark, right edge and cells."""

    def forget(self) -> None:
        """Paint all again: the columns or styles changed."""
        self._made.clear()

    def header(self, placed: Sequence[Placed], width: int, sideways: int) -> Strip:
        """The titles of the columns."""
        style = self._table.tone_style("muted")
        titles: list[Cell] = [""] * (max((at.nth for at in placed), default=-1) + 1)
        for at in placed:
            titles[at.nth] = at.column.title
        parts = self._in_columns(titles, placed, lambda _: style, style)
        return self._line("", parts, placed, width, sideways, style, style)

    def line(
        self, row: Row, placed: Sequence[Placed], width: int, sideways: int, bar: str, *, is_marked: bool
    ) -> Strip:
        """Draw a row with its right edge."""
        cells = self.cells(row)
        if (made := self._made.get((is_marked, bar, *cells))) is not None:
            return made
        plain, style_of = self._table.tone_style(""), self._table.tone_style
        parts = self._in_columns(cells, placed, lambda cell: style_of(text.tone_of(cell)), plain)
        mark, style = (f" {MARKED}", style_of("accent")) if is_marked else ("", plain)
        strip = self._line(mark, parts, placed, width, sideways, plain, style)
        made = Strip.join([strip, self.blank(0, bar)])
        if self._keeps_lines:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            self._made[is_marked, bar, *cells] = made
        return made

    def cursor(
        self,
        row: Row,
        placed: Sequence[Placed],
        width: int,
        sideways: int,
        bar: str,
        style: Style,
        *,
        is_marked: bool,
    ) -> Strip:
        """Paint the row under the cursor: in the cursor's style, except for bad texts and warnings."""

        def style_of(cell: Cell) -> Style:
            own = self._table.tone_style(text.tone_of(cell))
            if text.tone_of(cell) in ("bad", "warning"):
                return own + Style(bold=True, reverse=style.reverse)
            return style + Style(strike=True) if own.strike else style

        parts = self._in_columns(self.cells(row), placed, style_of, style)
        strip = self._line(f"▸{MARKED * is_marked}", parts, placed, width, sideways, style, style)
        return Strip.join([strip, self.blank(0, bar)])

    def blank(self, width: int, bar: str) -> Strip:
        """Blanks up to the right edge, and the edge."""
        parts = [Segment(" " * width, self._table.tone_style(""))] if width else []
        return Strip([*parts, Segment(bar, self._table.tone_style("muted"))], width + THUMB)

    def _in_columns(
        self,
        cells: Sequence[Cell],
        placed: Sequence[Placed],
        style_of: Callable[[Cell], Style],
        plain: Style,
    ) -> list[Segment]:
        parts: list[Segment] = []
        done = 0
        for order, at in enumerate(placed):
            if at.start < done:
                continue
            cell = cells[at.nth]
            end = at.start + at.width
            if isinstance(cell, Styled) and cell.flows:
                end = _flow(cells, placed, order)
            if at.start > done:
                parts.append(Segment(" " * (at.start - done), plain))
            parts += text.fit(cell, end - at.start, style_of(cell), align=at.column.align, cut=at.column.cut)
            done = end
        return parts

    def _line(
        self,
        mark: str,
        parts: list[Segment],
        placed: Sequence[Placed],
        width: int,
        sideways: int,
        plain: Style,
        style: Style,
    ) -> Strip:
        body = Strip(parts, total(placed)).crop_extend(sideways, sideways + max(0, width - MARK), plain)
        return Strip.join([Strip([Segment(mark.ljust(MARK), style)], MARK), body])


def _flow(cells: Sequence[Cell], placed: Sequence[Placed], order: int) -> int:
    """The end of a cell that may extend over empty ones."""
    end = placed[order].start + placed[order].width
    for at in placed[order + 1 :]:
        if text.text_of(cells[at.nth]):
            break
        end = at.start + at.width
    return end
