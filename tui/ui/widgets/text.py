"""Turn text of the cluster or the user into segments for Textual.

Nothing is parsed as markup. A character that cannot be printed is drawn as a stand-in
(tui/model/text/printable.py). Stand-ins are underlined, because a text may itself contain
the characters of a stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct
from rich.cells import cached_cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.model.text import printable
from tui.model.text.printable import Cut

Tone = Literal["", "plain", "muted", "warning", "good", "bad", "struck", "accent", "strong", "badge"]
Align = Literal["left", "right"]

_WORDS: Final = re.compile(r"\s+|\S+")
_SEAMS: Final = ("/", "-", ".")
_LONGEST_NAME: Final = 253
"""Maximum length of a name in Kubernetes."""
_HEAVY, _LIGHT = "━", "─"
STAND_IN: Final = Style(underline=True)
"""Style of a stand-in, added to the style of the text around it."""
MARKED_STYLE: Final = Style(reverse=True)


class Styled(Struct, frozen=True):
    """Text with the name of its style (a tone), and flags for layout."""

    text: str
    style: Tone = ""
    flows: bool = False
    """True if a table may extend the text over empty cells to the right of the text."""
    is_drawn: bool = False
    """True if stand-ins already replace the characters that are not printable."""
    is_whole: bool = False
    """True if `wrap` may break the text only when the text is wider than a line."""
    marked: tuple[tuple[int, int], ...] = ()
    """(start, end) of each part that is drawn in reverse video. Requires `is_drawn`."""


Cell = str | Styled


def text_of(cell: Cell) -> str:
    return cell.text if isinstance(cell, Styled) else cell


def tone_of(cell: Cell) -> Tone:
    return cell.style if isinstance(cell, Styled) else ""


def segments(cell: Cell, style: Style) -> list[Segment]:
    if isinstance(cell, Styled) and cell.marked:
        return list(_marked(cell, style))
    return [Segment(drawn, style + STAND_IN if is_mark else style) for drawn, is_mark in runs(cell)]


def drawn(cell: Cell) -> str:
    """Text of a cell as drawn on one line, with stand-ins."""
    return "".join(part for part, _ in runs(cell))


def width(cell: Cell) -> int:
    """Width of the drawn text in terminal cells."""
    text = text_of(cell)
    if text.isascii() and text.isprintable():
        return len(text)
    return printable.width(drawn(cell))


def fit(cell: Cell, cells: int, style: Style, *, align: Align = "left", cut: Cut = "end") -> list[Segment]:
    """Segments of `cell`, padded with blanks or cut with an ellipsis to exactly `cells` terminal cells."""
    if cells <= 0:
        return []
    strip = Strip(segments(cell, style))
    text_width = strip.cell_length
    if text_width > cells:
        head, tail = printable.ends(strip.text, cells - 1, cut)
        # If the cut is in the middle of a wide character, a blank takes the free half.
        ends = [strip.crop(0, head), Strip([Segment("…", style)]), strip.crop(text_width - tail)]
        return list(Strip.join(ends if tail else ends[:2]).adjust_cell_length(cells, style))
    blank = [Segment(" " * (cells - text_width), style)] if text_width < cells else []
    return [*blank, *strip] if align == "right" else [*strip, *blank]


def cut(cells: Sequence[Cell], columns: int) -> Sequence[Cell]:
    """Cut `cells` to a total width of `columns` terminal cells, with an ellipsis at the cut."""
    if sum(map(width, cells)) <= columns:
        return cells
    kept: list[Cell] = []
    used = 0
    for cell in cells:
        size = width(cell)
        if used + size >= columns:
            last = printable.cut_end(drawn(cell) + "…", columns - used)
            return [*kept, Styled(last, tone_of(cell), is_drawn=True)]
        kept.append(cell)
        used += size
    return kept


def gauge(part: float, whole: float, width: int, tone: Tone = "accent") -> tuple[Styled, Styled]:
    """Bar of `width` cells, with a heavy line for the part and a light line for the remainder.

    The heavy line can be told from the light line even without colors.
    """
    share = min(max(part / whole, 0), 1) if whole > 0 else 0
    heavy = round(share * width)
    if 0 < share < 1 and width > 1:
        heavy = min(max(heavy, 1), width - 1)
    return Styled(_HEAVY * heavy, tone), Styled(_LIGHT * (width - heavy), "muted")


def to_strip(parts: Iterable[Segment], cells: int, style: Style) -> Strip:
    """Strip of exactly `cells` terminal cells, cut or filled with blanks in `style`."""
    segments_left = list(parts)
    used = sum(printable.width(part.text) for part in segments_left)
    if used < cells:
        segments_left.append(Segment(" " * (cells - used), style))
    strip = Strip(segments_left, max(used, cells))
    return strip.crop(0, cells) if used > cells else strip


def wrap(cells: Sequence[Cell], columns: int, *, indent: int = 0) -> list[list[Styled]]:
    """Wrap the texts of `cells` at blanks into lines that are at most `columns` terminal cells wide.

    A word longer than a line is broken, if possible after a `/`, `-` or `.`. A word of more than
    _LONGEST_NAME characters (for example base64) is broken at the end of the line. The returned
    texts, except the indent, have `is_drawn`.
    """
    room = max(1, columns)
    lines: list[list[Styled]] = [[]]
    start = used = 0
    for tone, word in _words(cells, room - min(indent, room // 2)):
        size = printable.width(word)
        if used + size > room and used > start:
            start = used = min(indent, room // 2)
            lines.append([Styled(" " * start)] if start else [])
            if word.isspace():
                continue
        at = 0
        while size > room - used:
            head = printable.head(word, room - used, at) or word[at]
            if len(word) <= _LONGEST_NAME:
                head = _at_a_seam(head, word[at:])
            lines[-1].append(Styled(head, tone, is_drawn=True))
            start = used = min(indent, room // 2)
            lines.append([Styled(" " * start)] if start else [])
            at += len(head)
            size -= printable.width(head)
        lines[-1].append(Styled(word[at:], tone, is_drawn=True))
        if used == start and word.isspace():
            start += size  # count leading blanks as indent, so that a long word begins beside them
        used += size
    return lines


def forget() -> None:
    """Empty rich's caches of measured and cut texts, because they may contain values."""
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()


