"""Read the options of INI files with configparser, and find the offsets of their values."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from tui.model.secret.formats.leaf import WHOLE, UnwritableLeaf, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, refused

BLANKS: Final = re.compile(r"[^\S\n]{100}")
"""Run of blanks that configparser and dotenv read in quadratic time: half an hour for 256 kB."""
_SECTION: Final = re.compile(r"\[(.+)\]")
_OPTION: Final = re.compile(r"\s*([^=:\n]*?)\s*([=:])([^\S\n]*)")
_UNNAMED: Final = "…"
"""Name shown for a line without "=" or ":", because the line itself may be secret."""
_Place = tuple[int, int, str]
"""Start and end of a value, and the text between the option's name and the value, such as " = "."""


def read_ini(text: str, *, is_strict: bool = False) -> configparser.RawConfigParser | None:
    """Parse sections and options. Return None if the text is not valid or would take too long.

    `is_strict`: make option names lower case, and return None if an option has no value.
    """
    if BLANKS.search(text):
        return None
    parser = configparser.RawConfigParser(allow_no_value=True, strict=False, default_section="")
    parser.optionxform = partial(_option_name, is_strict)  # type: ignore[method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    values: list[str | None] = [value for name in parser.sections() for _, value in parser.items(name)]
    return None if is_strict and None in values else parser


def _option_name(is_strict: bool, name: str) -> str:
    """Return `name`, in lower case if `is_strict`. Raises configparser.Error for an empty name.

    Without this error, configparser would add each line with an empty name to one error message. The time
    for this would be quadratic.
    """
    if not name:
        raise configparser.Error
    return name.lower() if is_strict else name


def ini_spans(text: str) -> Iterator[LeafSpan]:
    """Yield a leaf for each option, with the path "section.option".

    The path is "section.…" for a line without "=" or ":".
    """
    if (parser := read_ini(text)) is None:
        return
    places = _places(text)
    for section in parser.sections():
        options: Iterable[tuple[str, str | None]] = parser.items(section)
        for name, value in options:
            if value is None:
                unnamed = text_leaf(f"{section}.{_UNNAMED}", name)
                yield LeafSpan(unnamed, 0, 0, refused(f"has no = or : on its line; {WHOLE}"))
                continue
            leaf = text_leaf(f"{section}.{name}", value)
            start, end, before = places.get((section, name), (0, 0, ""))
            if before and text[start:end] == value:
                yield LeafSpan(leaf, start, end, partial(_written, value, before))
            else:
                yield LeafSpan(leaf, 0, 0, refused(f"has several lines or occurs more than once; {WHOLE}"))


def ini_file_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    return ini_spans(data.decode("utf-8-sig"))


def _places(text: str) -> Mapping[tuple[str, str], _Place]:
    places, repeated, section, at = dict[tuple[str, str], _Place](), set[tuple[str, str]](), "", 0
    for line in text.split("\n"):
        bare = line.strip()
        if (header := _SECTION.match(bare)) is not None:
            section = header[1]
        elif bare and bare[0] not in "#;" and (option := _OPTION.match(line)) is not None:
            end = max(option.end(2), len(line.rstrip()))
            start = min(option.end(), end)
            name = (section, option[1])
            if name in places:
                repeated.add(name)
            places[name] = (at + start, at + end, line[option.end(1) : start])
        at += len(line) + 1
    return {name: place for name, place in places.items() if name not in repeated}


def _written(was: str, before: str, text: str) -> str:
    if text != text.strip() or "\n" in text or "\r" in text:
        raise UnwritableLeaf(f"must be one line without blanks at its ends; {WHOLE}")
    is_quoted = text[:1] in ('"', "'") and text[-1:] == text[:1]
    if not is_quoted and re.search("[#;]", text) and not re.search("[#;]", was):
        raise UnwritableLeaf("must be in quotes, because # or ; can begin a comment")
    blank = " " if text and before[:1].isspace() and not before[-1].isspace() else ""
    return f"{blank}{text}"
