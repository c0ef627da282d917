"""Rows, and from 120 columns the page of the row under the cursor in a pane beside them."""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Container

from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.bars.frame import Pane, class_at
from tui.ui.widgets.page import MoreBelow, Page
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table_with_page import TableWithPage

Row = TypeVar("Row")

_TEXT_SHARE: Final = 44
"""Percent of the columns for the page beside the rows; styles/screens.tcss has it too."""
_AROUND: Final = 4
"""Cells of frame, scroll bar and a blank."""


class RowPanesScreen(RowsScreen[Row]):
    """Screen with its page beside the rows; in a narrower terminal below them."""

    def __init__(self, shared: ScreenContext, table: TableWithPage[Row]) -> None:
        super().__init__(shared, table)
        self._table, self._page_below = table, table.page
        self._text = Page(id="row-text")
        self._text_pane = Pane(self._text, MoreBelow(self._text), id="row-pane")

    def title_of_row(self, row: Row) -> tuple[str, str]:
        """The title of its page, and what stands at the right of that."""
        raise NotImplementedError

    @property
    def text_width(self) -> int:
        """Cells that a line of the page has."""
        width = self.app.size.width
        return width * _TEXT_SHARE // 100 - _AROUND if class_at(width) == "-full" else width - _AROUND

    def compose_body(self) -> ComposeResult:
        yield Container(self.pane, self._text_pane, classes="parts")

    def place_page(self, page: RowPage) -> None:
        is_beside = self.has_class("-full")
        self._text_pane.display = is_beside
        self._table.page = self._text if is_beside else self._page_below
        if not is_beside:
            self.pane.show_page(replace(page, text=[(), *page.text]))
            return
        self._text.show(page.text)
        self._text_pane.head(*(self.title_of_row(self.row) if self.row is not None else ("", "")))
        self.pane.show_page(RowPage((), page.blocks, lead=0, head=page.head))
