"""Values of a ConfigMap."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

from tui.model.api_object import Obj
from tui.model.secret.value import Value


def config_map_values(obj: Obj) -> Iterator[tuple[str, Value]]:
    """Yield the key and value of each entry of `data` and `binaryData`.

    A value of `data` that is not text is skipped; a value of `binaryData` that is not base64 becomes empty.
    """
    data, binary = obj.get("data"), obj.get("binaryData")
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, str):
            yield key, Value(value.encode())
    for key, value in binary.items() if isinstance(binary, dict) else ():
        yield key, Value(from_base64(value))


def from_base64(value: object) -> bytes:
    """Decode base64. Return b"" if `value` is not a string or is invalid."""
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        return b""
