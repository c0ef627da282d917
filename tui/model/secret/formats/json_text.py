"""JSON: a change must leave it valid."""

from __future__ import annotations

import json
from typing import Final

from tui.model.secret.formats.value_format import Flaw, ValueFormat, is_not_now

_CAUGHT: Final = (ValueError, RecursionError)
"""What the decoder raises for what it cannot read."""


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


JSON: Final = ValueFormat("valid JSON", recognizes=_recognizes, flaw=json_flaw)
