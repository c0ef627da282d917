"""Packed values: gzip, zstd (from Python 3.14 up), and base64 of another value."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from importlib import import_module
from typing import Final, NamedTuple

from tui.model.secret.formats.limits import MAX_INFLATED, UnreadableValue
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.secret.value import Value, facts

_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_URL_BASE64: Final = re.compile(rb"\s*[A-Za-z0-9_-]+={0,2}\s*")
_MOST_BASE64: Final = 3_000_000
"""Maximum size in bytes of base64 to decode. A Helm release is smaller."""
_LEAST_DECODED: Final = 8
"""Minimum size in bytes of decoded data. Random letters often decode to a few bytes that look like text."""
_STARTS: Final = frozenset(b"\x30\x1f\x28\xfe\xce\x94\x95\x98\x99\xc5\xc6")
"""First bytes of DER, gzip, zstd, keystores and OpenPGP.

Base64 of other binary data is not decoded, because random letters decode to such data too.
"""
TWICE: Final = "base64 of a text: encoded twice?"


class UnpackedValue(NamedTuple):
    how: str
    """Either "gzip", "zstd" or "base64"."""
    data: bytes


def unpacked(data: bytes, most: int = MAX_INFLATED) -> UnpackedValue | None:
    """Unpack a value. Return None if it is not packed, is damaged, or is zstd that this Python cannot read.

    Raises UnreadableValue if decompressed data is over `most` bytes.
    """
    if data.startswith(_GZIP):
        inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            inflated = inflating.decompress(data, most + 1)
        except zlib.error:
            return None
        return _whole("gzip", inflated, most) if inflating.eof or len(inflated) > most else None
    if data.startswith(_ZSTD):
        return _unpacked_zstd(data, most)
    return _decoded(data)


def _whole(how: str, inflated: bytes, most: int) -> UnpackedValue:
    if len(inflated) > most:
        raise UnreadableValue(how, "unpacked data exceeds 8 MB")
    return UnpackedValue(how, inflated)


def _unpacked_zstd(data: bytes, most: int) -> UnpackedValue | None:
    try:
        zstd = import_module("compression.zstd")  # Python 3.14
        inflated = zstd.ZstdDecompressor().decompress(data, most + 1)
    except Exception:
        return None  # the module is missing, or the data is damaged
    return _whole("zstd", inflated, most)


def _is_base64(data: bytes) -> bool:
    """True for base64 lines with the usual alphabet. A regular expression would hang on some data."""
    *lines, last = data.strip().replace(b"\r\n", b"\n").split(b"\n")
    text = last.rstrip(b"=")
    is_alike = all(len(line) >= 4 for line in lines) and text and len(last) - len(text) <= 2
    return bool(is_alike) and not (b"".join(lines) + text).translate(None, _ALPHABET)


def _decoded(data: bytes) -> UnpackedValue | None:
    if not _LEAST_DECODED <= len(data) <= _MOST_BASE64:
        return None
    is_plain = _is_base64(data)
    if not is_plain and _URL_BASE64.fullmatch(data) is None:
        return None
    text = data.translate(None, b" \t\r\n\f\v")
    try:
        if is_plain and len(text) % 4 == 0:
            decoded = b64decode(text, validate=True)
        elif not is_plain and b"=" not in text:
            decoded = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        else:
            return None
    except ValueError:
        return None
    if len(decoded) < _LEAST_DECODED or not (decoded[0] in _STARTS or is_printable_text(decoded)):
        return None
    return UnpackedValue("base64", decoded)


def packed_again(data: bytes, inner: bytes) -> bytes:
    """Encode `inner` in base64 with the alphabet, line length and surrounding whitespace of `data`."""
    body = data.strip()
    head, _, tail = data.partition(body)
    text = b64encode(inner) if _is_base64(data) else urlsafe_b64encode(inner).rstrip(b"=")
    first, line_break, _ = body.partition(b"\n")
    if line_break:
        width, end = len(first.rstrip(b"\r")), b"\r\n" if first.endswith(b"\r") else b"\n"
        text = end.join(text[at : at + width] for at in range(0, len(text), width))
    return head + text + tail


def is_printable_text(data: bytes) -> bool:
    """True if the data is UTF-8 and has only visible characters, spaces, tabs and line ends."""
    value_facts = facts(Value(data))
    return (
        value_facts.is_text
        and data.decode().replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
    )


def _row(key: str, data: bytes) -> RowName | None:
    """Return the name of compressed data. registry.py replaces the name if it recognizes the content."""
    if data.startswith(_GZIP):
        return RowName("gzip")
    return RowName("zstd") if data.startswith(_ZSTD) else None


PACKED: Final = ValueFormat(
    "packed",
    row=_row,
    page=(
        PageRow(
            "gzip, zstd (Python 3.14) of any of these",
            "gzip of JSON, 14 leaves",
            "as for the content",
            edited="no: compressed",
        ),
        PageRow(
            "base64 of any of these",
            "base64 of JSON, 14 leaves",
            "as for the content",
            edited="as for the content",
        ),
        PageRow("base64 of a text", TWICE, "-", "the text", "the text"),
    ),
)