def runs(cell: Cell) -> Iterator[tuple[str, bool]]:
    """Yield (drawn text, True if it is a stand-in) for each part of a cell."""
    text = text_of(cell)
    if (text.isascii() or (isinstance(cell, Styled) and cell.is_drawn)) and text.isprintable():
        if text:
            yield text, False
        return
    for run in printable.runs(text):
        yield run.stand_in, run.kind is not printable.RunKind.PLAIN


def _marked(cell: Styled, style: Style) -> Iterator[Segment]:
    at = 0
    for start, end in (*cell.marked, (len(cell.text), len(cell.text))):
        if at < start:
            yield Segment(cell.text[at:start], style)
        if start < end:
            yield Segment(cell.text[start:end], style + MARKED_STYLE)
        at = end


def _words(cells: Iterable[Cell], room: int) -> Iterator[tuple[Tone, str]]:
    for cell in cells:
        shown = drawn(cell)
        is_whole = isinstance(cell, Styled) and cell.is_whole and printable.width(shown) <= room
        for word in (shown,) if is_whole else _WORDS.findall(shown):
            yield tone_of(cell), word


def _at_a_seam(head: str, word: str) -> str:
    """Cut `head` after the last `/`, `-` or `.` in `head`. `word` begins with `head`.

    Return `head` uncut if `head` contains no such separator, or if a separator follows `head` in `word`.
    """
    if word[len(head) :][:1] in _SEAMS:
        return head
    end = max(head.rfind(separator) for separator in _SEAMS) + 1
    return head[:end] or head
