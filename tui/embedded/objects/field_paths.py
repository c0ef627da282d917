"""Field paths: which parts of an object a write touched, and the fieldsV1 trees that say who owns them.

Source: sigs.k8s.io/structured-merge-diff, typed/compare.go; apimachinery, managedfields stripmeta.go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tui.embedded.status import Obj

Path = tuple[str, ...]
Fields = frozenset[Path]

_ABSENT: Final = object()
_STRIPPED: Final[frozenset[Path]] = frozenset(
    {("f:apiVersion",), ("f:kind",), ("f:metadata",)}
    | {
        ("f:metadata", f"f:{name}")
        for name in (
            "clusterName",
            "creationTimestamp",
            "deletionGracePeriodSeconds",
            "deletionTimestamp",
            "generation",
            "managedFields",
            "name",
            "namespace",
            "resourceVersion",
            "selfLink",
            "uid",
        )
        if name not in {"deletionTimestamp", "deletionGracePeriodSeconds"}
    }
)
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "conditions": ("type",),
    "containers": ("name",),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ownerReferences": ("uid",),
    "podIPs": ("ip",),
    "hostIPs": ("ip",),
    "ports": ("containerPort", "protocol"),
    "secrets": ("name",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
_SETS: Final = frozenset({"finalizers"})
_ATOMIC: Final = frozenset(
    {"involvedObject", "nodeSelector", "fieldRef", "resourceFieldRef", "secretKeyRef", "secretRef"}
)
_ATOMIC_ITEMS: Final = frozenset({"f:ownerReferences", "f:imagePullSecrets", "f:secrets"})
_EMPTY: Final[Mapping[str, Obj]] = {
    "Pod": {"spec": {"containers": None}, "status": {}},
    "Namespace": {"spec": {}, "status": {}},
    "SelfSubjectAccessReview": {"spec": {}},
    "Event": {"eventTime": None, "reportingComponent": "", "reportingInstance": "", "source": {}},
}
"""What an object of a kind has before anybody wrote it: these fields are always encoded."""
_FILLED_IN: Final[Mapping[str, frozenset[str]]] = {"Namespace": frozenset({"f:spec", "f:status"})}
"""What the server fills in after it noted who wrote what."""


@dataclass
class Difference:
    """Which field paths a write added, changed and removed."""

    added: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)


def compare(old: Obj | None, new: Obj) -> Difference:
    """The difference between two versions, without what no manager owns (name, uid ...)."""
    found = Difference()
    _walk((), _EMPTY.get(new.get("kind", ""), {}) if old is None else old, new, found)
    untracked = _FILLED_IN.get(new.get("kind", ""), frozenset())
    for paths in (found.added, found.modified, found.removed):
        paths -= {path for path in paths if path in _STRIPPED or path[0] in untracked}
    return found


def _walk(path: Path, old: Any, new: Any, found: Difference) -> None:
    children = _children(path, old, new)
    if children is None:
        if old is _ABSENT:
            found.added.add(path)
        elif new is _ABSENT:
            found.removed.add(path)
        elif old != new:
            found.modified.add(path)
        return
    for step, before, after in children:
        _walk((*path, step), before, after, found)
    if old is _ABSENT:
        found.added.add(path)
    elif new is _ABSENT:
        found.removed.add(path)


def _children(path: Path, old: Any, new: Any) -> list[tuple[str, Any, Any]] | None:
    """The parts to compare one by one, or None if this is a leaf."""
    name = path[-1].removeprefix("f:") if path else ""
    given = [value for value in (old, new) if value is not _ABSENT]
    if name in _ATOMIC or not any(given) or (len(path) > 1 and path[-2] in _ATOMIC_ITEMS):
        return None
    if all(isinstance(value, dict) for value in given):
        befores, afters = (_steps_of_map(value) for value in (old, new))
    elif all(isinstance(value, list | None) for value in given) and _is_keyed(path, name):
        befores, afters = (_steps_of_list(name, value) for value in (old, new))
    else:
        return None
    steps = dict.fromkeys([*befores, *afters])
    return [(step, befores.get(step, _ABSENT), afters.get(step, _ABSENT)) for step in steps]


def _is_keyed(path: Path, name: str) -> bool:
    """Whether a list is compared item by item. A service account's own pull secrets are not."""
    return name in _SETS or (name in _KEYS and path != ("f:imagePullSecrets",))


def _steps_of_map(value: Any) -> dict[str, Any]:
    return {} if value is _ABSENT else {f"f:{key}": part for key, part in value.items()}


def _steps_of_list(name: str, value: Any) -> dict[str, Any]:
    if value is _ABSENT or value is None:
        return {}
    if name in _SETS:
        return {f"v:{json.dumps(item)}": item for item in value}
    return {_key_step(name, item): item for item in value if isinstance(item, dict)}


def _key_step(name: str, item: Obj) -> str:
    defaults = {"protocol": "TCP"}
    keys = {key: item.get(key, defaults.get(key, "")) for key in _KEYS[name]}
    return "k:" + json.dumps(dict(sorted(keys.items())), separators=(",", ":"))


def parse(tree: Mapping[str, Any]) -> Fields:
    """The paths that a fieldsV1 tree owns."""
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
    """The fieldsV1 tree of a set of paths: the inverse of `parse`."""
    tree: Obj = {}
    for path in sorted(fields):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        node["."] = {}
    return _tidy(tree)


def _tidy(tree: Obj) -> Obj:
    """A leaf is {}, not {".": {}}."""
    if set(tree) == {"."}:
        return {}
    return {step: (below if step == "." else _tidy(below)) for step, below in tree.items()}
