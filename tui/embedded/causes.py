"""Causes: what is wrong with one field, worded and quoted as the server does it.

Source: k8s.io/apimachinery, pkg/util/validation/field/errors.go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass


def quote(text: str) -> str:
    """`text` in double quotes as Go's %q writes it."""
    out = ['"']
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif char.isprintable():
            out.append(char)
        elif char in _SHORT:
            out.append(_SHORT[char])
        elif code < 0x80:
            out.append(f"\\x{code:02x}")
        elif code < 0x10000:
            out.append(f"\\u{code:04x}")
        else:
            out.append(f"\\U{code:08x}")
    return "".join([*out, '"'])


_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}

_WORDS = {
    "FieldValueNotFound": "Not found",
    "FieldValueRequired": "Required value",
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueInvalid": "Invalid value",
    "FieldValueTypeInvalid": "Invalid value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueTooLong": "Too long",
    "FieldValueTooMany": "Too many",
}
_WITHOUT_VALUE = frozenset({"FieldValueRequired", "FieldValueForbidden", "FieldValueTooLong"})


@dataclass(frozen=True)
class Cause:
    """One failed rule. `message` is the server's ErrorBody; `field` a path such as data[a]."""

    reason: str
    message: str
    field: str

    @classmethod
    def of(cls, reason: str, path: str, value: object = "", detail: str = "") -> Cause:
        """The cause that the server builds from a field error. Values are quoted as Go quotes them."""
        words = _WORDS[reason]
        if reason not in _WITHOUT_VALUE:
            words += f": {shown(value)}"
        return cls(reason, f"{words}: {detail}" if detail else words, path)

    @property
    def sentence(self) -> str:
        return f"{self.field}: {self.message}"


def shown(value: object) -> str:
    """A bad value as field errors print it."""
    if isinstance(value, str):
        return quote(value)
    return json.dumps(value, separators=(",", ":"))


def invalid(path: str, value: object, detail: str) -> Cause:
    return Cause.of("FieldValueInvalid", path, value, detail)


def required(path: str, detail: str = "") -> Cause:
    return Cause.of("FieldValueRequired", path, detail=detail)


def forbidden_field(path: str, detail: str) -> Cause:
    return Cause.of("FieldValueForbidden", path, detail=detail)


def not_supported(path: str, value: object, known: Iterable[str]) -> Cause:
    detail = "supported values: " + ", ".join(quote(one) for one in known)
    return Cause.of("FieldValueNotSupported", path, value, detail)


def too_long(path: str, limit: int) -> Cause:
    return Cause.of("FieldValueTooLong", path, detail=f"may not be more than {limit} bytes")
