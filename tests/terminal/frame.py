"""A terminal's grid, cell by cell, for the few sequences that the program may send; wide by wcwidth."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rich.cells import get_character_cell_size
from wcwidth import wcwidth

from tests.terminal.vt import Token

_PLACE: Final = re.compile(rb"\x1b\[(\d+);(\d+)H")
_width = lru_cache(maxsize=None)(wcwidth)


class Frame:
    """Text, cursor placement, CR and LF; all other sequences change nothing in it.

    pyte drops what follows an enclosing mark and takes four times as long; where both can, they agree.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0

    @property
    def cells(self) -> list[list[str]]:
        """Row by row; the second half of a wide character is ""."""
        return self._cells

    def take(self, token: Token) -> None:
        """Let a token act."""
        if token.kind == "text":
            self._draw(token.data.decode())
        elif token.kind == "csi":
            place = _PLACE.fullmatch(token.data)
            if place is not None:
                self._y = min(int(place[1]), self.rows) - 1
                self._x = min(int(place[2]), self.columns) - 1
        elif token.data == b"\r":
            self._x = 0
        elif token.data == b"\n":
            self._y = min(self._y + 1, self.rows - 1)

    def _draw(self, text: str) -> None:
        row = self._cells[self._y]
        if text.isascii() and self._x + len(text) <= self.columns:
            row[self._x : self._x + len(text)] = text
            self._x += len(text)
            return
        for char in text:
            size = max(0, _width(char))
            if size == 0:
                at = self._x - 1
                at -= at > 0 and row[at] == ""
                row[at] += char
                continue
            # Without automatic wrapping what does not fit is drawn over the last cells.
            at = min(self._x, self.columns - size)
            row[at : at + size] = [char, ""][:size]
            self._x = at + size


def believed(row: str) -> list[str]:
    """The cells of a row as the program itself measures it."""
    if row.isascii():
        return list(row)
    cells: list[str] = []
    for char in row:
        size = get_character_cell_size(char)
        if size == 0 and cells:
            at = -2 if cells[-1] == "" and len(cells) > 1 else -1
            cells[at] += char
        else:
            cells += [char, ""][:size]
    return cells
