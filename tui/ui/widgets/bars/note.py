"""A note of a few lines in place of a pane's rows: loading, empty, refused, broken."""

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
"""Mark before the first line, so that a failure shows without color, and that line's tone."""


class Note(Struct, frozen=True):
    """Note whose first line names the state; the others name what is missing and which key helps."""

    kind: NoteKind
    lines: tuple[Cell, ...]


class NoteView(Lines):
    """View of a note; hidden without one."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def tell(self, note: Note | None) -> None:
        """Show this note; None removes it."""
        self.display = note is not None
        self.show(_drawn(note))


def _drawn(note: Note | None) -> list[Sequence[Cell]]:
    if note is None:
        return []
    mark, tone = _LOOKS[note.kind]
    first, *rest = note.lines or ("",)
    head: list[Cell] = [Styled(mark, tone)] if mark else []
    head.append(first if isinstance(first, Styled) else Styled(first, tone))
    lines: list[Sequence[Cell]] = [head]
    for line in rest:
        lines.append([line if isinstance(line, Styled) else Styled(text.text_of(line), "muted")])
    return lines
