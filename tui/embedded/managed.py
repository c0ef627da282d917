"""managedFields: which manager wrote which field last, and when.

Source: sigs.k8s.io/structured-merge-diff, typed/compare.go and merge/update.go; apimachinery,
pkg/util/managedfields/internal (managedfieldsupdater.go, capmanagers.go, stripmeta.go).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tui.embedded.status import Obj

Path = tuple[str, ...]
Fields = frozenset[Path]
MOST_UPDATERS: Final = 10
ANCIENT: Final = "ancient-changes"

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


def track(old: Obj | None, new: Obj, manager: str, operation: str, time: str) -> list[Obj]:
    """The managedFields of `new`, written over `old` by `manager` at `time` (RFC 3339).

    A write that changes nothing moves no time. Fields that go away leave every entry, and no time moves.
    Entries that `new` brings along are taken instead of the old ones; [] or [{}] empties them, and an
    object without entries is not tracked any more.
    """
    given = new.get("metadata", {}).get("managedFields")
    entries = (old or {}).get("metadata", {}).get("managedFields") or []
    if given in ([], [{}]):
        entries = []
    elif given:
        entries = given
    return [] if old and not entries else _after(entries, old, new, manager, operation, time)


def _after(
    entries: Iterable[Obj], old: Obj | None, new: Obj, manager: str, operation: str, time: str
) -> list[Obj]:
    change = compare(old, new)
    taken = frozenset(change.added | change.modified)
    gone = taken | change.removed
    kept: list[tuple[Obj, Fields]] = []
    own: Fields = frozenset()
    for entry in entries:
        fields = parse(entry.get("fieldsV1") or {})
        is_own = entry.get("manager") == manager and entry.get("operation") == operation
        left = fields - gone
        if is_own and taken and not entry.get("subresource"):
            own = left
        elif left:
            kept.append((entry, left))
    if taken:
        kept.append((_entry(manager, operation, new.get("apiVersion", "v1"), time), own | taken))
    return _sorted(_capped([entry | {"fieldsV1": render(fields)} for entry, fields in kept]))


def _entry(manager: str, operation: str, api_version: str, time: str) -> Obj:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": api_version,
        "time": time,
        "fieldsType": "FieldsV1",
    }


def _sorted(entries: list[Obj]) -> list[Obj]:
    def order(entry: Obj) -> tuple[str, str, str, str]:
        return entry["operation"], entry.get("time", ""), entry["manager"], entry.get("apiVersion", "")

    return sorted(entries, key=order)


def _capped(entries: list[Obj]) -> list[Obj]:
    """At most ten updaters: the oldest are merged into ancient-changes."""
    updaters = [entry for entry in _sorted(entries) if entry["operation"] == "Update"]
    surplus = len(updaters) - MOST_UPDATERS
    if surplus <= 0:
        return entries
    merged = updaters[: surplus + 1]
    fields = frozenset[Path]().union(*(parse(entry["fieldsV1"]) for entry in merged))
    bucket = merged[-1] | {"manager": ANCIENT, "fieldsV1": render(fields)}
    return [entry for entry in entries if entry not in merged] + [bucket]


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


def user_agent_manager(agent: str) -> str:
    """The manager of a write that names none: the user agent up to its first slash."""
    return "".join(char for char in agent.split("/")[0] if char.isprintable())[:128]
