"""A table with a page of text below or beside it. The keys that move the cursor also scroll the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.model.text.printable import lowered
from tui.ui.widgets.bars.frame import show_place
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.table.table import Row, VirtualTable
from tui.ui.widgets.text import text_of


class TableWithPage(VirtualTable[Row]):
    """Table that scrolls the page when a key cannot move the cursor further.

    The focus stays in the table, so that commands on the row under the cursor still work.
    """

    page: Scroller | None = None
    sought = ""

    @property
    def has_text(self) -> bool:
        return self.line_count > 0

    @property
    def line_count(self) -> int:
        return len(self.rows) + (self.page.line_count if self.page is not None else 0)

    @property
    def found_at(self) -> range:
        """Range with the number of the page's marked line. If no line is marked, return `own_rows()`.

        The lines of the page are numbered after the rows.
        """
        if self.page is None or self.page.found is None:
            return self.own_rows()
        number = len(self.rows) + self.page.found
        return range(number, number + 1)

    def places(self, words: str) -> Sequence[int]:
        """Numbers of the matching rows and lines; the lines of the page are numbered after the rows."""
        wanted, count = lowered(words), len(self.rows)
        rows = [number for number, row in enumerate(self.rows) if wanted in lowered(self.text_of_row(row))]
        return [*rows, *(count + line for line in (self.page.places(words) if self.page is not None else ()))]

    def bookmark(self) -> Callable[[], None]:
        """Return a function that restores the cursor's row and the page's scroll position."""
        key, page = self.cursor_key, self.page.bookmark() if self.page is not None else None

        def go_back() -> None:
            show_place(self, "")
            if key is not None:
                self.move_to(key)
            if page is not None:
                page()

        return go_back

    def text_of_row(self, row: Row) -> str:
        """Text of the row as drawn, so it contains no masked value."""
        return " ".join(map(text_of, self._painter.cells(row)))

    def show_found(self, number: int, place: str) -> None:
        """Move the cursor to a matching row, or mark a matching line of the page."""
        show_place(self, place)
        if number >= len(self.rows):
            if self.page is not None:
                self.page.show_found(number - len(self.rows), place)
            return
        if self.page is not None:
            self.page.forget_found()
        while number and not self.move_to(self.key_of(self.rows[number])):
            number -= 1

    def action_move(self, rows: int) -> None:
        if self._reads_on(rows):
            return
        before = self.cursor_key, self.scroll_offset.y
        super().action_move(rows)
        self._go_on(before, rows, lambda page: page.action_scroll_by(rows))

    def action_page(self, pages: float) -> None:
        rows = round(self.body_height * pages)
        if self._reads_on(rows):
            return
        before = self.cursor_key, self.scroll_offset.y
        if self.HAS_HEADINGS:
            super().action_page(pages)
        else:
            self._page_in_steps(rows)
        self._go_on(before, rows, lambda page: page.action_scroll_pages(pages))

    def action_jump(self, where: str) -> None:
        before = self.cursor_key, self.scroll_offset.y
        super().action_jump(where)
        rows = len(self.rows) * (1 if where == "last" else -1)
        self._go_on(before, rows, lambda page: page.action_scroll_edge(where))

    def _page_in_steps(self, rows: int) -> None:
        """Go at most one page down (`rows` > 0) or up, in steps of one row.

        Each step calls `_reads_on`. If nothing scrolled, the step moves the cursor.
        """
        start, step = self.scroll_offset.y, 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            if self._reads_on(step):
                continue
            key, offset = self.cursor_key, self.scroll_offset.y
            super().action_move(step)
            if abs(self.scroll_offset.y - start) > self.body_height and key is not None:
                self.move_to(key)
                self.scroll_to(y=offset, animate=False)
                return

    def _reads_on(self, rows: int) -> bool:
        """Scroll down (`rows` > 0) or up, if lines of the cursor's row are out of sight in that direction.

        Return True after a scroll. Return False if nothing scrolled, so that the cursor may move.
        """
        if not self.HAS_HEADINGS and (own := self.own_rows()):
            offset, body = self.scroll_offset.y, self.body_height
            if rows > 0 and own[-1] >= offset + body > own[0]:
                self.scroll_to(y=min(offset + rows, own[-1] - body + 1), animate=False)
                return True
            if rows < 0 and own[0] < offset:
                self.scroll_to(y=max(offset + rows, own[0]), animate=False)
                return True
        return False

    def _go_on(self, before: tuple[str | None, int], rows: int, move: Callable[[Scroller], None]) -> None:
        key, offset = before
        if self.cursor_key != key:
            return
        # The table may have scrolled to show the cursor, so scroll from the offset before the move.
        self.scroll_to(y=offset + rows, animate=False)
        if self.scroll_offset.y == offset and self.page is not None:
            move(self.page)
