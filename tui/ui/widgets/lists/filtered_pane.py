"""A pane with rows, a note, and a filter field."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widgets import Input

from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.bars.note import Note, NoteView
from tui.ui.widgets.field import Field, FilterField
from tui.ui.widgets.lines import Line, Lines


class FilteredPane(Pane):
    """Note, lines and field below the rows are created when they are needed.

    A pane that has a note from the start composes `note_view()` after its rows.
    """

    _field: Field | None = None
    _note_view: NoteView | None = None
    _lines_view: Lines | None = None

    def __init__(
        self,
        *,
        placeholder: str,
        field_id: str,
        lines_id: str,
        id: str,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._placeholder, self._field_id, self._lines_id = placeholder, field_id, lines_id

    def note_view(self) -> NoteView:
        """An empty note, for `show_note`."""
        self._note_view = NoteView()
        return self._note_view

    def show_note(self, note: Note | None) -> None:
        """Show a note below the rows, or in their place; None removes it."""
        if self._note_view is not None:
            self._note_view.tell(note)
        elif note is not None:
            self._note_view = NoteView(note)
            self.mount(self._note_view, after=0)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show lines below the note."""
        if self._lines_view is not None:
            self._lines_view.show(lines)
        elif lines:
            self._lines_view = Lines(lines, id=self._lines_id)
            self.mount(self._lines_view, after=0 if self._note_view is None else self._note_view)

    @property
    def filter(self) -> str:
        """The typed text."""
        return self._field.value if self._field is not None else ""

    @property
    def is_typing(self) -> bool:
        """Is the field there to type into?"""
        return self._field is not None and self._field.display

    def show_field(self, text: str) -> None:
        """Show the field with this text."""
        if self._field is None:
            self._field = FilterField(text, self._placeholder, id=self._field_id, compact=True)
            self.mount(self._field)
        else:
            self._field.value = text
        self._field.display = True
        self._field.focus()

    def hide_field(self) -> None:
        """Close the field and keep its text."""
        if self._field is not None:
            self._field.display = False

    def empty_field(self) -> None:
        """Clear and close the field without a message."""
        if self._field is not None:
            with self.prevent(Input.Changed):
                self._field.value = ""
            self.hide_field()
