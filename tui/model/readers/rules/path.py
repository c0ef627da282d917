"""Paths over decoded JSON: "spec.tls[].secretName", "spec.backends.*.tls", "parameters['a.b/c']", "spec.**".

`[]` is each item of a list, `*` each value of a map. `**` is everything below that has the shape of a
reference to a Secret: {name, key}, a name below a field that says "secret", or a `secretName`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

Step: TypeAlias = str | int
"""A field of a map, or the number of an item."""

_STEP: Final = re.compile(r"\.?(\['(?P<quoted>[^']*)'\]|(?P<items>\[\])|(?P<field>[^.\[]+))")
_ITEMS: Final = "[]"
_BELOW: Final = "**"
_DEEPEST: Final = 40
"""Steps below which nothing is looked at; no schema goes so deep."""
_LABELS: Final = ("hosts", "hostname", "host", "name")


class PathMatch(NamedTuple):
    value: Any
    beside: dict[str, Any]
    """The map that holds it; empty for an item of a list."""
    at: str
    """Path of the value, with the numbers of items."""
    label: str = ""
    """Name that the item of a list around it gives itself."""


def find(obj: object, path: str) -> Iterator[PathMatch]:
    """Every value there, in the object's order. What has another shape has none."""
    return _walk(PathMatch(obj, {}, ""), steps_of(path)) if path else iter(())


def match_at(obj: object, steps: Iterable[Step]) -> PathMatch:
    """The value to which these steps lead."""
    here = PathMatch(obj, {}, "")
    for step in steps:
        here = _field(here, step) if isinstance(step, str) else _item(here, step)
    return here


def first_text(obj: object, path: str) -> str:
    """The first text there; "" without one."""
    return next((found.value for found in find(obj, path) if isinstance(found.value, str)), "")


def is_path(text: str) -> bool:
    return bool(text) and "".join(step[0] for step in _STEP.finditer(text)) == text and text[0] not in ".["


@cache
def steps_of(path: str) -> tuple[str, ...]:
    """The fields of a path, with [], * and **."""
    return tuple(
        quoted if (quoted := step["quoted"]) is not None else step["items"] or step["field"]
        for step in _STEP.finditer(path)
    )


def _walk(here: PathMatch, steps: tuple[str, ...]) -> Iterator[PathMatch]:
    if not steps:
        yield here
        return
    step, rest = steps[0], steps[1:]
    if step == _BELOW:
        yield from _references(here, "", _DEEPEST)
    elif step == _ITEMS:
        for item in _items(here):
            yield from _walk(item, rest)
    elif isinstance(here.value, dict):
        for name in here.value if step == "*" else (step,):
            if name in here.value:
                yield from _walk(_field(here, name), rest)


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
        told = item.get(name)
        told = told[0] if isinstance(told, list) and told else told
        if isinstance(told, str) and told:
            return told if name == "name" else f"host {told}"
    return ""


def _references(here: PathMatch, field: str, deepest: int) -> Iterator[PathMatch]:
    """`field` is the name of the field that holds the value, or the list in which it is an item."""
    if not deepest or "configmap" in field.lower():
        return
    for item in _items(here):
        yield from _references(item, field, deepest - 1)
    if not isinstance(here.value, dict):
        return
    for name, value in here.value.items():
        if isinstance(value, str):
            if name == "secretName" or (name == "name" and _is_reference(here.value, field)):
                yield _field(here, name)
        elif isinstance(value, (dict, list)):
            yield from _references(_field(here, name), name, deepest - 1)


def _is_reference(holder: dict[str, Any], field: str) -> bool:
    """True if a map with a name refers to a Secret. A map of maps defines something."""
    says_secret = "secret" in field.lower() and "secretstore" not in field.lower()
    return ("key" in holder or says_secret) and not any(isinstance(one, dict) for one in holder.values())
