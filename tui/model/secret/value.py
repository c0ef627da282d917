"""Value: the bytes of one key in a Secret, hidden from repr. Facts describe a value without revealing it."""

from __future__ import annotations

import re
from typing import Final, Literal, NoReturn

from msgspec import Struct

MASK: Final = "********"
"""Text shown instead of a value. The fixed width of the text does not reveal the value's length."""

LineEnd = Literal["\n", "\r\n", "\r", "mixed"]


class Value:
    """Value of one key in a Secret. `repr`, `str`, `format` and rich's repr show a mask instead of the bytes.

    A Value cannot be copied, pickled or hashed, because the result would contain the bytes or a digest of
    them. Only `reveal()` returns the bytes, so a search for `reveal` finds every place that reads a value.
    """

    __slots__ = ("__weakref__", "_data", "_facts")

    def __init__(self, data: bytes) -> None:
        self._data = bytes(data)
        self._facts: Facts | None = None

    def reveal(self) -> bytes:
        return self._data

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self._data == other._data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Value {MASK}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __rich_repr__(self) -> list[str]:
        return [MASK]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Value cannot be copied or pickled")


class Facts(Struct, frozen=True, gc=False):
    size: int
    is_text: bool
    """True if the value is UTF-8 without control characters other than tabs and line ends."""
    lines: int
    line_end: LineEnd | None
    has_final_newline: bool
    has_bom: bool
    has_edge_blank: bool
    """True if the text, without its final line break, starts or ends with a space or tab."""
    is_readable: bool
    """True if the value is UTF-8 without NUL, so that it can be shown as text."""


def size_text(size: int) -> str:
    """Format a size. A kB has 1,000 bytes."""
    if size < 1000:
        return f"{size} B"
    if size < 999_950:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


_BOM: Final = b"\xef\xbb\xbf"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def facts(value: Value) -> Facts:
    """Return the facts of a value. The value keeps them, because computing them takes 10 ms for 1 MB."""
    if value._facts is None:
        value._facts = _computed_facts(value.reveal())
    return value._facts


def _computed_facts(data: bytes) -> Facts:
    decoded = _decoded(data)
    text = decoded if decoded is not None and not _CONTROLS.search(decoded) else None
    line_end = _line_end(data) if text is not None else None
    body = data.removesuffix(b"\n").removesuffix(b"\r")
    return Facts(
        size=len(data),
        is_text=text is not None,
        lines=_line_count(data) if text is not None else 0,
        line_end=line_end,
        has_final_newline=text is not None and data.endswith((b"\n", b"\r")),
        has_bom=data.startswith(_BOM),
        has_edge_blank=text is not None and body != body.strip(b" \t"),
        is_readable=decoded is not None,
    )


def _decoded(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _line_end(data: bytes) -> LineEnd | None:
    crlf = data.count(b"\r\n")
    lone_lf, lone_cr = data.count(b"\n") - crlf, data.count(b"\r") - crlf
    counts: tuple[tuple[LineEnd, int], ...] = (("\r\n", crlf), ("\n", lone_lf), ("\r", lone_cr))
    ends = [end for end, count in counts if count]
    if not ends:
        return None
    return ends[0] if len(ends) == 1 else "mixed"


def _line_count(data: bytes) -> int:
    if not data:
        return 0
    breaks = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    return breaks + (0 if data.endswith((b"\n", b"\r")) else 1)
