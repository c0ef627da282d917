"""Paths in decoded JSON: "spec.tls[].secretName", "spec.backends.*.tls", "parameters['a.b/c']", "spec.**".

`[]` matches each item of a list, `*` each value of a map. `**` matches, at any depth, each text that is
probably the name of a Secret: a `secretName`, a `name` beside a `key`, or a `name` below a field such as
`tokenSecretRef`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

Step: TypeAlias = str | int
"""Field of a map, or index in a list."""

_STEP: Final = re.compile(r"\.?(\['(?P<quoted>[^']*)'\]|(?P<items>\[\])|(?P<field>[^.\[]+))")
_ITEMS: Final = "[]"
_BELOW: Final = "**"
_DEEPEST: Final = 40
"""Maximum depth at which `**` searches. Kubernetes objects are less deep."""
_LABELS: Final = ("hosts", "hostname", "host", "name")


class PathMatch(NamedTuple):
    value: Any
    beside: dict[str, Any]
    """Map that contains the value; {} for a list item and for the whole object."""
    at: str
    """Path of the value with the indexes of list items, such as "spec.tls[0].secretName"."""
    label: str = ""
    """Name or host of the list item that contains the value, such as "host shop.example"."""


def find(obj: object, path: str) -> Iterator[PathMatch]:
    """Yield the matches of `path` in `obj`. A value of an unexpected type is skipped."""
    return _walk(PathMatch(obj, {}, ""), steps_of(path)) if path else iter(())


def match_at(obj: object, steps: Iterable[Step]) -> PathMatch:
    match = PathMatch(obj, {}, "")
    for step in steps:
        match = _field(match, step) if isinstance(step, str) else _item(match, step)
    return match


def first_text(obj: object, path: str) -> str:
    return next((match.value for match in find(obj, path) if isinstance(match.value, str)), "")


def is_path(text: str) -> bool:
    return bool(text) and "".join(step[0] for step in _STEP.finditer(text)) == text and text[0] not in ".["


@cache
def steps_of(path: str) -> tuple[str, ...]:
    """Split a path into its steps: ("spec", "tls", "[]", "secretName")."""
    return tuple(
        quoted if (quoted := step["quoted"]) is not None else step["items"] or step["field"]
        for step in _STEP.finditer(path)
    )


def _walk(here: PathMatch, steps: tuple[str, ...]) -> Iterator[PathMatch]:
    if not steps:
        yield here
        return
    step, later_steps = steps[0], steps[1:]
    if step == _BELOW:
        yield from _references(here, "", _DEEPEST)
    elif step == _ITEMS:
        for item in _items(here):
            yield from _walk(item, later_steps)
    elif isinstance(here.value, dict):
        for name in here.value if step == "*" else (step,):
            if name in here.value:
                yield from _walk(_field(here, name), later_steps)


def _field(here: PathMatch, name: str) -> PathMatch:
    at = f"{here.at}['{name}']" if "." in name or "/" in name else f"{here.at}.{name}".lstrip(".")
    return PathMatch(here.value[name], here.value, at, here.label)


def _items(here: PathMatch) -> Iterator[PathMatch]:
    if isinstance(here.value, list):
        for number in range(len(here.value)):
            yield _item(here, number)


def _item(here: PathMatch, number: int) -> PathMatch:
    item = here.value[number]
    return PathMatch(item, {}, f"{here.at}[{number}]", _label(item) or here.label)


def _label(item: object) -> str:
    if not isinstance(item, dict):
        return ""
    for name in _LABELS:
        label = item.get(name)
        label = label[0] if isinstance(label, list) and label else label
        if isinstance(label, str) and label:
            return label if name == "name" else f"host {label}"
    return ""


def _references(here: PathMatch, field: str, levels_left: int) -> Iterator[PathMatch]:
    if not levels_left or "configmap" in field.lower():
        return
    for item in _items(here):
        yield from _references(item, field, levels_left - 1)
    if not isinstance(here.value, dict):
        return
    for name, value in here.value.items():
        if isinstance(value, str):
            if name == "secretName" or (name == "name" and _is_reference(here.value, field)):
                yield _field(here, name)
        elif isinstance(value, (dict, list)):
            yield from _references(_field(here, name), name, levels_left - 1)


def _is_reference(holder: dict[str, Any], field: str) -> bool:
    says_secret = "secret" in field.lower() and "secretstore" not in field.lower()
    return ("key" in holder or says_secret) and not any(isinstance(value, dict) for value in holder.values())
