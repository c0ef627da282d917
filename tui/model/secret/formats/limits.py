"""Size limits of all formats, the text and lines of a value, and an error that never quotes a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MAX_INPUT: Final = 256_000
"""Largest input of a decoder, in bytes."""

MAX_INFLATED: Final = 8_000_000
"""Bytes at which a decompressor stops."""
MAX_DEPTH: Final = 64
"""Levels of nesting that are read."""
MAX_SECONDS: Final = 0.5
"""Seconds of processor time after which no leaf is decoded further: time that others take does not count."""


class NotReadable(ValueError):
    """Error: the value is not in the expected format. The sentence quotes nothing of it."""

    def __init__(self, what: str, why: str = "") -> None:
        super().__init__(f"Cannot read this as {what}" + (f": {why}" if why else "") + ".")


def bounded(data: bytes, what: str) -> bytes:
    """Return the data; raises NotReadable if it is longer than a decoder reads."""
    if len(data) > MAX_INPUT:
        raise NotReadable(what, "it is longer than 256 kB")
    return data


def text_of(data: bytes) -> str:
    """Text of a value; "" if it is no text, or too long."""
    try:
        return data.decode("utf-8-sig") if len(data) <= MAX_INPUT else ""
    except UnicodeDecodeError:
        return ""


def setting_lines(data: bytes) -> Iterator[str]:
    """Lines without blank ones and comments."""
    return (line for line, _ in placed_lines(data))


def placed_lines(data: bytes) -> Iterator[tuple[str, int]]:
    """Lines without blank ones and comments, each with its offset."""
    at = 0
    for line in text_of(data).splitlines(keepends=True):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield stripped, at + len(line) - len(line.lstrip())
        at += len(line)
