"""Progress of a rollout. The rules mostly follow `kubectl rollout status`.

Sources: kubectl's rollout_status.go; "Restarting Rollout Pods" in the docs of Argo Rollouts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.api_object import (
    DAEMON_SET,
    DEPLOYMENT,
    ROLLOUT,
    STATEFUL_SET,
    ApiKind,
    Obj,
    at,
    objects,
    text,
)
from tui.model.text.counts import counted
from tui.model.text.times import parse_time


class RolloutProgress(Struct, frozen=True):
    """Progress of a rollout."""

    state: Literal["waits", "done", "failed", "not known"]
    message: str
    partition: int = 0
    """Partition of a StatefulSet whose rollout is done, otherwise 0.

    Pods with a number below the partition keep the old template.
    """
    detail: str = ""
    """Message of the server. Only the rollout screen shows it."""
    is_replacing: bool = False


def progress_of(kind: str, obj: Obj) -> RolloutProgress:
    restartable = RESTARTABLE[kind]
    seen = _count(obj, "status.observedGeneration")
    if restartable.changes_template and (not seen or seen < _count(obj, "metadata.generation")):
        return RolloutProgress("waits", "its controller has not seen the restart yet")
    return restartable.progress(obj)


def replacing(kind: str, obj: Obj) -> str:
    progress = progress_of(kind, obj)
    return progress.message if progress.is_replacing else ""


def _deployment(obj: Obj) -> RolloutProgress:
    for condition in objects(obj, "status.conditions"):
        if condition.get("reason") == "ProgressDeadlineExceeded":
            return RolloutProgress("failed", "its progress deadline is exceeded")
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return RolloutProgress("failed", "its pods cannot be created", detail=text(condition, "message"))
    wanted, existing = _wanted(obj), _count(obj, "status.replicas")
    updated, available = _count(obj, "status.updatedReplicas"), _count(obj, "status.availableReplicas")
    if updated < wanted:
        return RolloutProgress("waits", f"{updated} of {wanted} new pods made", is_replacing=True)
    if existing > updated:
        return RolloutProgress(
            "waits", f"{counted(existing - updated, 'old pod')} still running", is_replacing=True
        )
    if available < updated:
        return RolloutProgress("waits", f"{available} of {updated} new pods available")
    return RolloutProgress("done", "rolled out")


def _stateful_set(obj: Obj) -> RolloutProgress:
    wanted, partition = _wanted(obj), stateful_set_partition(obj)
    ready, updated = _count(obj, "status.readyReplicas"), _count(obj, "status.updatedReplicas")
    if ready < wanted:
        return RolloutProgress("waits", f"{ready} of {wanted} pods ready")
    if partition:
        due = max(0, wanted - partition)
        if updated < due:
            return RolloutProgress("waits", f"{updated} of {due} new pods made", is_replacing=True)
        return RolloutProgress("done", f"rolled out, except pods below partition {partition}", partition)
    if text(obj, "status.updateRevision") != text(obj, "status.currentRevision"):
        return RolloutProgress("waits", f"{updated} of {wanted} new pods made", is_replacing=True)
    return RolloutProgress("done", "rolled out")


def _daemon_set(obj: Obj) -> RolloutProgress:
    wanted = _count(obj, "status.desiredNumberScheduled")
    updated, available = _count(obj, "status.updatedNumberScheduled"), _count(obj, "status.numberAvailable")
    if updated < wanted:
        return RolloutProgress("waits", f"{updated} of {wanted} new pods made", is_replacing=True)
    if available < wanted:
        return RolloutProgress("waits", f"{available} of {wanted} new pods available")
    return RolloutProgress("done", "rolled out")


def _rollout(obj: Obj) -> RolloutProgress:
    wanted, done = parse_time(text(obj, "spec.restartAt")), parse_time(text(obj, "status.restartedAt"))
    if wanted is None or done is None or done < wanted:
        return RolloutProgress(
            "waits", "its controller evicts the old pods, as far as disruption budgets allow"
        )
    return RolloutProgress("done", "restarted")


def _wanted(obj: Obj) -> int:
    """Return the wanted number of pods. If `spec.replicas` is missing, return 1, the API server's default."""
    return _count(obj, "spec.replicas", 1)


def _count(obj: Obj, path: str, default: int = 0) -> int:
    count = at(obj, path)
    return count if isinstance(count, int) else default


def stateful_set_partition(obj: Obj) -> int:
    """Return the partition. Pods with a number below it keep the old template."""
    return _count(obj, "spec.updateStrategy.rollingUpdate.partition")


class RestartKind(NamedTuple):
    api: ApiKind
    progress: Callable[[Obj], RolloutProgress]
    changes_template: bool = True
    """True if a restart changes the pod template; False if it sets `spec.restartAt`."""


RESTARTABLE: Final = {
    kind.api.kind: kind
    for kind in (
        RestartKind(DEPLOYMENT, _deployment),
        RestartKind(STATEFUL_SET, _stateful_set),
        RestartKind(DAEMON_SET, _daemon_set),
        RestartKind(ROLLOUT, _rollout, changes_template=False),
    )
}
"""Kinds that kubectl and its plugin for Argo Rollouts can restart. Dict keys are the names of the kinds."""
