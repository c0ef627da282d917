"""The size limit and the error shared by all formats; the error never quotes a value."""

from __future__ import annotations

from typing import Final

MAX_INPUT: Final = 256_000
"""Bytes that a decoder looks at."""

MAX_INFLATED: Final = 8_000_000
"""Bytes at which a decompressor stops."""
MAX_DEPTH: Final = 64
"""Levels of nesting that are read."""
MAX_SECONDS: Final = 0.5
"""Seconds of processor time after which no leaf is decoded further: time that others take does not count."""


class NotReadable(ValueError):
    """The value is not in the expected format; the sentence quotes nothing of it."""

    def __init__(self, what: str, why: str = "") -> None:
        super().__init__(f"Cannot read this as {what}" + (f": {why}" if why else "") + ".")


def bounded(data: bytes, what: str) -> bytes:
    """The data itself; raises NotReadable if it is longer than a decoder looks at."""
    if len(data) > MAX_INPUT:
        raise NotReadable(what, "it is longer than 256 kB")
    return data
