"""Search for a value in what must not hold it: plain, in base64, in hex, escaped as JSON or repr would."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

MARKER: Final = 'Klärchen"s-7x9q-made-up'
"""A made-up value whose every way of being written differs from the plain one."""

_SEQUENCE: Final = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|[ -/]*[0-~])", re.DOTALL
)


def ways(value: bytes) -> dict[str, bytes]:
    """Each way in which a value may be written, with the bytes to look for."""
    text = value.decode("utf-8")
    return ways_of_bytes(value) | {
        "json": json.dumps(text)[1:-1].encode(),
        "json, UTF-8": json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        "repr": repr(text)[1:-1].encode(),
    }


def ways_of_bytes(value: bytes) -> dict[str, bytes]:
    """Each way in which bytes that are no text may be written, with the bytes to look for."""
    found = {
        "plain": value,
        "hex": value.hex().encode(),
        "HEX": value.hex().upper().encode(),
        "hex with blanks": value.hex(" ").encode(),
        "percent-encoded": "".join(f"%{byte:02X}" for byte in value).encode(),
        "repr of bytes": repr(value)[2:-1].encode(),
    }
    return found | {f"base64 at {offset}": _in_base64(value, offset) for offset in range(3)}


def _in_base64(value: bytes, offset: int) -> bytes:
    """The characters of base64 that depend on this value alone, after `offset` other bytes."""
    whole = base64.b64encode(b"\0" * offset + value)
    first = -(-offset * 8 // 6)
    last = (offset + len(value)) * 8 // 6
    return whole[first:last]


def stripped(stream: bytes) -> bytes:
    """A terminal's stream without its sequences, and without the line ends that wrapping makes."""
    return _SEQUENCE.sub(b"", stream).replace(b"\r", b"").replace(b"\n", b"")


def traces(haystack: bytes, value: str = MARKER) -> list[str]:
    """The ways in which `value` occurs in these bytes, as they are and as a terminal shows them."""
    shown = stripped(haystack)
    return [way for way, needle in ways(value.encode()).items() if needle in haystack or needle in shown]


def traces_in_files(folders: Iterable[Path], value: str = MARKER) -> list[str]:
    """The files below `folders` that hold `value` in any way."""
    files = (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file())
    return [f"{file.name}: {way}" for file in files for way in traces(file.read_bytes(), value)]
