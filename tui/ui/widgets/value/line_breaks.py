"""Wrap a text at a width, step by step: 1 MB may take a second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import get_character_cell_size

from tui.model.text.printable import RunKind, is_drawn_onto, runs
from tui.ui.widgets import text

_LINE: Final = re.compile(r"(?P<body>[^\r\n]*)(?:\r\n|\r|\n)|(?P<rest>[^\r\n]+)")
_PIECE: Final = 1_024
"""Characters of one line that are looked at together."""
_MARKS: Final = 64
"""So far back a piece is ended sooner, rather than between a character and what is drawn onto it."""


def line_breaks(shown: str, width: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line when drawn in `width` cells; a line end stands at the end of its line."""
    for line in _LINE.finditer(shown):
        start, end = line.span()
        body = line["body"] or line["rest"] or ""
        for cut in _cuts(body, width):
            if cut:
                yield start, line.start() + cut
                start = line.start() + cut
        yield start, end


def _cuts(body: str, width: int) -> Iterator[int]:
    """Where a line wraps: never between a character and its combining marks."""
    if body.isascii() and body.isprintable():
        yield from range(0, len(body), width)
        return
    used = at = 0
    sizes: dict[str, int] = {}
    for piece in _pieces(body):
        if at and is_drawn_onto(piece[0]):
            # Nothing but marks: the line goes on below, so that they are drawn as they are counted here.
            yield at
            used = 0
        for run in runs(piece):
            is_plain = run.kind is RunKind.PLAIN
            for char in run.text:
                if is_plain:
                    size = get_character_cell_size(char)
                else:
                    size = sizes.get(char) or sizes.setdefault(char, text.width(char))
                if used and used + size > width:
                    yield at
                    used = 0
                used += size
                at += 1


def _pieces(body: str) -> Iterator[str]:
    at = 0
    while len(body) - at > _PIECE:
        end = at + _PIECE
        end -= next((back for back in range(_MARKS) if not is_drawn_onto(body[end - back])), 0)
        yield body[at:end]
        at = end
    yield body[at:]
