"""Base of screens with a table of rows and a page about the row under the cursor."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult

from tui.model.secret.secret import SecretRef
from tui.session.session import Topic
from tui.ui.base.job import run_job
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lists.picker import FilteredPane
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled

Row = TypeVar("Row")


class RowsScreen(TuiScreen[None], Generic[Row]):
    """Screen of rows, each with a page.

    A change of one of `TOPICS` or of the filter redraws the screen.
    """

    TOPICS: ClassVar[frozenset[Topic]] = frozenset()

    def __init__(self, shared: ScreenContext, table: VirtualTable[Row], placeholder: str = "") -> None:
        """`placeholder`: hint in the empty filter field; "" for a screen that offers no filter."""
        super().__init__(shared)
        self.table = table
        self.pane = FilteredPane(
            table, changed=self.draw, placeholder=placeholder, lines_id="pods-about", id="rows"
        )
        self.marks: dict[str, bool] = {}
        """Marks by row key: True if the user marked the row, False if the user unmarked it."""

    def rows(self) -> Sequence[Row]:
        """Rows to show, already filtered."""
        raise NotImplementedError

    def head(self) -> tuple[str, Cell | Sequence[Cell]]:
        """Title, and cells at its right, such as progress."""
        raise NotImplementedError

    def page(self, row: Row | None) -> RowPage | None:
        """Page about the row under the cursor; None to keep the page that is shown."""
        raise NotImplementedError

    def open_row(self, row: Row) -> object:
        """Open a row that the user chose.

        If this returns a coroutine, the coroutine is run like a command.
        """
        raise NotImplementedError

    def note(self) -> Note | None:
        """Note in place of rows; None to show the rows."""
        return None

    def first_key(self) -> str:
        """Key of the row where the cursor starts; "" for the first row."""
        return ""

    def starts_marked(self, row: Row) -> bool | None:
        """True if the row is marked at first, False if not; None if it cannot be marked."""
        return None

    @property
    def row(self) -> Row | None:
        return self.table.cursor_row_value

    @property
    def subject(self) -> SecretRef | None:
        return None

    @property
    def target(self) -> object:
        return self.table.cursor_key

    def compose_body(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.table.focus()
        self.draw()
        self.table.move_to(self.first_key())

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & self.TOPICS:
            self.draw()

    def on_resize(self) -> None:
        """Draw the page again, because its lines depend on the width."""
        if is_staying(self):
            self.show_page()

    def draw(self) -> None:
        self.table.show(self.rows())
        self.draw_around()

    def draw_around(self) -> None:
        title, right = self.head()
        self.pane.head(f"{title} /{self.filter_words}" if self.filter_words else title, right)
        note = self.note()
        self.pane.show_note(note)
        self.pane.set_class(note is not None, "-noted")
        self.show_page()

    @on(VirtualTable.Highlighted)
    def show_page(self) -> None:
        if (page := self.page(self.row)) is not None:
            self.place_page(page)
        self.refresh_footer()

    def place_page(self, page: RowPage) -> None:
        self.pane.show_page(page)

    @on(VirtualTable.Opened)
    async def take_opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        answer = self.open_row(self.row) if self.row is not None else None
        if inspect.iscoroutine(answer):
            await run_job(self, answer)

    def mark(self, row: Row) -> Cell:
        cannot = self.starts_marked(row) is None
        return "" if cannot else Styled("[x]", "accent") if self.is_marked(row) else "[ ]"

    def is_marked(self, row: Row) -> bool:
        starts = self.starts_marked(row)
        return starts is not None and self.marks.get(self.table.key_of(row), starts)

    def marked(self) -> list[Row]:
        return [row for row in self.table.rows if self.is_marked(row)]

    def toggle_mark(self) -> None:
        if (row := self.row) is not None:
            self.marks[self.table.key_of(row)] = not self.is_marked(row)
            self.draw()

    @property
    def is_filtered(self) -> bool:
        return bool(self.pane.filter)

    @property
    def filter_words(self) -> str:
        return self.pane.filter.strip()

    def has_words(self, text: str) -> bool:
        return all(word in text.lower() for word in self.pane.filter.lower().split())

    def run_filter_list(self) -> None:
        self.pane.start_filter()

    def run_go_back(self) -> None:
        if not self.pane.clear_filter():
            self.dismiss()
