"""A pane with rows, a note, and a filter field."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Input

from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.bars.note import Note, NoteView
from tui.ui.widgets.field import FilterField
from tui.ui.widgets.lines import Line, Lines


class FilteredPane(Pane):
    """A subclass composes its rows, and then `below()`."""

    def __init__(
        self,
        *,
        placeholder: str,
        field_id: str,
        lines_id: str,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._note_view, self._lines_view = NoteView(), Lines(id=lines_id)
        self._field = FilterField(placeholder=placeholder, id=field_id, compact=True)
        self._field.display = False

    def below(self) -> ComposeResult:
        """What is below the rows, hidden or empty at first."""
        yield self._note_view
        yield self._lines_view
        yield self._field

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

    def show_field(self, text: str) -> None:
        """Show the field with this text."""
        self._field.value = text
        self._field.display = True
        self._field.focus()

    def hide_field(self) -> None:
        """Close the field and keep its text."""
        self._field.display = False

    def empty_field(self) -> None:
        """Clear and close the field without a message."""
        with self.prevent(Input.Changed):
            self._field.value = ""
        self.hide_field()
