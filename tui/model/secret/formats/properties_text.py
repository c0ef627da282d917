"""Settings of .properties files, each with the offsets of its value. Source: java.util.Properties.load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from tui.model.secret.formats.leaf import text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan

_REST: Final = r"\\(?:\r\n|[\s\S]|\Z)"
"""Backslash, and the character, line break or end of text that follows it."""
_LINE: Final = re.compile(
    rf"""(?P<name>(?:[^\\=:\ \t\f\r\n]|{_REST})*)
    (?P<sign>(?:[\ \t\f]|\\(?:\r\n|\r|\n))*[=:]?(?:[\ \t\f]|\\(?:\r\n|\r|\n))*)
    (?P<value>(?:[^\\\r\n]|{_REST})*)""",
    re.VERBOSE,
)
_BLANKS: Final = re.compile(r"[ \t\f\r\n]*(?:[#!][^\r\n]*[ \t\f\r\n]*)*")
_CONTINUED: Final = re.compile(r"(\\\\)|\\(?:(?:\r\n|\r|\n)[ \t\f]*|\Z)")
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPES: Final = {ord(char): f"\\{letter}" for letter, char in _CONTROLS.items()} | {ord("\\"): "\\\\"}


def property_spans(text: str) -> Iterator[LeafSpan]:
    at = 0
    while (blanks := _BLANKS.match(text, at)) is not None and blanks.end() < len(text):
        if (line := _LINE.match(text, blanks.end())) is None:
            return
        leaf = text_leaf(_unescaped(line["name"]), _unescaped(line["value"]))
        written = partial(_written, line["sign"], not text.isascii())
        yield LeafSpan(leaf, *line.span("value"), written)
        at = line.end()


def _unescaped(text: str) -> str:
    def character(escape: re.Match[str]) -> str:
        return chr(int(escape[1][1:], 16)) if len(escape[1]) > 1 else _CONTROLS.get(escape[1], escape[1])

    unbroken = _CONTINUED.sub(lambda part: part[1] or "", text)
    # Two escapes can be the halves (surrogates) of one character. Decoding as UTF-16 joins them.
    return (
        _ESCAPE.sub(character, unbroken).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    )


def _written(sign: str, has_non_ascii: bool, text: str) -> str:
    """Escape a new value, and put "=" before it if `sign` is empty.

    If the file is ASCII so far, also escape each character outside ASCII.
    Java reads a .properties file as Latin-1 or as UTF-8, so only ASCII is always safe.
    """
    written = text.translate(_ESCAPES)
    if written[:1] == " " or (written[:1] in (":", "=") and not sign.strip(" \t\f")):
        written = "\\" + written
    if not has_non_ascii:
        written = "".join(char if char.isascii() else _code_units(char) for char in written)
    return written if sign else f"={written}"


def _code_units(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
