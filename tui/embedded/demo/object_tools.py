"""Helpers of the simulated controllers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from tui.embedded.objects.store import Store, copied
from tui.embedded.status import Obj
from tui.model.text.times import rfc3339

_LETTERS: Final = "bcdfghjklmnpqrstvwxz2456789"
"""Characters of generated names (apimachinery, pkg/util/rand)."""


def objects(store: Store, resource: str) -> list[Obj]:
    stored = store.by_resource.get(resource)
    return [copied(record.obj) for record in stored.within("")] if stored else []


def by_owner(objs: Iterable[Obj]) -> dict[str, list[Obj]]:
    owned: dict[str, list[Obj]] = defaultdict(list)
    for obj in objs:
        for owner in obj["metadata"].get("ownerReferences", ()):
            if owner.get("controller"):
                owned[owner["uid"]].append(obj)
    return owned


def hashed(length: int, *parts: object) -> str:
    """Return `length` characters for a generated name. They depend only on `parts`."""
    digest = hashlib.sha256(msgspec.json.encode(parts, order="sorted")).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:length])


def owner_reference(owner: Obj) -> Obj:
    meta = owner["metadata"]
    about = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": meta["name"],
        "uid": meta["uid"],
    }
    return about | {"controller": True, "blockOwnerDeletion": True}


class Condition(NamedTuple):
    type: str
    is_true: bool
    reason: str
    message: str


def with_conditions(old: Iterable[Obj], new: Iterable[Condition], now: float) -> list[Obj]:
    """Convert the conditions in `new` to JSON objects for an object's status.

    If `old` has a condition of the same type and status, its lastTransitionTime is kept. Otherwise,
    lastTransitionTime is `now`.
    """
    before = {condition["type"]: condition for condition in old}
    after = []
    for kind, is_true, reason, message in new:
        status = "True" if is_true else "False"
        former = before.get(kind, {})
        is_changed = former.get("status") != status
        time = rfc3339(now) if is_changed else former.get("lastTransitionTime", rfc3339(now))
        about = {"type": kind, "status": status, "reason": reason, "message": message}
        after.append(about | {"lastTransitionTime": time})
    return after
