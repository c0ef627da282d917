"""Show a note in place of the rows of a list, e.g. while the list loads or is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from tui.ui.widgets import text
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Cell, Styled, Tone

NoteKind = Literal["loading", "empty", "refused", "broken", "covered"]

_LOOKS: Final[dict[NoteKind, tuple[str, Tone]]] = {
    "loading": ("", "muted"),
    "empty": ("", ""),
    "refused": ("! ", "warning"),
    "broken": ("! ", "bad"),
    "covered": ("", "strong"),
}
"""Mark and tone of each kind of note. The mark "! " shows a failure even without colors."""


class Note(Struct, frozen=True):
    """Note in place of rows.

    The mark of `kind` stands before the first line.
    """

    kind: NoteKind
    lines: tuple[Cell, ...]


class NoteView(Lines):
    """Widget that shows a note, and is hidden without one."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def show_note(self, note: Note | None) -> None:
        self.display = note is not None
        self.show(_drawn(note))


def _drawn(note: Note | None) -> list[Sequence[Cell]]:
    if note is None:
        return []
    mark, tone = _LOOKS[note.kind]
    first_line, *more_lines = note.lines or ("",)
    head: list[Cell] = [Styled(mark, tone)] if mark else []
    head.append(first_line if isinstance(first_line, Styled) else Styled(first_line, tone))
    lines: list[Sequence[Cell]] = [head]
    for line in more_lines:
        lines.append([line if isinstance(line, Styled) else Styled(text.text_of(line), "muted")])
    return lines
