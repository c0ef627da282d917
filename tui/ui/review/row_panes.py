"""Screen with a table, and a page about the row under the cursor (beside the table from 120 columns up)."""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Container

from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.bars.frame import Pane, class_at
from tui.ui.widgets.page import LinesBelow, Page
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table_with_page import TableWithPage

Row = TypeVar("Row")

_TEXT_SHARE: Final = 44
"""Percent of the screen's width for the page. styles/screens.tcss has the same number."""
_AROUND: Final = 4
"""Width in cells of the pane's frame, scroll bar and one space together."""


class RowPanesScreen(RowsScreen[Row]):
    """Screen with a page beside the table; in a terminal under 120 columns, the page is below the table."""

    def __init__(self, shared: ScreenContext, table: TableWithPage[Row]) -> None:
        super().__init__(shared, table)
        self._table, self._page_below = table, table.page
        self._text = Page(id="row-text")
        self._text_pane = Pane(self._text, LinesBelow(self._text), id="row-pane")

    def title_of_row(self, row: Row) -> tuple[str, str]:
        raise NotImplementedError

    @property
    def text_width(self) -> int:
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
