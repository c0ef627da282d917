"""Reader for the elements of ASN.1 in DER, and in the BER that Firefox and Windows write.

Source: ITU-T X.690.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.limits import MAX_DEPTH, UnreadableValue

SEQUENCE: Final = 0x30
INTEGER: Final = 0x02
_WHAT: Final = "DER"
_CONSTRUCTED: Final = 0x20
_LONG_TAG: Final = 0x1F
_NO_LENGTH: Final = 0x80
_END: Final = b"\0\0"
_MOST_LENGTH: Final = 4
"""Maximum number of bytes that encode a length."""


class Element(HiddenRepr, Struct, frozen=True):
    tag: int
    content: bytes

    @property
    def parts(self) -> tuple[Element, ...]:
        """Elements inside this element. Raises UnreadableValue if the content is damaged."""
        return elements(self.content)

    @property
    def octets(self) -> bytes:
        """Bytes of a string. If BER splits the string into several elements, their bytes are joined.

        Raises UnreadableValue if the content is damaged or nested too deeply.
        """
        return _octets(self, 0)

    @property
    def number(self) -> int:
        """Content as an unsigned number.

        So a PKCS#12 file cannot set a negative number of hashing rounds.
        """
        return int.from_bytes(self.content)


def elements(data: bytes) -> tuple[Element, ...]:
    """Split data into elements.

    Raises UnreadableValue if an element is damaged, cut short or has a long tag, or if elements of unknown
    length are nested too deeply.
    """
    parts, at = list[Element](), 0
    while at < len(data):
        element, at = _read(data, at, 0)
        parts.append(element)
    return tuple(parts)


def _read(data: bytes, at: int, depth: int) -> tuple[Element, int]:
    if len(data) < at + 2 or data[at] & _LONG_TAG == _LONG_TAG or depth > MAX_DEPTH:
        raise UnreadableValue(_WHAT)
    tag, length = data[at], data[at + 1]
    at += 2
    if length == _NO_LENGTH:
        start = at
        while data[at : at + 2] != _END:
            _, at = _read(data, at, depth + 1)
        return Element(tag, data[start:at]), at + 2
    if length > _NO_LENGTH:
        size = min(length - _NO_LENGTH, _MOST_LENGTH + 1)
        length = int.from_bytes(data[at : at + size])
        at += size
        if size > _MOST_LENGTH:
            raise UnreadableValue(_WHAT)
    if at + length > len(data):
        raise UnreadableValue(_WHAT)
    return Element(tag, data[at : at + length]), at + length


def _octets(element: Element, depth: int) -> bytes:
    if not element.tag & _CONSTRUCTED:
        return element.content
    if depth > MAX_DEPTH:
        raise UnreadableValue(_WHAT)
    return b"".join(_octets(part, depth + 1) for part in element.parts)
