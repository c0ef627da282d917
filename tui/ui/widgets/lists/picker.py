"""Lists that are filtered by typed words."""

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
"""Minimum height of the table in lines, including the column titles."""


class PaneWithFilter(Pane):
    """Pane with a filter field that the subclass places."""

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
        self._filtered, self._changed = rows, changed
        self.field = FilterField(placeholder=placeholder, id=field_id)
        self.field.display = self.field.acts_on_enter = False
        super().__init__(*more, id=id, classes=classes)

    @property
    def filter(self) -> str:
        return self.field.value

    @property
    def is_typing(self) -> bool:
        return self.field.display

    def start_filter(self) -> None:
        self.field.display = True
        self.field.focus()

    def clear_filter(self) -> bool:
        """Clear the filter and focus the rows; return False if there was no filter."""
        if not (self.filter or self.is_typing):
            return False
        self.drop_filter()
        self._filtered.focus()
        return True

    def drop_filter(self) -> None:
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
        """Move the cursor to the first row, if the filter hides the row `key` that had the cursor before."""
        if self._filtered.cursor_key != key:
            self._filtered.action_jump("first")

    @on(Input.Submitted)
    def end_filter(self, event: Input.Submitted) -> None:
        event.stop()
        if self.takes(event.value.strip()):
            self.leave_field()

    def leave_field(self) -> None:
        if self.is_typing:
            self.field.display = False
            self._filtered.focus()
            self._changed()

    def takes(self, typed: str) -> bool:
        """True if the text is a filter; False if the pane uses it as something else, e.g. a name."""
        return True


class FilteredPane(PaneWithFilter):
    """Pane with a filter field and rows. Below the rows are a note, and either lines or a page.

    If `rows` is a `TableWithPage`, the rows and the page share the pane's height, and the keys that move the
    cursor also scroll the page.
    """

    def __init__(self, rows: VirtualTable[Any], *, lines_id: str, **how: Any) -> None:
        self._note_view, self._begins_at, self._head = NoteView(), ("", ""), Lines(id="head")
        self._page = ReviewPage(rows) if isinstance(rows, TableWithPage) else Lines(id=lines_id)
        self._is_page_below = False
        """True if the lines directly below the rows are about the row under the cursor."""
        is_shared = isinstance(self._page, ReviewPage)
        below = self._note_view, self._page
        parts = (self._head, *below) if is_shared else (rows, *below)
        super().__init__(rows, *parts, **how)

    def compose(self) -> ComposeResult:
        yield self.field

    def show_note(self, note: Note | None) -> None:
        self._note_view.show_note(note)
        self._follow_rows()

    def show_lines(self, lines: Sequence[Line]) -> None:
        if isinstance(self._page, Lines):
            self._page.show(lines)

    def show_page(self, page: RowPage) -> None:
        if isinstance(self._page, ReviewPage):
            self._head.show(page.head)
            self._page.set_text(page.text, lead=page.lead, blocks=page.blocks)
        else:
            self._page.show(page.text)
            self._is_page_below = True
            self._follow_rows()

    def on_resize(self) -> None:
        self._follow_rows()

    def _follow_rows(self) -> None:
        """Set the height of the table, so that lines about a row are directly below the rows."""
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
        """Begin with the filter and the cursor row of `other`. Must be called before this pane is mounted."""
        self._begins_at = other.filter, other._filtered.cursor_key or ""

    def on_mount(self) -> None:
        """Apply the filter and the cursor row that `begin_as` kept.

        The cursor moves once the table has that row.
        """
        with self.prevent(Input.Changed):
            self.field.value, key = self._begins_at
        self._filtered.start_over(key)


Row = TypeVar("Row")


class Picker(FilteredPane, Generic[Row]):
    """List to choose from, which posts `Chosen` or `Typed`."""

    @dataclass
    class Chosen(Message):
        key: str

    @dataclass
    class Typed(Message):
        """Message after the user pressed Enter, if `takes` does not use the typed text as a filter."""

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
        """`words` returns a row's text, in which the filter searches."""
        self._key, self._words = key, words
        self._rows: Sequence[Row] = ()
        self._own_title: Cell = ""
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
        self.field.acts_on_enter = True  # Enter may also choose a text that is not the key of a row

    @property
    def takes_others(self) -> bool:
        """True if a typed text may be the name of an unlisted object."""
        return False

    @property
    def table(self) -> VirtualTable[Row]:
        return self._table

    def head(self, title: Cell, right: Cell | Sequence[Cell] = ()) -> None:
        self._own_title = title
        shown_filter = "" if self.is_typing else self.filter.strip()
        super().head(f"{text_of(title)} /{shown_filter}" if shown_filter else title, right)

    def show(self, rows: Sequence[Row], note: Note | None = None) -> None:
        self._rows = rows
        self._note = note
        matching_rows = self._left()
        self._table.show(matching_rows)
        if rows and not matching_rows:
            note = Note("empty", ("No matches.",))
        if typed_lines := self.about_typed(self.filter.strip(), has_rows=bool(matching_rows)):
            note = (
                Note(note.kind, (*note.lines, *typed_lines))
                if note is not None
                else Note("empty", typed_lines)
            )
        self.show_note(note)

    def about_typed(self, typed: str, *, has_rows: bool) -> tuple[str, ...]:
        """Sentences about the effect of Enter for a text that is not the key of a row."""
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
        """Decide what Enter does with the typed text.

        - If the text is the `key` of a shown row, move the cursor to this row, and return True.
        - For any other nonempty text, if `takes_others` is true or no row is shown, post `Typed` and return
          False.
        - Otherwise only keep the text as a filter, and return True.
        """
        matching_rows = self._left()
        is_row = any(self._key(row) == typed for row in matching_rows)
        if typed and not is_row and (self.takes_others or not matching_rows):
            self.post_message(self.Typed(typed))
            return False
        if is_row:
            self._table.move_to(typed)
        return True

    @on(VirtualTable.Opened)
    def open_row(self, event: VirtualTable.Opened) -> None:
        event.stop()
        self.post_message(self.Chosen(event.key))
