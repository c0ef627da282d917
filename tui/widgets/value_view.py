"""ValueView: one value to read. Line ends, tabs and odd characters are visible; long lines go on below."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from rich.cells import get_character_cell_size
from rich.segment import Segment

from tui.model.printable import RunKind, runs
from tui.model.value import MASK
from tui.widgets import text
from tui.widgets.drawn import Line, cells_of, paint
from tui.widgets.scroller import Scroller
from tui.widgets.text import STAND_IN

_MARGIN: Final = 2
_LINE_END: Final = 2
"""Cells kept free for the line end's stand-in: what has none goes on below."""
_LINE: Final = re.compile(r"(?P<body>[^\r\n]*)(?:\r\n|\r|\n)|(?P<rest>[^\r\n]+)")


class ValueView(Scroller):
    """Draws only the lines in sight, so 1 MB is as quick as 1 kB. Holds no text while it is masked."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._lines: list[tuple[int, int]] = []
        """Start and end in the text of each line as it is drawn."""
        self._instead: tuple[Line, ...] = (MASK,)
        self._found: list[tuple[int, int]] = []

    @property
    def is_masked(self) -> bool:
        """Is anything but the value shown?"""
        return bool(self._instead)

    def show(self, data: bytes) -> None:
        """Show these bytes as text, from the start. What is no UTF-8 is drawn as `‹xFF›`."""
        self._put(data.decode("utf-8", "surrogateescape"), ())

    def mask(self, *more: Line) -> None:
        """Show the mask, and under it what may be said; the text is let go of."""
        self._put("", (MASK, *more))

    def forget(self) -> None:
        """Let go of the text and of the lines drawn."""
        self._put("", (MASK,))

    def find(self, wanted: str) -> int:
        """Mark every place of this text, upper and lower case alike; how many there are."""
        self._found = _places(self._text, wanted)
        self.refresh()
        return len(self._found)

    def go_to_match(self, direction: int) -> bool:
        """Scroll to the next match below (1) or above (-1) the first line in sight, if there is one."""
        here = self.scroll_offset.y
        numbers = [self._number_of(start) for start, _ in self._found]
        ahead = [n for n in numbers if n > here] if direction > 0 else [n for n in numbers if n < here]
        if not ahead:
            return False
        self.scroll_to(y=min(ahead) if direction > 0 else max(ahead), animate=False)
        return True

    def lay_out(self, width: int) -> int:
        if self._instead:
            return len(self._instead)
        self._lines = _break(self._text, max(1, width - _MARGIN - _LINE_END))
        return len(self._lines)

    def draw_line(self, number: int, width: int) -> list[Segment]:
        margin = Segment(" " * _MARGIN, self.ink(""))
        if self._instead:
            return [margin, *paint(self, cells_of(self._instead[number]))]
        start, end = self._lines[number]
        return [margin, *self._marked(start, end)]

    def _marked(self, start: int, end: int) -> list[Segment]:
        """The text from start to end, with the matches in it reversed."""
        parts: list[Segment] = []
        at = start
        for first, last in self._found_in(start, end):
            parts += self._plain(at, first)
            strong = self.ink("badge")
            parts += text.segments(self._text[first:last], strong)
            at = last
        return parts + self._plain(at, end)

    def _plain(self, start: int, end: int) -> list[Segment]:
        plain, muted = self.ink(""), self.ink("muted")
        return [
            Segment(run.stand_in, plain)
            if run.kind is RunKind.PLAIN
            else Segment(run.stand_in, muted)
            if run.kind in (RunKind.NEWLINE, RunKind.TAB)
            else Segment(run.stand_in, plain + STAND_IN)
            for run in runs(self._text[start:end])
        ]

    def _found_in(self, start: int, end: int) -> list[tuple[int, int]]:
        first = max(0, bisect_right(self._found, (start, 0)) - 1)
        near = self._found[first : bisect_right(self._found, (end, 0))]
        return [(max(start, a), min(end, b)) for a, b in near if a < end and b > start]

    def _number_of(self, place: int) -> int:
        return max(0, bisect_right(self._lines, (place, len(self._text) + 1)) - 1)

    def _put(self, shown: str, instead: tuple[Line, ...]) -> None:
        self._text, self._instead = shown, instead
        self._lines, self._found = [], []
        self.scroll_to(y=0, animate=False)
        self.reflow()


def _break(shown: str, width: int) -> list[tuple[int, int]]:
    """Where the lines start and end when drawn in `width` cells; a line end stands at the end of its line."""
    lines: list[tuple[int, int]] = []
    for line in _LINE.finditer(shown):
        start, end = line.span()
        body = line["body"] or line["rest"] or ""
        if body.isascii() and body.isprintable():
            cuts = list(range(start, start + max(1, len(body)), width))
        else:
            cuts = _cuts(body, start, width)
        lines += zip(cuts, [*cuts[1:], end], strict=True)
    return lines


def _cuts(body: str, start: int, width: int) -> list[int]:
    """Where a line goes on below: never between a character and the marks drawn onto it."""
    cuts, used, at = [start], 0, start
    sizes: dict[str, int] = {}
    for run in runs(body):
        is_plain = run.kind is RunKind.PLAIN
        for char in run.text:
            if is_plain:
                size = get_character_cell_size(char)
            else:
                size = sizes.get(char) or sizes.setdefault(char, text.width(char))
            if used and used + size > width:
                cuts.append(at)
                used = 0
            used += size
            at += 1
    return cuts


def _places(shown: str, wanted: str) -> list[tuple[int, int]]:
    if not wanted:
        return []
    folded, sought = shown.lower(), wanted.lower()
    if len(folded) != len(shown):
        folded, sought = shown, wanted
    places, at = [], folded.find(sought)
    while at >= 0:
        places.append((at, at + len(sought)))
        at = folded.find(sought, at + len(sought))
    return places
