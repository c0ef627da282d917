"""A note of a few lines in place of rows, e.g. while a list loads or is empty."""

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
"""Mark and tone of each kind of note. The marks show a failure even without colors."""


class Note(Struct, frozen=True):
    """Note in a pane.

    The first line names the state.
    """

    kind: NoteKind
    lines: tuple[Cell, ...]


class NoteView(Lines):
    """View of a note."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def tell(self, note: Note | None) -> None:
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
