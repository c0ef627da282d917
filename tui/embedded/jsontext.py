"""Whether bytes are a JSON object, in the words of Go's decoder."""

from __future__ import annotations

import json
from typing import Final

_NAMES: Final = {list: "array", str: "string", bool: "bool", int: "number", float: "number"}


def object_problem(data: bytes) -> str:
    """Why `data` is no JSON object; empty if it is one."""
    try:
        value = json.loads(data)
    except ValueError:
        return _syntax_problem(data)
    if value is None or isinstance(value, dict):
        return ""
    return f"json: cannot unmarshal {_NAMES[type(value)]} into Go value of type map[string]interface {{}}"


def _syntax_problem(data: bytes) -> str:
    text = data.decode("utf-8", "replace").lstrip(" \t\r\n")
    if not text:
        return "unexpected end of JSON input"
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text):
            return "unexpected end of JSON input"
        return f"invalid character '{text[error.pos]}' looking for beginning of value"
    return ""
