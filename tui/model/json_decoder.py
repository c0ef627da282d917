"""Convert JSON, or plain objects, to instances of a given type. Several threads may do so at once.

msgspec 0.22 can crash if two threads decode data into the same type for the first time at the same moment.
So the decoder of each type is made under a lock.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

_Shape = TypeVar("_Shape")
_READY: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
_MAKING: Final = Lock()


class HiddenRepr:
    """Mixin for a struct that may hold values or logins: its repr hides the fields."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class HiddenStruct(HiddenRepr, msgspec.Struct):
    """Base class for decoded structs that may hold values."""


def decoded(data: bytes | str | msgspec.Raw, shape: type[_Shape]) -> _Shape:
    """Decode JSON into `shape`. Errors can quote the data."""
    return _decoder(shape).decode(data)


def converted(found: Any, shape: type[_Shape]) -> _Shape:
    """Convert plain objects, read from JSON or YAML, into `shape`. Errors can quote the data."""
    _decoder(shape)
    return msgspec.convert(found, shape)


def _decoder(shape: type[_Shape]) -> msgspec.json.Decoder[_Shape]:
    decoder = _READY.get(shape)
    if decoder is None:
        with _MAKING:
            decoder = _READY.get(shape)
            if decoder is None:
                decoder = _READY[shape] = msgspec.json.Decoder(shape)
    return decoder
