"""Wrap a text at a width, and lay out a shown value as lines below its key.

Wrapping a text of 1 MB may take a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import get_character_cell_size

from tui.model.secret.value import Facts, Value, size_text
from tui.model.text.printable import SPACE, RunKind, printable, runs
from tui.ui.widgets import text
from tui.ui.widgets.text import Styled

_LINE: Final = re.compile(r"(?P<body>[^\r\n]*)(?:\r\n|\r|\n)|(?P<rest>[^\r\n]+)")


def line_breaks(shown: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) for each line after wrapping at `width`, as offsets in `shown`."""
    for line in _LINE.finditer(shown):
        start, end = line.span()
        body = line["body"] or line["rest"] or ""
        for cut in _cuts(body, width):
            if cut:
                yield start, line.start() + cut
                start = line.start() + cut
        yield start, end


def _cuts(body: str, width: int) -> Iterator[int]:
    """Yield the offsets at which `body` wraps, never between a character and its combining marks.

    The first offset may be 0, which is no wrap.
    """
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


LEAST: Final = 3
"""Minimum number of lines for a shown value. A value with fewer lines gets only as many as it has."""
_COUNTED: Final = 65_536
"""Maximum size in bytes of a value whose lines are counted."""


class ValueLines(Struct, frozen=True):
    """Lines of a value below its key."""

    lines: tuple[Styled, ...]
    more: str = ""
    """Text for omitted lines, e.g. "12 more lines"."""


def fits(value: Value, known: Facts, cells: int) -> bool:
    if value.size > 4 * cells:
        return False
    shown = shown_text(value, known)
    return "\n" not in shown and "\r" not in shown and text.width(shown) <= cells


def shown_text(value: Value, known: Facts, most: int = _COUNTED) -> str:
    """The first `most` bytes of a value as text, or in hexadecimal if the value is not text."""
    data = value.reveal()
    if not known.is_readable:
        return data[:most].hex(" ")
    cut = data[:most]
    return cut.decode("utf-8", errors="ignore" if value.size > most else "surrogateescape")


def line_count(value: Value, known: Facts, width: int, most: int) -> int:
    """Number of lines that the value takes at `width`, counted up to `most` + 1."""
    return len(_lines(value, known, width, most + 1)[0])


def value_lines(value: Value, known: Facts, width: int, most: int) -> ValueLines:
    lines, is_all = _lines(value, known, width, most + 1)
    if is_all and len(lines) <= most:
        return ValueLines(tuple(lines))
    kept = tuple(lines[: most - 1])
    if value.size > _COUNTED:
        return ValueLines(kept, f"more, {size_text(value.size)} in all")
    left = len(_lines(value, known, width, None)[0]) - len(kept)
    return ValueLines(kept, f"{left:,} more lines")


def allot(wanted: Sequence[int], room: int) -> list[int]:
    """Share `room` lines among values, and return the number of lines of each.

    `wanted`: number of lines that each value needs. A value that needs more than `LEAST` lines gets at least
    `LEAST`, even without room.
    """
    shares = [0] * len(wanted)
    left, waiting = room, len(wanted)
    for index in sorted(range(len(wanted)), key=wanted.__getitem__):
        shares[index] = min(wanted[index], max(LEAST, left // waiting))
        left, waiting = max(0, left - shares[index]), waiting - 1
    return shares


def with_end_blanks(line: str) -> Styled:
    """Return `line` with ␠ for each space at its end, because such spaces are invisible."""
    body = line.rstrip("\r\n")
    bare = body.rstrip(" ")
    if bare == body:
        return Styled(line)
    shown = f"{printable(bare)}{SPACE * (len(body) - len(bare))}{printable(line[len(body) :])}"
    return Styled(shown, is_drawn=True)


def _lines(value: Value, known: Facts, width: int, most: int | None) -> tuple[list[Styled], bool]:
    """Return the first `most` lines, or all if `most` is None; and False if the value was cut off.

    At most the first `_COUNTED` bytes are wrapped, and at most 4 bytes for each cell of `most` lines.
    """
    room = max(1, width - (2 if known.line_end in ("\r\n", "mixed") else 1))
    if not known.is_readable:
        room = max(3, room // 3 * 3)
    byte_limit = _COUNTED if most is None else min(_COUNTED, 4 * width * most)
    shown = shown_text(value, known, byte_limit)
    is_all = value.size <= byte_limit
    lines = []
    for start, end in islice(line_breaks(shown, room), most):
        is_end = shown[end - 1] in "\r\n" or (is_all and end == len(shown))
        line = with_end_blanks(shown[start:end]) if is_end else Styled(shown[start:end])
        lines.append(replace(line, flows=True))
    return lines, is_all
