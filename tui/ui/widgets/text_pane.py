"""Pane with a title and a text."""

from __future__ import annotations

from collections.abc import Iterable

from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import Page
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.text import Cell


class TextPane(Pane):
    """Pane whose top line counts the lines out of sight, and names the key that scrolls to them."""

    def __init__(self, *, id: str, page_id: str | None = None) -> None:  # noqa: A002
        self._page = Page(id=page_id)
        self._named: tuple[Cell, Cell] = ("", "")
        super().__init__(self._page, id=id)

    def on_mount(self) -> None:
        self.watch(self._page, "out_of_sight", self._draw_title)

    def show(self, title: Cell, right: Cell, lines: Iterable[Line]) -> None:
        self._named = title, right
        self._page.show(lines)
        self._draw_title()

    def needed(self, columns: int) -> int:
        """Number of lines that the text needs in a pane `columns` cells wide."""
        return len(self._page.broken_at(columns - self.gutter.width - self._page.gutter.width - THUMB))

    def give(self, lines: int | str) -> None:
        """Set the height of the text in lines; "1fr" fills the pane."""
        self._page.styles.height = lines

    def _draw_title(self) -> None:
        title, right = self._named
        hidden_lines = sum(self._page.out_of_sight)
        self.head(title, [right, f"{hidden_lines} more, tab scrolls"] if hidden_lines else right)
