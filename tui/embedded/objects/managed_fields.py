"""managedFields of Secrets: the manager that last wrote each field, and the time of the manager's last write.

Source: sigs.k8s.io/structured-merge-diff, merge/update.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tui.embedded.status import Obj

Path = tuple[str, ...]
Fields = frozenset[Path]

_MAP: Final = object()
"""Placeholder for the value of a map such as f:data, whose entries have their own paths."""


def track(old: Obj | None, new: Obj, manager: str, time: str) -> list[Obj]:
    """Build the managedFields of `new`, after `manager` replaced `old` by `new` at `time` (RFC 3339).

    Return [] if `old` is an object without managedFields.
    """
    entries = (old or {}).get("metadata", {}).get("managedFields") or []
    if old and not entries:
        return []
    before, after = (dict(_written(old)) if old else {}), dict(_written(new))
    changed = frozenset(path for path, value in after.items() if path not in before or before[path] != value)
    taken = changed | (before.keys() - after.keys())
    kept: list[tuple[Obj, Fields]] = []
    own: Fields = frozenset()
    for entry in entries:
        remaining = parse(entry.get("fieldsV1") or {}) - taken
        is_own = entry.get("manager") == manager and entry.get("operation") == "Update"
        if is_own and changed and not entry.get("subresource"):
            own = remaining
        elif remaining:
            kept.append((entry, remaining))
    if changed:
        about = {"manager": manager, "operation": "Update", "apiVersion": "v1", "time": time}
        kept.append((about | {"fieldsType": "FieldsV1"}, own | changed))
    updated = [entry | {"fieldsV1": render(fields)} for entry, fields in kept]
    return sorted(updated, key=lambda entry: (entry["operation"], entry.get("time", ""), entry["manager"]))


def _written(obj: Obj) -> Iterator[tuple[Path, Any]]:
    meta = obj["metadata"]
    maps: list[tuple[Path, Obj | None]] = [(("f:data",), obj.get("data"))]
    maps += [(("f:metadata", f"f:{name}"), meta.get(name)) for name in ("labels", "annotations")]
    for path, part in maps:
        if part is not None:
            yield path, _MAP
            yield from (((*path, f"f:{key}"), value) for key, value in part.items())
    if finalizers := meta.get("finalizers"):
        path = ("f:metadata", "f:finalizers")
        yield path, _MAP
        yield from (((*path, f'v:"{name}"'), name) for name in finalizers)
    for name in ("type", "immutable"):
        if name in obj:
            yield (f"f:{name}",), obj[name]


def parse(tree: Mapping[str, Any]) -> Fields:
    return frozenset(_paths((), tree))


def _paths(path: Path, tree: Mapping[str, Any]) -> Iterator[Path]:
    for step, below in tree.items():
        if step == ".":
            yield path
        elif below:
            yield from _paths((*path, step), below)
        else:
            yield (*path, step)


def render(fields: Iterable[Path]) -> Obj:
    tree: Obj = {}
    for path in sorted(fields):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        node["."] = {}
    return _tidy(tree)


def _tidy(tree: Obj) -> Obj:
    if set(tree) == {"."}:
        return {}
    return {step: (below if step == "." else _tidy(below)) for step, below in tree.items()}
