"""managedFields: which manager wrote which field last, and when.

Source: sigs.k8s.io/structured-merge-diff, merge/update.go; apimachinery, pkg/util/managedfields/internal
(managedfieldsupdater.go, capmanagers.go, skipnonapplied.go).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tui.embedded.objects.field_paths import Fields, Path, compare, parse, render
from tui.embedded.status import Obj

MOST_UPDATERS: Final = 10
ANCIENT: Final = "ancient-changes"


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


def user_agent_manager(agent: str) -> str:
    """The manager of a write that names none: the user agent up to its first slash."""
    return "".join(char for char in agent.split("/")[0] if char.isprintable())[:128]
