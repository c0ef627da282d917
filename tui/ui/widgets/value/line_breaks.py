"""Wrap a text at a width: 1 MB may take a second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import get_character_cell_size

from tui.model.text.printable import RunKind, runs
from tui.ui.widgets import text

_LINE: Final = re.compile(r"(?P<body>[^\r\n]*)(?:\r\n|\r|\n)|(?P<rest>[^\r\n]+)")


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
    for run in runs(body):
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
