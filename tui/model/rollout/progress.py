"""How far a rollout has come, as kubectl rollout status says it. Source: kubectl's rollout_status.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.api_object import DAEMON_SET, DEPLOYMENT, STATEFUL_SET, ApiKind, Obj
from tui.model.text.counts import counted


class Progress(Struct, frozen=True):
    """One look at a workload. `said` has no full stop."""

    state: Literal["waits", "done", "failed"]
    said: str
    leaves: int = 0
    """Pods with a lower number than this partition are left as they are."""


def progress_of(kind: str, obj: Obj) -> Progress:
    """The state of an object of one of these kinds."""
    seen = (obj.get("status") or {}).get("observedGeneration") or 0
    if not seen or seen < ((obj.get("metadata") or {}).get("generation") or 0):
        return Progress("waits", "its controller has not seen the restart yet")
    return KINDS[kind].progress(obj)


def _deployment(obj: Obj) -> Progress:
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition.get("reason") == "ProgressDeadlineExceeded":
            return Progress("failed", "its progress deadline is exceeded")
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return Progress("failed", condition.get("message") or "its pods cannot be made")
    wanted, there = _wanted(obj), _count(obj, "replicas")
    updated, available = _count(obj, "updatedReplicas"), _count(obj, "availableReplicas")
    if updated < wanted:
        return Progress("waits", f"{updated} of {wanted} new pods made")
    if there > updated:
        return Progress("waits", f"{counted(there - updated, 'old pod')} still to end")
    if available < updated:
        return Progress("waits", f"{available} of {updated} new pods available")
    return Progress("done", "rolled out")


def _stateful_set(obj: Obj) -> Progress:
    status, wanted = obj.get("status") or {}, _wanted(obj)
    strategy = (obj.get("spec") or {}).get("updateStrategy") or {}
    partition = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    ready, updated = _count(obj, "readyReplicas"), _count(obj, "updatedReplicas")
    if ready < wanted:
        return Progress("waits", f"{ready} of {wanted} pods ready")
    if partition:
        due = max(0, wanted - partition)
        if updated < due:
            return Progress("waits", f"{updated} of {due} new pods made")
        return Progress("done", f"rolled out down to its partition {partition}", partition)
    if status.get("updateRevision") != status.get("currentRevision"):
        return Progress("waits", f"{updated} of {wanted} new pods made")
    return Progress("done", "rolled out")


def _daemon_set(obj: Obj) -> Progress:
    wanted = _count(obj, "desiredNumberScheduled")
    updated, available = _count(obj, "updatedNumberScheduled"), _count(obj, "numberAvailable")
    if updated < wanted:
        return Progress("waits", f"{updated} of {wanted} new pods made")
    if available < wanted:
        return Progress("waits", f"{available} of {wanted} new pods available")
    return Progress("done", "rolled out")


def _wanted(obj: Obj) -> int:
    """The API server sets 1 where none is named."""
    replicas = (obj.get("spec") or {}).get("replicas")
    return 1 if replicas is None else int(replicas)


def _count(obj: Obj, name: str) -> int:
    return int((obj.get("status") or {}).get(name) or 0)


class RestartKind(NamedTuple):
    """A kind that can be restarted, and how far its rollout is once its controller has seen it."""

    api: ApiKind
    progress: Callable[[Obj], Progress]


KINDS: Final = {
    kind.api.kind: kind
    for kind in (
        RestartKind(DEPLOYMENT, _deployment),
        RestartKind(STATEFUL_SET, _stateful_set),
        RestartKind(DAEMON_SET, _daemon_set),
    )
}
"""What kubectl rollout restart restarts, by name."""
