"""Read numbers and texts from a Java data stream. Serialized objects in the stream are only skipped.

Source: Java Object Serialization Specification, chapter 6; DataInputStream.
"""

from __future__ import annotations

from typing import Final

from tui.model.secret.formats.limits import MAX_DEPTH, UnreadableValue

_MAGIC: Final = b"\xac\xed\x00\x05"
_NULL, _REFERENCE, _CLASS, _OBJECT, _STRING, _ARRAY, _END = 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x78
_SIZES: Final = {"B": 1, "C": 2, "D": 8, "F": 4, "I": 4, "J": 8, "S": 2, "Z": 1}
"""Sizes of primitive fields, in bytes. Keys are the type letters of the fields."""


class JavaStream:
    def __init__(self, data: bytes, what: str) -> None:
        self._data, self._what, self._at = data, what, 0

    def bytes(self, size: int) -> bytes:
        content = self._data[self._at : self._at + size]
        if len(content) != size:
            raise UnreadableValue(self._what)
        self._at += size
        return content

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.bytes(size))

    def text(self) -> str:
        return self.bytes(self.number(2)).decode()

    def skip_object(self) -> None:
        if self.bytes(len(_MAGIC)) != _MAGIC:
            raise UnreadableValue(self._what)
        self._skip(0)

    def _skip(self, depth: int) -> None:
        tag = self.number(1)
        if tag == _REFERENCE:
            self.bytes(4)
        elif tag == _STRING:
            self.bytes(self.number(2))
        elif tag == _ARRAY:
            self._fields(depth)
            self.bytes(self.number())
        elif tag == _OBJECT:
            for kind in self._fields(depth):
                self._skip_field(kind, depth)
        elif tag != _NULL:
            raise UnreadableValue(self._what)

    def _skip_field(self, kind: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise UnreadableValue(self._what)
        if kind in _SIZES:
            self.bytes(_SIZES[kind])
        else:
            self._skip(depth + 1)

    def _fields(self, depth: int) -> str:
        """Skip a class and return the type letters of its fields. Fields of the base class come first.

        Return "" if the next tag is not `_CLASS`, for example at a reference to an earlier class.
        Also return "" if `depth` exceeds MAX_DEPTH.
        """
        tag = self.number(1)
        if tag == _REFERENCE:
            self.bytes(4)
        if tag != _CLASS or depth > MAX_DEPTH:
            return ""
        self.text()
        self.bytes(8 + 1)  # serialVersionUID and flags
        kinds = ""
        for _ in range(self.number(2)):
            kind = chr(self.number(1))
            self.text()
            if kind not in _SIZES:
                self._skip(depth + 1)
            kinds += kind
        if self.number(1) != _END:
            raise UnreadableValue(self._what)
        return self._fields(depth + 1) + kinds
