"""Limits of size and time for all formats, UnreadableValue, and functions that decode UTF-8 text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MAX_INPUT: Final = 256_000
"""Maximum size in bytes of a decoder's input."""

MAX_INFLATED: Final = 8_000_000
"""Maximum size in bytes of decompressed data."""
MAX_DEPTH: Final = 64
MAX_SECONDS: Final = 0.5
"""Processor time in seconds, after which no further part (leaf) of a value is decoded."""


class UnreadableValue(ValueError):
    """Raised if a value is not in the expected format, or exceeds a limit. The message quotes no value."""

    def __init__(self, what: str, why: str = "") -> None:
        super().__init__(f"Cannot read the value as {what}" + (f": {why}" if why else "") + ".")


def bounded(data: bytes, what: str) -> bytes:
    """Return the data. Raises UnreadableValue, which names `what`, if the data is longer than MAX_INPUT."""
    if len(data) > MAX_INPUT:
        raise UnreadableValue(what, "it is longer than 256 kB")
    return data


def text_of(data: bytes) -> str:
    """Decode `data`, and drop a byte order mark. Return "" if `data` exceeds MAX_INPUT or is not UTF-8."""
    try:
        return data.decode("utf-8-sig") if len(data) <= MAX_INPUT else ""
    except UnicodeDecodeError:
        return ""


def setting_lines(data: bytes) -> Iterator[str]:
    """Yield the lines of a value, stripped. Leave out blank lines and lines that begin with `#`."""
    return (line for line, _ in placed_lines(data))


def placed_lines(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield each line of `setting_lines`, and the offset of its first character in `text_of(data)`."""
    at = 0
    for line in text_of(data).splitlines(keepends=True):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield stripped, at + len(line) - len(line.lstrip())
        at += len(line)
