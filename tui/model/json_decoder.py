"""Decode JSON and YAML data into msgspec types, safely from several threads.

msgspec 0.22 attaches type information to a Struct before all its fields are known. A second thread that
decodes the same Struct then reads past them, and the process dies (7 of 40 runs did). So each type is
prepared once, under a lock.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

_Shape = TypeVar("_Shape")
_READY: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
_MAKING: Final = Lock()


class Hidden:
    """Mixed into a struct that may hold values or logins: its repr shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Quiet(Hidden, msgspec.Struct):
    """A shape to decode whose repr shows nothing."""


def decoded(data: bytes | str | msgspec.Raw, shape: type[_Shape]) -> _Shape:
    """Decode as `msgspec.json.decode(data, type=shape)` does; its errors quote the data."""
    return _decoder(shape).decode(data)


def converted(found: Any, shape: type[_Shape]) -> _Shape:
    """Convert as `msgspec.convert(found, shape)` does; its errors quote the data."""
    _decoder(shape)
    return msgspec.convert(found, shape)


def _decoder(shape: type[_Shape]) -> msgspec.json.Decoder[_Shape]:
    ready = _READY.get(shape)
    if ready is None:
        with _MAKING:
            ready = _READY.get(shape)
            if ready is None:
                ready = _READY[shape] = msgspec.json.Decoder(shape)
    return ready
