"""Bound an answer: inflate in pieces, split into lines, stop at the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

MAX_CHUNK: Final = 64 * 1024 * 1024
"""Bytes of one answer, inflated."""
MAX_LINE: Final = 16 * 1024 * 1024
"""Bytes of one line of a watch."""
_PIECE: Final = 256 * 1024


class TooLong(Exception):
    """More than the limit. Holds nothing of the answer."""


class Garbled(Exception):
    """Not the gzip that it claims to be. Holds nothing of the answer."""


class Inflater:
    """Bytes from the network into bytes of the answer, by pieces of at most 256 kiB."""

    def __init__(self, encoding: str) -> None:
        """`encoding` is the Content-Encoding. Raises Garbled for one that was not asked for."""
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise Garbled
        self._inflate = zlib.decompressobj(31) if encoding.endswith("gzip") else None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Raises Garbled."""
        if self._inflate is None:
            yield data
            return
        while data and not self._inflate.eof:
            is_garbled = False
            try:
                piece = self._inflate.decompress(data, _PIECE)
            except zlib.error:
                is_garbled = True
            if is_garbled:
                raise Garbled
            data = self._inflate.unconsumed_tail
            yield piece

    @property
    def is_whole(self) -> bool:
        """Has the compressed stream come to its end?"""
        return self._inflate is None or self._inflate.eof


class Lines:
    """Bytes into lines, each at most MAX_LINE long."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit, self._rest = limit, bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that are complete now, without blank ones. Raises TooLong."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            if len(self._rest) + len(piece) > self._limit:
                raise TooLong
            line = bytes(self._rest) + piece
            self._rest.clear()
            if line.strip():
                yield line
        if len(self._rest) + len(rest) > self._limit:
            raise TooLong
        self._rest += rest

    @property
    def is_whole(self) -> bool:
        """Is nothing left of a line that did not end?"""
        return not self._rest.strip()
