"""A scrolling page of text; long lines wrap with an indent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from textual.geometry import Size

from tui.ui.widgets.lines import Line, cells_of, paint, wrapped
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.table.row_painter import THUMB
from tui.ui.widgets.text import Cell


class Page(Scroller):
    """Draws only the lines in sight; scrolls with the same keys as a list."""

    def __init__(self, lines: Iterable[Line] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown = tuple(cells_of(line) for line in lines)
        self._broken: list[Sequence[Cell]] = []

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """The lines that are shown, before wrapping."""
        return self._shown

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines instead; the scroll stays where it is."""
        shown = tuple(cells_of(line) for line in lines)
        if shown != self._shown:
            self._shown = shown
            self.reflow()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines, for a page with automatic height."""
        return self.lay_out(width - THUMB)

    def lay_out(self, width: int) -> int:
        self._broken = list(wrapped(self._shown, width))
        return len(self._broken)

    def draw_line(self, number: int, width: int) -> list[Segment]:
        return paint(self, self._broken[number])
