"""What a workload's object says of a restart: the patch, what hinders it, what it costs, how far it has come.

Sources: kubectl's objectrestarter.go and rollout_status.go; the docs of Helm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.api_object import DAEMON_SET, DEPLOYMENT, STATEFUL_SET, ApiKind, Obj, at, objects, text
from tui.model.text.counts import counted


class RolloutProgress(Struct, frozen=True):
    """One look at a workload. `said` has no full stop."""

    state: Literal["waits", "done", "failed", "not known"]
    said: str
    leaves: int = 0
    """Pods with a lower number than this partition are left as they are."""
    detail: str = ""
    """The server's own message, only to be drawn."""


def progress_of(kind: str, obj: Obj) -> RolloutProgress:
    """The state of an object of one of these kinds."""
    seen = _count(obj, "status.observedGeneration")
    if not seen or seen < _count(obj, "metadata.generation"):
        return RolloutProgress("waits", "its controller has not seen the restart yet")
    return KINDS[kind].progress(obj)


def _deployment(obj: Obj) -> RolloutProgress:
    for one in objects(obj, "status.conditions"):
        if one.get("reason") == "ProgressDeadlineExceeded":
            return RolloutProgress("failed", "its progress deadline is exceeded")
        if one.get("type") == "ReplicaFailure" and one.get("status") == "True":
            return RolloutProgress("failed", "its pods cannot be made", detail=text(one, "message"))
    wanted, there = _wanted(obj), _count(obj, "status.replicas")
    updated, available = _count(obj, "status.updatedReplicas"), _count(obj, "status.availableReplicas")
    if updated < wanted:
        return RolloutProgress("waits", f"{updated} of {wanted} new pods made")
    if there > updated:
        return RolloutProgress("waits", f"{counted(there - updated, 'old pod')} still to end")
    if available < updated:
        return RolloutProgress("waits", f"{available} of {updated} new pods available")
    return RolloutProgress("done", "rolled out")


def _stateful_set(obj: Obj) -> RolloutProgress:
    wanted, partition = _wanted(obj), partition_of(obj)
    ready, updated = _count(obj, "status.readyReplicas"), _count(obj, "status.updatedReplicas")
    if ready < wanted:
        return RolloutProgress("waits", f"{ready} of {wanted} pods ready")
    if partition:
        due = max(0, wanted - partition)
        if updated < due:
            return RolloutProgress("waits", f"{updated} of {due} new pods made")
        return RolloutProgress("done", f"rolled out down to its partition {partition}", partition)
    if text(obj, "status.updateRevision") != text(obj, "status.currentRevision"):
        return RolloutProgress("waits", f"{updated} of {wanted} new pods made")
    return RolloutProgress("done", "rolled out")


def _daemon_set(obj: Obj) -> RolloutProgress:
    wanted = _count(obj, "status.desiredNumberScheduled")
    updated, available = _count(obj, "status.updatedNumberScheduled"), _count(obj, "status.numberAvailable")
    if updated < wanted:
        return RolloutProgress("waits", f"{updated} of {wanted} new pods made")
    if available < wanted:
        return RolloutProgress("waits", f"{available} of {wanted} new pods available")
    return RolloutProgress("done", "rolled out")


def _wanted(obj: Obj) -> int:
    """The API server sets 1 where none is named."""
    return _count(obj, "spec.replicas", 1)


def _count(obj: Obj, path: str, default: int = 0) -> int:
    found = at(obj, path)
    return found if isinstance(found, int) else default


def partition_of(obj: Obj) -> int:
    """Pods of a StatefulSet with a lower number than this are left as they are."""
    return _count(obj, "spec.updateStrategy.rollingUpdate.partition")


class RestartKind(NamedTuple):
    """A kind that can be restarted, and how far its rollout is once its controller has seen it."""

    api: ApiKind
    progress: Callable[[Obj], RolloutProgress]


KINDS: Final = {
    kind.api.kind: kind
    for kind in (
        RestartKind(DEPLOYMENT, _deployment),
        RestartKind(STATEFUL_SET, _stateful_set),
        RestartKind(DAEMON_SET, _daemon_set),
    )
}
"""What kubectl rollout restart restarts, by name."""


_RESTARTED_AT: Final = "kubectl.kubernetes.io/restartedAt"

_OTHER_TOOLS: Final = {
    "Rollout": "kubectl argo rollouts restart {name} -n {namespace} restarts it",
    "Cluster": "kubectl cnpg restart {name} -n {namespace} restarts it, if it is CloudNativePG's",
    "StrimziPodSet": "annotate it with strimzi.io/manual-rolling-update=true to restart it",
    "ReplicaSet": "delete its pods yourself: it makes new ones",
    "ReplicationController": "delete its pods yourself: it makes new ones",
    "Job": "a Job does not restart; its next run reads the new value",
    "Node": "a static pod: it restarts when its file on the node changes",
    "Pod": "a bare pod: delete it yourself; nothing makes it again",
}
_UNKNOWN: Final = "a {kind} is restarted by the tool that made it"


def restart_patch(at: str) -> Obj:
    """kubectl's own merge patch; `at` is RFC 3339."""
    return {"spec": {"template": {"metadata": {"annotations": {_RESTARTED_AT: at}}}}}


def restarted_at(obj: Obj) -> str:
    """When it was last restarted so; "" if never."""
    return str(_template_annotations(obj).get(_RESTARTED_AT) or "")


def why_not_kind(kind: str, namespace: str, name: str) -> str:
    """Why an object of this kind cannot be restarted here, and what can be done; "" if it can."""
    if kind in KINDS:
        return ""
    return _OTHER_TOOLS.get(kind, _UNKNOWN).format(kind=kind, name=name, namespace=namespace)


def why_not(kind: str, obj: Obj) -> str:
    """Why a restart would do nothing for its pods, as the object is now; "" if it would."""
    if at(obj, "metadata.deletionTimestamp"):
        return "it is being deleted"
    if at(obj, "spec.paused"):
        return f"paused: kubectl rollout resume {kind.lower()}/{text(obj, 'metadata.name')} first"
    if text(obj, "spec.updateStrategy.type") == "OnDelete":
        return "update strategy OnDelete: a pod changes only when you delete it"
    return ""


def notes(kind: str, obj: Obj) -> tuple[str, ...]:
    """What to know before it is restarted, each as the end of a sentence."""
    told = []
    if text(obj, "spec.strategy.type") == "Recreate":
        told.append("strategy Recreate: no pod runs while it restarts")
    if kind == STATEFUL_SET.kind and at(obj, "spec.replicas") == 1:
        told.append("one replica: no pod runs while it restarts")
    if partition := partition_of(obj):
        told.append(f"partition {partition}: pods 0 to {partition - 1} are left as they are")
    if any(name.startswith("checksum/") for name in _template_annotations(obj)):
        told.append("checksum annotation: Helm restarts it at the next upgrade, if the chart holds the value")
    return tuple(told)


def annotations_of(obj: Obj) -> dict[str, Any]:
    """Of its pod template and its own."""
    return _template_annotations(obj) | _dict(obj, "metadata.annotations")


def _template_annotations(obj: Obj) -> dict[str, Any]:
    return _dict(obj, "spec.template.metadata.annotations")


def _dict(obj: Obj, path: str) -> dict[str, Any]:
    found = at(obj, path)
    return found if isinstance(found, dict) else {}
