"""Lists filtered by typed words: a pane with any rows, and a list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.bars.note import Note, NoteView
from tui.ui.widgets.field import FilterField
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.review_page import ReviewPage, RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, text_of

_LEAST_ROWS: Final = 4
"""Least lines of a table, its titles included, however many lines are about a row."""


class PaneWithFilter(Pane):
    """A pane whose rows are filtered by words typed into `field`, which its subclass puts below them."""

    def __init__(
        self,
        rows: VirtualTable[Any],
        *more: Widget,
        changed: Callable[[], None],
        placeholder: str,
        field_id: str = "filter",
        id: str,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """Build the pane. `more`: its widgets. `changed` is called for each change of the filter."""
        self._filtered, self._changed = rows, changed
        self.field = FilterField(placeholder=placeholder, id=field_id)
        self.field.display = self.field.hands_on = False
        super().__init__(*more, id=id, classes=classes)

    @property
    def filter(self) -> str:
        return self.field.value

    @property
    def is_typing(self) -> bool:
        """True if the filter field is shown for typing."""
        return self.field.display

    def start_filter(self) -> None:
        """Show the field, to type into."""
        self.field.display = True
        self.field.focus()

    def clear_filter(self) -> bool:
        """Clear the filter and go to the rows; False if there is none."""
        if not (self.filter or self.is_typing):
            return False
        self.drop_filter()
        self._filtered.focus()
        return True

    def drop_filter(self) -> None:
        """Clear the filter, and leave the focus where it is."""
        if self.filter or self.is_typing:
            with self.prevent(Input.Changed):
                self.field.value = ""
            self.field.display = False
            self._changed()

    @on(Input.Changed)
    def follow_filter(self, event: Input.Changed) -> None:
        event.stop()
        before = self._filtered.cursor_key
        self._changed()
        if before is not None:
            self.leave_row(before)

    def leave_row(self, key: str) -> None:
        """Move the cursor to the first row that is left if the typed text hides its row."""
        if self._filtered.cursor_key != key:
            self._filtered.action_jump("first")

    @on(Input.Submitted)
    def end_filter(self, event: Input.Submitted) -> None:
        """Return the focus to the rows; the filter stays."""
        event.stop()
        if self.takes(event.value.strip()):
            self.leave_field()

    def leave_field(self) -> None:
        """Return the focus to the rows."""
        if self.is_typing:
            self.field.display = False
            self._filtered.focus()
            self._changed()

    def takes(self, typed: str) -> bool:
        """True if the text filters the rows, and is no name to be passed on."""
        return True


class FilteredPane(PaneWithFilter):
    """Rows, a note, the page of a row and the field; the subclass shows the rows that the filter leaves.

    A `TableWithPage` shares its height with the page, and scrolls on into it; there may be lines above it.
    The page of any other table is the lines at the bottom.
    """

    def __init__(self, rows: VirtualTable[Any], *, lines_id: str, **how: Any) -> None:
        """Build the pane; `how`: arguments of `PaneWithFilter`."""
        self._note_view, self._begins_at, self._head = NoteView(), ("", ""), Lines(id="head")
        self._page = ReviewPage(rows) if isinstance(rows, TableWithPage) else Lines(id=lines_id)
        self._is_page_below = False
        """True if the lines below the rows are about one row, and directly below the rows."""
        is_shared = isinstance(self._page, ReviewPage)
        below = self._note_view, self._page
        parts = (self._head, *below) if is_shared else (rows, *below)
        super().__init__(rows, *parts, **how)

    def compose(self) -> ComposeResult:
        yield self.field

    def show_note(self, note: Note | None) -> None:
        """Show a note below the rows, or in their place; None removes it."""
        self._note_view.tell(note)
        self._follow_rows()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show lines about all rows below the note."""
        if isinstance(self._page, Lines):
            self._page.show(lines)

    def show_page(self, page: RowPage) -> None:
        """Show the page of the row under the cursor."""
        if isinstance(self._page, ReviewPage):
            self._head.show(page.head)
            self._page.tell(page.text, lead=page.lead, blocks=page.blocks)
        else:
            self._page.show(page.text)
            self._is_page_below = True
            self._follow_rows()

    def on_resize(self) -> None:
        self._follow_rows()

    def _follow_rows(self) -> None:
        """Give the table the height of its rows, so that lines about a row are directly below them."""
        if not self._is_page_below or isinstance(below := self._page, ReviewPage):
            return
        width, height = self.size.width - below.gutter.width, None
        if below.lines and self.size and not self._note_view.display:
            lines_height = below.get_content_height(self.size, self.size, width) + self.is_typing
            height = min(
                self._filtered.virtual_size.height, max(_LEAST_ROWS, self.size.height - lines_height)
            )
        self._filtered.styles.height = height

    def begin_as(self, other: FilteredPane) -> None:
        """Take over the filter text and the cursor of another pane; called before this pane is mounted."""
        self._begins_at = other.filter, other._filtered.cursor_key or ""

    def on_mount(self) -> None:
        """Type the text before the rows arrive, and put the cursor on its row once it does."""
        with self.prevent(Input.Changed):
            self.field.value, key = self._begins_at
        self._filtered.start_over(key)


