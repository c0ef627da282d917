"""A pane with rows, a note, lines about the row under the cursor, and a field of words that filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import on
from textual.widgets import Input

from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.bars.note import Note, NoteView
from tui.ui.widgets.field import FilterField
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.table.table import VirtualTable


class FilteredPane(Pane):
    """Calls `changed` for each change of the filter: who knows the rows shows those that it leaves."""

    def __init__(
        self,
        rows: VirtualTable[Any],
        *,
        changed: Callable[[], None],
        placeholder: str,
        field_id: str = "filter",
        lines_id: str,
        id: str,  # noqa: A002
    ) -> None:
        self._filtered, self._changed = rows, changed
        self._note_view, self._lines_view = NoteView(), Lines(id=lines_id)
        self._field = FilterField(placeholder=placeholder, id=field_id, compact=True)
        self._field.display = False
        self._begins_at = "", ""
        super().__init__(rows, self._note_view, self._lines_view, self._field, id=id)

    def show_note(self, note: Note | None) -> None:
        """Show a note below the rows, or in their place; None removes it."""
        self._note_view.tell(note)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show lines below the note."""
        self._lines_view.show(lines)

    @property
    def filter(self) -> str:
        """The typed text."""
        return self._field.value

    @property
    def is_typing(self) -> bool:
        """Is the field there to type into?"""
        return self._field.display

    def begin_as(self, other: FilteredPane) -> None:
        """Have the text and the cursor of another pane from the start; called before this one is mounted."""
        self._begins_at = other.filter, other._filtered.cursor_key or ""

    def on_mount(self) -> None:
        """Type the text before any rows are there, and put the cursor on its row once it is."""
        with self.prevent(Input.Changed):
            self._field.value, key = self._begins_at
        self._filtered.start_over(key)

    def start_filter(self) -> None:
        """Show the field, to type into."""
        self._field.display = True
        self._field.focus()

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
                self._field.value = ""
            self._field.display = False
            self._changed()

    @on(Input.Changed)
    def follow_filter(self, event: Input.Changed) -> None:
        """The rows follow what is typed."""
        event.stop()
        self._changed()

    @on(Input.Submitted)
    def end_filter(self, event: Input.Submitted) -> None:
        """The filter stays; the presses belong to the rows again."""
        event.stop()
        if self.takes(event.value.strip()):
            self._field.display = False
            self._filtered.focus()
            self._changed()

    def takes(self, typed: str) -> bool:
        """Is it words for the rows, and no name that is to be handed on?"""
        return True
