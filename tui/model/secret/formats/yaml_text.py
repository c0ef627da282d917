"""YAML: a change must leave its mapping or sequence readable. Any line is valid YAML, so only these count."""

from __future__ import annotations

from typing import Final

import yaml

from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.value_format import Flaw, ValueFormat, is_not_now

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CAUGHT: Final = (yaml.YAMLError, ValueError, RecursionError)
"""What the decoder raises for what it cannot read."""


def _has_items(data: bytes) -> bool:
    """True if there is a mapping or a sequence. Raises yaml.YAMLError."""
    events = list(yaml.parse(data.decode(), Loader=_LOADER))  # a list, for what comes last counts too
    return any(isinstance(event, yaml.CollectionStartEvent) for event in events)


def yaml_parts(data: bytes) -> list[tuple[object, ...]] | None:
    """What a reader finds, the last of each part its text or None; None for what is no YAML or too long."""
    if len(data) > MAX_INPUT:
        return None
    try:
        events = list(yaml.parse(data.decode(), Loader=_LOADER))
    except _CAUGHT:
        return None
    return [
        (type(event), *(getattr(event, name, None) for name in ("anchor", "tag", "value")))
        for event in events
    ]


def _recognizes(key: str, data: bytes) -> bool:
    if not key.endswith((".yaml", ".yml")) and len(data.splitlines()) < 2:
        return False
    try:
        return _has_items(data)
    except _CAUGHT:
        return False


def _flaw(data: bytes) -> Flaw | None:
    try:
        return None if _has_items(data) else Flaw("is plain text now")
    except yaml.MarkedYAMLError as error:
        return is_not_now(data, error.problem_mark.line + 1 if error.problem_mark is not None else 0)
    except _CAUGHT:
        return is_not_now()


YAML: Final = ValueFormat("valid YAML", recognizes=_recognizes, flaw=_flaw)
