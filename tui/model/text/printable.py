"""Make any text safe to draw: each invisible or ambiguous character gets a stand-in, e.g. `‹U+202E›`, `‹xFF›`
or `⏎`. Characters that look like a stand-in get one too, so that two different texts never look alike.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from rich.cells import get_character_cell_size


class RunKind(Enum):
    PLAIN = "plain"
    CONTROL = "control"
    """Control characters, non-UTF-8 bytes, look-alikes of stand-ins, and characters of unclear width."""
    NEWLINE = "newline"
    TAB = "tab"
    BLANK = "blank"
    """Blanks other than the ordinary space: no-break, thin, ideographic."""
    INVISIBLE = "invisible"
    """Characters that draw nothing, and surplus combining marks."""
    BIDI = "bidi"
    """Characters that change the order of their neighbors."""


class TextRun(NamedTuple):
    """Consecutive characters of one kind."""

    kind: RunKind
    text: str
    stand_in: str


_PICTURES: Final = {
    "\n": "⏎",
    "\r": "␍",
    "\t": "⇥",
    "\x7f": "␡",
    **{chr(code): chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)},
}
Cut: TypeAlias = Literal["middle", "end", "path"]
"""Place of the cut in a text.

"path" keeps the text before the first "/", and the last names of the path, e.g. "file …/db/password".
"""
_OPEN, _CLOSE = "‹", "›"
SPACE: Final = "␠"
"""Stand-in for a space at the end of a line."""
_LOOKS_LIKE_A_STAND_IN: Final = frozenset((*_PICTURES.values(), _OPEN, _CLOSE, SPACE))
_PICTURED: Final = {picture: char for char, picture in _PICTURES.items()}
_STAND_IN: Final = re.compile(f"{_OPEN}U\\+(?P<code>[0-9A-F]{{4,6}}){_CLOSE}|[{''.join(_PICTURED)}]")
_MEASURED_DIFFERENTLY: Final = frozenset(
    # Regional indicators and skin tones take zero to two cells, depending on the terminal.
    "".join(map(chr, (*range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400))))
)
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DRAWS_NOTHING: Final = frozenset(
    # str.isprintable() accepts these characters although they are invisible: fillers, the blank braille
    # pattern, the grapheme joiner, variation selectors, and vowels that are never drawn.
    "\u3164\u115f\u1160\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f\U00016fe4\U0001d159\U00013441\U00013442"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_MARKS_IN_A_ROW: Final = 2
"""Maximum number of combining marks, such as accents, on one character."""


_STRETCH: Final = re.compile(
    # The group `easy` matches no combining marks, fillers or stand-ins. It can match unassigned characters,
    # so `_pieces` checks str.isprintable() too.
    "(?P<easy>[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u3041-\u3096\u3400-\u9fff]+)|\r\n|.",
    re.DOTALL,
)


def runs(text: str) -> list[TextRun]:
    """Split a text where the kind of its characters changes. Each line break is a run of its own."""
    if text.isascii() and text.isprintable():
        return [TextRun(RunKind.PLAIN, text, text)] if text else []
    text_runs: list[TextRun] = []
    kind: RunKind | None = None
    texts: list[str] = []
    stand_ins: list[str] = []
    for next_kind, piece, stand_in in _pieces(text):
        if next_kind is not kind or kind is RunKind.NEWLINE:
            if kind is not None:
                text_runs.append(TextRun(kind, "".join(texts), "".join(stand_ins)))
            kind, texts, stand_ins = next_kind, [], []
        texts.append(piece)
        stand_ins.append(stand_in)
    if kind is not None:
        text_runs.append(TextRun(kind, "".join(texts), "".join(stand_ins)))
    return text_runs


def printable(text: str) -> str:
    """Return the text on one line, with stand-ins."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([stand_in for _kind, _piece, stand_in in _pieces(text)])


def written_out(text: str) -> str:
    """Replace line breaks, invisible characters and ambiguous characters with stand-ins. Tabs stay."""
    pieces = _pieces(text)
    return "".join([piece if kind is RunKind.TAB else stand_in for kind, piece, stand_in in pieces])


def read_back(text: str) -> str:
    """Undo `written_out`. A stand-in `‹xFF›` for a byte stays as it is."""
    return _STAND_IN.sub(_original_character, text)


def first_stand_in(text: str) -> str:
    """First stand-in that `read_back` would replace; "" if there is none."""
    match = _STAND_IN.search(text)
    return match[0] if match is not None else ""


def printable_bytes(data: bytes) -> str:
    """Decode UTF-8 to one line of text with stand-ins. An invalid byte becomes, for example, `‹xFF›`."""
    return printable(data.decode("utf-8", "surrogateescape"))


def ascii_only(text: str) -> str:
    """Replace each character outside printable ASCII with an escape, so that no Cyrillic letter looks Latin.

    A backslash that already begins an escape in `text` becomes `\\u005c`, so that two names never look alike.
    """
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    escaped = re.sub(r"\\(?=u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})", r"\\u005c", text)
    return re.sub("[^ -~]", _ascii_escape, escaped)


def has_unseen(text: str) -> bool:
    odd_lines = (line for line in text.split("\n") if not (line.isascii() and line.isprintable()))
    return any(
        run.kind in (RunKind.INVISIBLE, RunKind.BIDI, RunKind.BLANK)
        or (run.kind is RunKind.CONTROL and not run.text.isprintable())
        for line in odd_lines
        for run in runs(line)
    )


