"""The status line above the footer (two lines if needed)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from textual.strip import Strip

from tui.model.text.printable import cut_names, printable
from tui.ui.widgets.lines import Lines, wrapped
from tui.ui.widgets.text import Cell, Styled, Tone, cut, text_of, tone_of

_MOST: Final = 2
_NAMES: Final = (64, 48, 32, 24, 16, 12, 10)
"""Cells that a name may take in a message that does not fit otherwise."""


class StatusLine(Lines):
    """Line with the last message until the next one, or until it is cleared: two lines at most."""

    def __init__(self) -> None:
        super().__init__([""])
        self.said = ""
        """The text of the message on screen, "" if none."""
        self.tone: Tone = ""

    def say(self, message: str, tone: Tone = "") -> None:
        """Show a message; "" removes it."""
        self.said, self.tone = message, tone
        mark = "! " if tone in ("warning", "bad") else ""
        self.show([("  ", Styled(f"{mark}{message}", tone))])

    def _broken(self, width: int) -> list[Sequence[Cell]]:
        """Cut a long name in its middle, so that the rest of the message fits."""
        lines = super()._broken(width)
        message = self._shown[0][-1]
        for longest in _NAMES:
            if len(lines) <= _MOST:
                break
            cut_text = cut_names(printable(text_of(message)), longest)
            lines = list(wrapped([("  ", Styled(cut_text, tone_of(message), is_drawn=True))], width))
        return lines

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = self._broken(width)
        if len(lines) > height:
            below = chain.from_iterable(_unindented(cells) for cells in lines[height:])
            rest = [*lines[height - 1], *below]
            lines = [*lines[: height - 1], cut(rest, width)]
        return self._strips_of(lines, width)


def _unindented(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Line without its indent, to continue directly after the line above."""
    return cells[1:] if cells and text_of(cells[0]).isspace() else cells