Row = TypeVar("Row")


class Picker(FilteredPane, Generic[Row]):
    """List to choose from. Posts `Chosen` for a row, and `Typed` for a text that is no row.

    Rows are named by their key.
    """

    @dataclass
    class Chosen(Message):
        """Enter on a row."""

        key: str

    @dataclass
    class Typed(Message):
        """Message: enter in the field on a text that is no row."""

        text: str

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        key: Callable[[Row], str],
        cells: Callable[[Row], Sequence[Cell]],
        words: Callable[[Row], str],
        placeholder: str,
        selectable: Callable[[Row], bool] | None = None,
        has_header: bool = True,
        id: str = "picker",  # noqa: A002
        table_id: str = "choices",
    ) -> None:
        """Build the list. `words` returns the text of a row that is searched."""
        self._key, self._words = key, words
        self._rows: Sequence[Row] = ()
        self._own_title: Cell = ""
        """The title without the filter."""
        self._note: Note | None = None
        self._table = VirtualTable[Row](
            columns, key=key, cells=cells, selectable=selectable, has_header=has_header, id=table_id
        )
        super().__init__(
            self._table,
            changed=self._show_left,
            placeholder=placeholder,
            field_id="find",
            lines_id="choice-about",
            id=id,
        )
        self.field.hands_on = True  # a text that is no row

    @property
    def takes_others(self) -> bool:
        """True if names that are not listed can exist. Then a typed text can be a name."""
        return False

    @property
    def table(self) -> VirtualTable[Row]:
        return self._table

    def head(self, title: Cell, right: Cell | Sequence[Cell] = ()) -> None:
        """Set title and right part; the filter's text follows the title."""
        self._own_title = title
        kept = "" if self.is_typing else self.filter.strip()
        super().head(f"{text_of(title)} /{kept}" if kept else title, right)

    def show(self, rows: Sequence[Row], note: Note | None = None) -> None:
        """Show these rows, and the note below them."""
        self._rows = rows
        self._note = note
        left = self._left()
        self._table.show(left)
        if rows and not left:
            note = Note("empty", ("No matches.",))
        if typed_lines := self.about_typed(self.filter.strip(), has_rows=bool(left)):
            note = (
                Note(note.kind, (*note.lines, *typed_lines))
                if note is not None
                else Note("empty", typed_lines)
            )
        self.show_note(note)

    def about_typed(self, typed: str, *, has_rows: bool) -> tuple[str, ...]:
        """Sentences about the effect of enter on a text that is no row's name."""
        return ()

    def start_filter(self) -> None:
        super().start_filter()
        self.head(self._own_title, self.right)

    def _show_left(self) -> None:
        self.show(self._rows, self._note)
        self.head(self._own_title, self.right)

    def _left(self) -> list[Row]:
        words = self.filter.lower().split()
        return [row for row in self._rows if all(word in self._words(row).lower() for word in words)]

    def takes(self, typed: str) -> bool:
        """True for a text that may be a name; the text of a row puts the cursor on it."""
        left = self._left()
        is_row = any(self._key(row) == typed for row in left)
        if typed and not is_row and (self.takes_others or not left):
            self.post_message(self.Typed(typed))
            return False
        if is_row:
            self._table.move_to(typed)
        return True

    @on(VirtualTable.Opened)
    def open_row(self, event: VirtualTable.Opened) -> None:
        """Choose the row under the cursor."""
        event.stop()
        self.post_message(self.Chosen(event.key))
