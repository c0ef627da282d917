"""A list to choose from, filtered by words; a name that is not listed can be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lists.filtered_pane import FilteredPane
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, text_of

Row = TypeVar("Row")


class Picker(FilteredPane, Generic[Row]):
    """Posts `Chosen` for a row, and `Typed` for a typed text that is no row. Rows are named by their key."""

    class Chosen(Message):
        """Enter on a row."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Typed(Message):
        """Enter in the field on a text that is no row."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

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
        """`words` returns the text in which typed words are searched."""
        super().__init__(placeholder=placeholder, field_id="find", lines_id="choice-about", id=id)
        self._key, self._words = key, words
        self._rows: Sequence[Row] = ()
        self._own_title: Cell = ""
        """The title without the filter."""
        self._note: Note | None = None
        self._table = VirtualTable[Row](
            columns, key=key, cells=cells, selectable=selectable, has_header=has_header, id=table_id
        )

    @property
    def takes_others(self) -> bool:
        """Can there be names that are not listed? Then a typed text can be a name."""
        return False

    def compose(self) -> ComposeResult:
        yield self._table
        yield from self.below()

    @property
    def table(self) -> VirtualTable[Row]:
        """The filtered rows."""
        return self._table

    def head(self, title: Cell, right: Cell | Sequence[Cell] = ()) -> None:
        """Set both; a filter that is kept follows the title."""
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
        said = self.about_typed(self.filter.strip(), has_rows=bool(left))
        if said:
            note = Note(note.kind, (*note.lines, *said)) if note is not None else Note("empty", said)
        self.show_note(note)

    def about_typed(self, typed: str, *, has_rows: bool) -> tuple[str, ...]:
        """Sentences about what enter does with a text that is no row's name."""
        return ()

    def start_filter(self) -> None:
        """Type words, or a name."""
        self.show_field(self.filter)
        self.head(self._own_title, self.right)

    def clear_filter(self) -> bool:
        """Clear the filter; False if there is none."""
        if not (self.filter or self.is_typing):
            return False
        self.drop_filter()
        self._table.focus()
        return True

    def drop_filter(self) -> None:
        """Clear the filter, and leave the focus where it is."""
        if self.filter or self.is_typing:
            self.empty_field()
            self.show(self._rows, self._note)
            self.head(self._own_title, self.right)

    def _left(self) -> list[Row]:
        words = self.filter.lower().split()
        return [row for row in self._rows if all(word in self._words(row).lower() for word in words)]

    @on(Input.Changed)
    def follow_filter(self, event: Input.Changed) -> None:
        """Filter the list by the typed text."""
        event.stop()
        self.show(self._rows, self._note)

    @on(Input.Submitted)
    def end_filter(self, event: Input.Submitted) -> None:
        """Keep the filter and go to the rows; a text that is no row may be a name."""
        event.stop()
        left, typed = self._left(), event.value.strip()
        is_row = any(self._key(row) == typed for row in left)
        if typed and not is_row and (self.takes_others or not left):
            self.post_message(self.Typed(typed))
            return
        self.hide_field()
        self.head(self._own_title, self.right)
        self._table.focus()
        if is_row:
            self._table.move_to(typed)

    @on(VirtualTable.Opened)
    def open_row(self, event: VirtualTable.Opened) -> None:
        """Choose the row under the cursor."""
        event.stop()
        self.post_message(self.Chosen(event.key))