def width(text: str) -> int:
    """Width of a printable text in cells, as counted by rich.cells.cell_len.

    cell_len itself would keep the text, which may be a Secret's value, in a cache.
    """
    if text.isascii():
        return len(text)
    return sum(map(get_character_cell_size, text))


def cut_end(text: str, width: int) -> str:
    return _cut(text, width, "end")


def cut_middle(text: str, width: int) -> str:
    return _cut(text, width, "middle")


def _cut(text: str, width: int, cut: Cut) -> str:
    if _fits(text, width):
        return text
    before, after = ends(text, width - 1, cut)
    return head(text, before) + "…" + _tail(text, after) if width > 0 else ""


def ends(text: str, cells: int, cut: Cut) -> tuple[int, int]:
    name, slash, path = text.partition("/") if cut == "path" else (text, "", "")
    if slash and (before := _width(name)) < cells:
        tails = (path[at:] for at, char in enumerate(path) if char == "/")
        return before, next(
            (size for tail in tails if (size := _width(tail)) <= cells - before), cells - before
        )
    after = cells // 2 if cut == "middle" else 0
    return cells - after, after


def head(text: str, width: int, start: int = 0) -> str:
    if text.isascii():
        return text[start : start + max(0, width)]
    used = 0
    for at in range(start, len(text)):
        used += get_character_cell_size(text[at])
        if used > width:
            return text[start:at]
    return text[start:]


def cut_names(sentence: str, width: int) -> str:
    return " ".join(cut_middle(word, width) for word in sentence.split(" "))


def lowered(text: str) -> str:
    """Lowercase a text without changing its length.

    Searches call this function instead of using `re.IGNORECASE`. The `re` module would keep the words to
    find, which may be secret, in a cache.
    """
    lowercase = text.lower()
    return (
        lowercase
        if len(lowercase) == len(text)
        else "".join(min(letter.lower(), letter, key=len) for letter in text)
    )


def pad(text: str, width: int) -> str:
    fitting = cut_end(text, width)
    return fitting + " " * (width - _width(fitting))


def is_drawn_onto(char: str) -> bool:
    return _look(char)[2]


_width = width


def _pieces(text: str) -> Iterator[tuple[RunKind, str, str]]:
    """Yield kind, characters and stand-in of each piece of a text.

    Pieces are plain tuples, because a text can have millions of them.
    """
    has_base, marks = False, 0
    for match in _STRETCH.finditer(text):
        stretch = match[0]
        if match.lastgroup == "easy" and stretch.isprintable():
            yield RunKind.PLAIN, stretch, stretch
            has_base, marks = True, 0
            continue
        for char in (stretch,) if stretch == "\r\n" else stretch:
            kind, stand_in, is_mark = _look(char)
            if not is_mark:
                has_base, marks = kind is RunKind.PLAIN, 0
            else:
                marks += 1
                if marks > _MARKS_IN_A_ROW or not has_base:
                    # A terminal draws a mark onto the cell before it. If the mark has no base, that cell
                    # shows a stand-in or other text.
                    kind, stand_in = RunKind.INVISIBLE, _code_point(char)
            yield kind, char, stand_in


@lru_cache(maxsize=4096)
def _look(char: str) -> tuple[RunKind, str, bool]:
    """Return (kind, stand-in, is drawn onto the preceding character)."""
    if char in ("\n", "\r", "\r\n"):
        return RunKind.NEWLINE, "".join(_PICTURES[part] for part in char), False
    if char == "\t":
        return RunKind.TAB, _PICTURES[char], False
    if char in _PICTURES:
        return RunKind.CONTROL, _PICTURES[char], False
    if "\udc80" <= char <= "\udcff":
        return RunKind.CONTROL, f"{_OPEN}x{ord(char) - 0xDC00:02X}{_CLOSE}", False
    if char in _LOOKS_LIKE_A_STAND_IN or char in _MEASURED_DIFFERENTLY:
        return RunKind.CONTROL, _code_point(char), False
    if char in _BIDI:
        return RunKind.BIDI, _code_point(char), False
    if char in _DRAWS_NOTHING:
        return RunKind.INVISIBLE, _code_point(char), False
    if not char.isprintable():
        return _kind_of_category(unicodedata.category(char)), _code_point(char), False
    is_mark = unicodedata.category(char).startswith("M") or get_character_cell_size(char) == 0
    return RunKind.PLAIN, char, is_mark


def _kind_of_category(category: str) -> RunKind:
    if category.startswith("Z"):
        return RunKind.BLANK
    return RunKind.INVISIBLE if category == "Cf" else RunKind.CONTROL


def _code_point(char: str) -> str:
    return f"{_OPEN}U+{ord(char):04X}{_CLOSE}"


def _original_character(match: re.Match[str]) -> str:
    if match["code"] is None:
        return _PICTURED[match[0]]
    code = int(match["code"], 16)
    return match[0] if code > sys.maxunicode or 0xD800 <= code < 0xE000 else chr(code)


def _ascii_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _fits(text: str, width: int) -> bool:
    # With at most two marks on each base, three characters take at least one cell.
    return len(text) <= 3 * width and _width(text) <= width


def _tail(text: str, width: int) -> str:
    used, start = 0, len(text)
    for at in range(len(text) - 1, -1, -1):
        cells = get_character_cell_size(text[at])
        used += cells
        if used > width:
            break
        if cells:
            start = at
    return text[start:]
