"""Turn text from outside into the segments that Textual draws; no other code does.

Nothing is parsed as markup, and only printable characters come out: any other is replaced by its stand-in
(tui/model/text/printable.py), underlined, so that it differs from the same characters in the text.
Underlining survives 16 colors, NO_COLOR, tmux and GNU screen.
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
"""Characters of the longest name that Kubernetes allows."""
_OVER, _LEFT = "━", "─"
STAND_IN: Final = Style(underline=True)
"""The style of a stand-in, on top of the style around it."""
MARKED_STYLE: Final = Style(reverse=True)
"""Style of marked text, on top of the style around it."""


class Styled(Struct, frozen=True):
    """Text with a tone."""

    text: str
    style: Tone = ""
    flows: bool = False
    """True if, in a table, it may extend over empty cells to its right."""
    is_drawn: bool = False
    """True if it is printable already, with stand-ins that must not be replaced again."""
    is_whole: bool = False
    """True if it is kept on one line if it fits, though it has blanks."""
    marked: tuple[tuple[int, int], ...] = ()
    """Start and end of each part that is drawn in reverse, in a text that is drawn already."""


Cell = str | Styled


def text_of(cell: Cell) -> str:
    """Text of a cell, unchanged."""
    return cell.text if isinstance(cell, Styled) else cell


def tone_of(cell: Cell) -> Tone:
    """The tone of a cell; "" for a bare string."""
    return cell.style if isinstance(cell, Styled) else ""


def segments(cell: Cell, style: Style) -> list[Segment]:
    """Strip segments on one line, for widgets that draw their own lines."""
    if isinstance(cell, Styled) and cell.marked:
        return list(_marked(cell, style))
    return [Segment(drawn, style + STAND_IN if is_mark else style) for drawn, is_mark in runs(cell)]


def drawn(cell: Cell) -> str:
    """The text as drawn on one line."""
    return "".join(part for part, _ in runs(cell))


def width(cell: Cell) -> int:
    """The width of the drawn text in terminal cells."""
    text = text_of(cell)
    if text.isascii() and text.isprintable():
        return len(text)
    return printable.width(drawn(cell))


def fit(cell: Cell, cells: int, style: Style, *, align: Align = "left", cut: Cut = "end") -> list[Segment]:
    """Exactly `cells` wide: padded with blanks, or cut with an ellipsis."""
    if cells <= 0:
        return []
    strip = Strip(segments(cell, style))
    wide = strip.cell_length
    if wide > cells:
        head, tail = printable.ends(strip.text, cells - 1, cut)
        # A wide character that is cut in half leaves a blank.
        ends = [strip.crop(0, head), Strip([Segment("…", style)]), strip.crop(wide - tail)]
        return list(Strip.join(ends if tail else ends[:2]).adjust_cell_length(cells, style))
    blank = [Segment(" " * (cells - wide), style)] if wide < cells else []
    return [*blank, *strip] if align == "right" else [*strip, *blank]


def cut(cells: Sequence[Cell], columns: int) -> Sequence[Cell]:
    """The cells of a line that fit, the last one cut with an ellipsis."""
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
    """Two cells that are `width` wide together: heavy for the part, light for the rest.

    It is all heavy only if the whole is reached, and all light only if nothing is, however short it is. Both
    tell in shape what they tell in color.
    """
    share = min(max(part / whole, 0), 1) if whole > 0 else 0
    heavy = round(share * width)
    if 0 < share < 1 and width > 1:
        heavy = min(max(heavy, 1), width - 1)
    return Styled(_OVER * heavy, tone), Styled(_LEFT * (width - heavy), "muted")


def to_strip(parts: Iterable[Segment], cells: int, style: Style) -> Strip:
    """Strip of exactly `cells`: cut, or filled with blanks in `style`."""
    kept = list(parts)
    used = sum(printable.width(part.text) for part in kept)
    if used < cells:
        kept.append(Segment(" " * (cells - used), style))
    strip = Strip(kept, max(used, cells))
    return strip.crop(0, cells) if used > cells else strip


def wrap(cells: Sequence[Cell], columns: int, *, indent: int = 0) -> list[list[Styled]]:
    """Break a line of cells at blanks into lines of at most `columns`; later lines are indented.

    A word longer than a line is broken inside: a name after a `/`, `-` or `.` if possible, a longer word
    (base64) at the end of the line. The result is drawn already.
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
            start += size  # a line of blanks alone holds nothing yet: a long word is broken on it
        used += size
    return lines


def forget() -> None:
    """Empty the caches in which rich keeps measured or cut texts, since a value may be among them."""
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()


def runs(cell: Cell) -> Iterator[tuple[str, bool]]:
    """(drawn text, is it a stand-in?) for each run, on one line."""
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
    """Split the drawn text of the cells into words and the blanks between them.

    A cell that is whole is one word if it fits into `room` cells.
    """
    for cell in cells:
        shown = drawn(cell)
        is_whole = isinstance(cell, Styled) and cell.is_whole and printable.width(shown) <= room
        for word in (shown,) if is_whole else _WORDS.findall(shown):
            yield tone_of(cell), word


def _at_a_seam(head: str, word: str) -> str:
    """Beginning of a word that fits on a line, up to the last sign that joins parts of a name."""
    if word[len(head) :][:1] in _SEAMS:
        return head
    end = max(head.rfind(seam) for seam in _SEAMS) + 1
    return head[:end] or head
