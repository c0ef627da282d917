"""Values on the wire: base64 as Go's decoder takes it, and where it stops.

Source: Go, encoding/base64; encoding/json for bytes.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from tui.embedded.objects.json_text import Undecodable, mismatch


def read(value: Any) -> str:
    """The value in standard base64. null means empty; a list of numbers is bytes, too."""
    if value is None:
        return ""
    if isinstance(value, list):
        return _from_numbers(value)
    if not isinstance(value, str):
        raise Undecodable(mismatch(value, "struct field Secret.data of type []uint8"))
    text = value.replace("\n", "").replace("\r", "")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Undecodable(f"illegal base64 data at input byte {_first_illegal(value)}") from None
    canonical = base64.b64encode(raw).decode()
    if len(canonical) != len(text):
        raise Undecodable(f"illegal base64 data at input byte {_first_illegal(value)}")
    return canonical


def _from_numbers(value: list[Any]) -> str:
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int):
            raise Undecodable(mismatch(one, "struct field Secret.data of type uint8"))
        if not 0 <= one < 256:
            text = f"json: cannot unmarshal number {one} into Go struct field Secret.data of type uint8"
            raise Undecodable(text)
    return base64.b64encode(bytes(value)).decode()


_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _first_illegal(value: str) -> int:
    """Where Go's decoder stops (encoding/base64 decodeQuantum)."""
    raw = value.encode("utf-8", "surrogatepass").decode("latin-1")
    at, filled = 0, 0
    while at < len(raw):
        char = raw[at]
        at += 1
        if char in "\r\n":
            continue
        if char in _ALPHABET:
            filled = (filled + 1) % 4
            continue
        if char != "=" or filled < 2:
            return at - 1
        if filled == 2:
            at = _past_breaks(raw, at)
            if at == len(raw):
                return len(raw)
            if raw[at] != "=":
                return at - 1
            at += 1
        return _past_breaks(raw, at)
    return len(raw) - filled


def _past_breaks(text: str, at: int) -> int:
    while at < len(text) and text[at] in "\r\n":
        at += 1
    return at
