"""A list to choose from, filtered by words; a name that is not listed can be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import on
from textual.message import Message

from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lists.filtered_pane import FilteredPane
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, text_of

Row = TypeVar("Row")


class Picker(FilteredPane, Generic[Row]):
    """Posts `Chosen` for a row, and `Typed` for a typed text that is no row. Rows are named by their key."""

    @dataclass
    class Chosen(Message):
        """Enter on a row."""

        key: str

    @dataclass
    class Typed(Message):
        """Enter in the field on a text that is no row."""

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
        """`words` returns the text in which typed words are searched."""
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

    @property
    def takes_others(self) -> bool:
        """Can there be names that are not listed? Then a typed text can be a name."""
        return False

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
        super().start_filter()
        self.head(self._own_title, self.right)

    def _show_left(self) -> None:
        self.show(self._rows, self._note)
        self.head(self._own_title, self.right)

    def _left(self) -> list[Row]:
        words = self.filter.lower().split()
        return [row for row in self._rows if all(word in self._words(row).lower() for word in words)]

    def takes(self, typed: str) -> bool:
        """A text that is no row may be a name; that of a row puts the cursor on it."""
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
