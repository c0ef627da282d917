"""A small tokenizer of what a program sends to a terminal: text, and the sequences between it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from typing import Final, Literal, NamedTuple

Kind = Literal["text", "csi", "string", "escape", "control", "broken"]


class Token(NamedTuple):
    """A piece of the stream. Joined, the pieces are the stream again.

    csi: `ESC [` to its final letter. string: OSC, DCS, APC, PM or SOS up to its end. escape: any other
    sequence that begins with ESC. control: one C0 or C1 character or DEL. broken: a byte that is no UTF-8,
    or the start of a sequence that never ends.
    """

    kind: Kind
    data: bytes


_TOKEN: Final = re.compile(
    rb"""
      (?P<text>(?: [\x20-\x7e]+ | \xc2[\xa0-\xbf] | [\xc3-\xdf][\x80-\xbf] | \xe0[\xa0-\xbf][\x80-\xbf]
             | [\xe1-\xec\xee\xef][\x80-\xbf]{2} | \xed[\x80-\x9f][\x80-\xbf] | \xf0[\x90-\xbf][\x80-\xbf]{2}
             | [\xf1-\xf3][\x80-\xbf]{3} | \xf4[\x80-\x8f][\x80-\xbf]{2} )+)
    | (?P<csi> (?: \x1b\[ | \xc2\x9b ) [\x30-\x3f]* [\x20-\x2f]* [\x40-\x7e] )
    | (?P<string> (?: \x1b\] | \xc2\x9d ) [^\x07\x1b\x18\x1a]*? (?: \x07 | \x1b\\ | \xc2\x9c )
                | (?: \x1b[PX^_] | \xc2[\x90\x98\x9e\x9f] ) [^\x1b\x18\x1a]*? (?: \x1b\\ | \xc2\x9c ) )
    | (?P<unended> \x1b [\[\]PX^_] | \xc2[\x9b\x9d\x90\x98\x9e\x9f] )
    | (?P<escape> \x1b [\x20-\x2f]* [\x30-\x7e] )
    | (?P<control> [\x00-\x1f\x7f] | \xc2[\x80-\x9f] )
    | (?P<wrong> [\x80-\xff] )
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "csi": "csi",
    "string": "string",
    "unended": "broken",
    "escape": "escape",
    "control": "control",
    "wrong": "broken",
}


def cut(stream: bytes) -> Iterator[Token]:
    """Split a whole stream into tokens."""
    for match in _TOKEN.finditer(stream):
        yield Token(_KINDS[match.lastgroup or "wrong"], match[0])


_PLACE: Final = re.compile(rb"\x1b\[\d+(?:;\d+)?[HG]")


_TITLE: Final = re.compile(rb"\x1b\]2;secret-tui [\x20-\x7e]{1,100}\x1b\\")


def shape(token: Token) -> bytes:
    """Drop from a token what may differ: where the cursor is put, and a context's name in the title if it
    is short and printable ASCII. All else counts."""
    if _TITLE.fullmatch(token.data):
        return b"\x1b]2;secret-tui #\x1b\\"
    return b"\x1b[#;#H" if _PLACE.fullmatch(token.data) else token.data


_STYLE: Final = re.compile(rb"\x1b\[([\d;]+)m")
_STYLE_PART: Final = re.compile(rb"[34]8;5;\d+|\d+")
_ENDS: Final = frozenset({b"22", b"23", b"24", b"27", b"29", b"39", b"49"})


def is_known_style(shape: bytes, known: Set[bytes]) -> bool:
    """True if each attribute and color of a style occurs in known styles, or ends one.

    A style is sent as the difference from the style before, which depends on the texts.
    """
    if _STYLE.fullmatch(shape) is None:
        return False
    styles = [style[1] for other in known if (style := _STYLE.fullmatch(other)) is not None]
    parts = {part for style in styles for part in _STYLE_PART.findall(style)}
    return set(_STYLE_PART.findall(shape)) <= parts | _ENDS


_UNSEEN: Final = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
_DRAWS_NOTHING: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_PILED: Final = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3}")


def odd_characters(text: str) -> set[str]:
    """Characters that are no sequence yet not printable: they turn others, are unseen or have no agreed look.

    Chosen by Unicode's categories, independently of the program's own rules.
    """
    letters = set(text)
    unseen = {char for char in letters if unicodedata.category(char) in _UNSEEN}
    blanks = {char for char in letters if char.isspace() and char != " "}
    return unseen | blanks | set(_DRAWS_NOTHING.findall("".join(letters)))


def is_piled(text: str) -> bool:
    """True if a letter has more marks than any language needs."""
    return _PILED.search(text) is not None


class Seen:
    """Sequences and text of a stream."""

    def __init__(self, stream: bytes) -> None:
        tokens = list(cut(stream))
        self.shapes = {shape(token) for token in tokens if token.kind != "text"}
        self._text = " ".join(token.data.decode() for token in tokens if token.kind == "text")

    def intruders(self, allowed: Set[bytes]) -> set[bytes]:
        """The sequences that are not allowed, and the characters that are not printable."""
        odd = {char.encode() for char in odd_characters(self._text)}
        unknown = {shape for shape in self.shapes - allowed if not is_known_style(shape, allowed)}
        return unknown | odd | ({b"piled marks"} if is_piled(self._text) else set())
