"""JSON: a change must leave it valid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.formats.leaf import Leaf, Number, leaves_in
from tui.model.secret.formats.limits import MAX_DEPTH, NotReadable, bounded
from tui.model.secret.formats.value_format import Flaw, PageRow, RowName, ValueFormat, is_not_now
from tui.model.text.counts import counted, joined

_CAUGHT: Final = (ValueError, RecursionError)
"""What the decoder raises for what it cannot read."""
WHAT: Final = "JSON"


def _recognizes(key: str, data: bytes) -> bool:
    try:
        found = json.loads(data.decode())
    except _CAUGHT:
        return False
    return key.endswith(".json") or isinstance(found, dict | list)


def json_flaw(data: bytes) -> Flaw | None:
    """The line at which it is no JSON."""
    try:
        json.loads(data.decode())
    except json.JSONDecodeError as error:
        return is_not_now(data, error.lineno)
    except _CAUGHT:
        return is_not_now()
    return None


def read_json(data: bytes) -> dict[str, Any] | list[Any]:
    """An object or a list. Raises NotReadable for anything else, and beyond the limits."""
    try:
        found = decoded(bounded(data, WHAT), object)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise NotReadable(WHAT) from None
    if not isinstance(found, dict | list):
        raise NotReadable(WHAT)
    return found


def read_numbers(data: bytes) -> object:
    """Decode JSON with each number as it is written. Raises ValueError or RecursionError."""
    return json.loads(data, parse_int=Number, parse_float=Number, parse_constant=Number)


def json_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    """Leaves in their order. Raises what `read_numbers` does, and NotReadable if it is nested too deep."""
    return leaves_in(read_numbers(data))


def leaf_count(found: dict[str, Any] | list[Any]) -> int:
    """Count the values that hold no others. Raises NotReadable if it is nested too deep."""
    level, count = list[dict[str, Any] | list[Any]]([found]), 0
    for _ in range(MAX_DEPTH):
        inner = [part for part in level for part in (part.values() if isinstance(part, dict) else part)]
        level = [part for part in inner if isinstance(part, dict | list) and part]
        count += len(inner) - len(level)
        if not level:
            return count
    raise NotReadable(WHAT, "it is nested too deep")


def _row(key: str, data: bytes) -> RowName | None:
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    found = read_json(data)
    try:
        return RowName("JSON", f"JSON, {counted(leaf_count(found), 'leaf', 'leaves')}")
    except NotReadable:
        return RowName("JSON")


def _jwks_row(key: str, data: bytes) -> RowName | None:
    if b'"kty"' not in data:
        return None
    found = read_json(data)
    keys = found.get("keys", [found]) if isinstance(found, dict) else ()
    kinds = [_key_kind(part) for part in keys if isinstance(part, dict)] if isinstance(keys, list) else []
    if not kinds or not all(kinds):
        return None
    is_secret = any("d" in part or "k" in part for part in keys)
    words = f"{counted(len(kinds), 'key')}: {joined(sorted(set(kinds)))}"
    return RowName("JWKS", f"JWKS, {'private, ' if is_secret else ''}{words}")


def _key_kind(part: dict[str, Any]) -> str:
    kinds = {"RSA": "RSA", "EC": "EC", "OKP": "Ed25519", "oct": "symmetric"}
    return kinds.get(str(part.get("kty")), "")


JSON: Final = ValueFormat(
    "valid JSON",
    recognizes=_recognizes,
    flaw=json_flaw,
    row=_row,
    leaves=json_leaves,
    page=(PageRow("JSON", "JSON, 14 leaves", "names of fields, kinds, sizes", "each leaf"),),
)
JWKS: Final = ValueFormat(
    "a JWKS",
    row=_jwks_row,
    leaves=json_leaves,
    page=(PageRow("JWKS", "JWKS, 2 keys: EC and RSA", "count, kinds, whether they are private", "the keys"),),
)
