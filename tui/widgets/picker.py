"""Picker: a list to choose from, narrowed by words; what no row has can be chosen by typing it whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from tui.widgets.columns import Column
from tui.widgets.drawn import Line, Lines
from tui.widgets.frame import Pane
from tui.widgets.in_order import Field
from tui.widgets.note import Note, NoteView
from tui.widgets.table import VirtualTable
from tui.widgets.text import Cell

Row = TypeVar("Row")


class Picker(Pane, Generic[Row]):
    """Choosing is told by `Chosen`, what was typed and is no row by `Typed`. Rows are named by their key."""

    @dataclass
    class Chosen(Message):
        """Enter on a row, or in the field while one row alone is left."""

        key: str

    @dataclass
    class Typed(Message):
        """Enter in the field, while no row has what stands there."""

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
        """`words`: what the typed words are looked for in."""
        super().__init__(id=id)
        self._key, self._words = key, words
        self._rows: Sequence[Row] = ()
        self._note: Note | None = None
        self._placeholder = placeholder
        self._table = VirtualTable[Row](
            columns, key=key, cells=cells, selectable=selectable, has_header=has_header, id=table_id
        )

    @property
    def takes_others(self) -> bool:
        """May there be more than the rows tell of? Then what is typed is a name, not only words."""
        return False

    def compose(self) -> ComposeResult:
        yield self._table
        yield NoteView()
        yield Lines(id="choice-about")
        yield Field(placeholder=self._placeholder, id="find", compact=True)

    def on_mount(self) -> None:
        self._field.cursor_blink = False
        self._field.display = False

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    @property
    def table(self) -> VirtualTable[Row]:
        """The rows that are left."""
        return self._table

    @property
    def filter(self) -> str:
        """What was typed."""
        return self._field.value

    def show(self, rows: Sequence[Row], note: Note | None = None) -> None:
        """These rows, and the note below them."""
        self._rows = rows
        self._note = note
        left = self._left()
        self._table.show(left)
        if rows and not left:
            note = Note("empty", ("No row has these words.",))
        self.query_one(NoteView).show(note)

    def about(self, lines: Sequence[Line]) -> None:
        """More about the row under the cursor."""
        self.query_one("#choice-about", Lines).show(lines)

    def start_filter(self) -> None:
        """Type words, or a name."""
        self._field.display = True
        self._field.focus()

    def clear_filter(self) -> bool:
        """Take it away; False if there is none."""
        field = self._field
        if not (field.value or field.display):
            return False
        with self.prevent(Input.Changed):
            field.value = ""
        field.display = False
        self.show(self._rows, self._note)
        self._table.focus()
        return True

    def _left(self) -> list[Row]:
        words = self.filter.lower().split()
        return [row for row in self._rows if all(word in self._words(row).lower() for word in words)]

    @on(Input.Changed)
    def follow_filter(self, event: Input.Changed) -> None:
        """The list follows what is typed."""
        event.stop()
        self.show(self._rows, self._note)

    @on(Input.Submitted)
    def end_filter(self, event: Input.Submitted) -> None:
        """The row of that name, or the only row that is left, or what stands there; else to the rows."""
        event.stop()
        left, typed = self._left(), event.value.strip()
        chosen = next((row for row in self._rows if typed and self._key(row) == typed), None)
        if chosen is None and typed and len(left) == 1 and not self.takes_others:
            chosen = left[0]
        if chosen is not None:
            self.post_message(self.Chosen(self._key(chosen)))
        elif typed and (self.takes_others or not left):
            self.post_message(self.Typed(typed))
        else:
            self._field.display = False
            self._table.focus()

    @on(VirtualTable.Opened)
    def open_row(self, event: VirtualTable.Opened) -> None:
        """Choose the row under the cursor."""
        event.stop()
        self.post_message(self.Chosen(event.key))
