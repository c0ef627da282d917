"""The status line above the footer. A long message takes two lines."""

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
"""Maximum widths in cells for words in a long message, tried in turn until the message fits."""


class StatusLine(Lines):
    """Line with the last message."""

    def __init__(self) -> None:
        super().__init__([""])
        self.message = ""
        self.tone: Tone = ""

    def show_message(self, message: str, tone: Tone = "") -> None:
        self.message, self.tone = message, tone
        mark = "! " if tone in ("warning", "bad") else ""
        self.show([("  ", Styled(f"{mark}{message}", tone))])

    def _broken(self, width: int) -> list[Sequence[Cell]]:
        """Break the message into lines. If the message takes more than `_MOST` lines, cut long words."""
        lines = super()._broken(width)
        message = self._shown[0][-1]
        for longest_name in _NAMES:
            if len(lines) <= _MOST:
                break
            cut_text = cut_names(printable(text_of(message)), longest_name)
            lines = list(wrapped([("  ", Styled(cut_text, tone_of(message), is_drawn=True))], width))
        return lines

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = self._broken(width)
        if len(lines) > height:
            below = chain.from_iterable(_unindented(cells) for cells in lines[height:])
            last_cells = [*lines[height - 1], *below]
            lines = [*lines[: height - 1], cut(last_cells, width)]
        return self._strips_of(lines, width)


def _unindented(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return a line without its indent, to append the line to the line above."""
    return cells[1:] if cells and text_of(cells[0]).isspace() else cells
