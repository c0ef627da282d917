"""The status line above the footer (two lines if needed)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from msgspec import Struct
from textual.strip import Strip

from tui.model.text.printable import cut_names, printable
from tui.ui.widgets.lines import Lines, cut, wrapped
from tui.ui.widgets.text import Cell, Styled, Tone, text_of

_MARKS: Final[dict[str, str]] = {"warning": "! ", "bad": "! "}


_MOST: Final = 2
_NAMES: Final = (64, 48, 32, 24, 16)
"""Cells that a name may take in a message that does not fit otherwise."""


class ShownText(Struct, frozen=True):
    """One message."""

    text: str
    tone: Tone = ""


class StatusLine(Lines):
    """Shows the last message until the next one, or until it is cleared: on two lines at most."""

    def __init__(self) -> None:
        super().__init__([""])
        self._said: ShownText | None = None

    @property
    def said(self) -> str:
        """The text of the message on screen, "" if none."""
        return self._said.text if self._said else ""

    @property
    def shown(self) -> ShownText | None:
        """The message on screen, None if it was cleared."""
        return self._said

    def say(self, message: str, tone: Tone = "") -> None:
        """Show a message; the same one again is not repainted."""
        said = ShownText(message, tone)
        if said != self._said:
            self._said = said
            self.show([("  ", Styled(_marked(said), tone))])

    def clear(self) -> None:
        """Remove the message."""
        if self._said is not None:
            self._said = None
            self.show([""])

    def _broken(self, width: int) -> list[Sequence[Cell]]:
        """Cut a long name in its middle, so that the rest of the message fits."""
        lines = super()._broken(width)
        said = self._said
        for longest in _NAMES:
            if said is None or len(lines) <= _MOST:
                break
            text = cut_names(printable(_marked(said)), longest)
            lines = list(wrapped([("  ", Styled(text, said.tone, is_drawn=True))], width))
        return lines

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = self._broken(width)
        if len(lines) > height:
            below = chain.from_iterable(_unindented(cells) for cells in lines[height:])
            rest = [*lines[height - 1], *below]
            lines = [*lines[: height - 1], cut(rest, width)]
        return self._strips_of(lines, width)


def _unindented(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The line without its indent, to continue right behind the line above."""
    return cells[1:] if cells and text_of(cells[0]).isspace() else cells


def _marked(said: ShownText) -> str:
    return _MARKS.get(said.tone, "") + said.text
