"""Restart of a workload.

Sources: kubectl's objectrestarter.go; the docs of Helm and of Argo Rollouts ("Restarting Rollout Pods").
"""

from __future__ import annotations

from typing import Any, Final

from tui.model.api_object import ROLLOUT, STATEFUL_SET, Obj, at, text
from tui.model.rollout.progress import RESTARTABLE, stateful_set_partition

_RESTARTED_AT: Final = "kubectl.kubernetes.io/restartedAt"

_OTHER_TOOLS: Final = {
    "Cluster": "CloudNativePG: run kubectl cnpg restart {name} -n {namespace}",
    "StrimziPodSet": "set the annotation strimzi.io/manual-rolling-update=true",
    "ReplicaSet": "delete its pods: the controller creates new ones",
    "ReplicationController": "delete its pods: the controller creates new ones",
    "Job": "a Job does not restart; the next Job reads the new value",
    "Node": "a static pod restarts when its manifest on the node changes",
    "Pod": "a bare pod: delete it and create it again",
}
_UNKNOWN: Final = "use the tool that manages the {kind}"


def restart_patch(kind: str, at: str) -> Obj:
    """Build the merge patch that kubectl sends for a restart. `at` is an RFC 3339 time."""
    if not RESTARTABLE[kind].changes_template:
        return {"spec": {"restartAt": at}}
    return {"spec": {"template": {"metadata": {"annotations": {_RESTARTED_AT: at}}}}}


def restarted_at(kind: str, obj: Obj) -> str:
    if not RESTARTABLE[kind].changes_template:
        return text(obj, "spec.restartAt")
    return str(_template_annotations(obj).get(_RESTARTED_AT) or "")


def why_not_kind(kind: str, namespace: str, name: str) -> str:
    if kind in RESTARTABLE:
        return ""
    return _OTHER_TOOLS.get(kind, _UNKNOWN).format(kind=kind, name=name, namespace=namespace)


def why_not(kind: str, obj: Obj) -> str:
    """Reason why a restart would not replace the pods; "" if it would."""
    if at(obj, "metadata.deletionTimestamp"):
        return "it is being deleted"
    if at(obj, "spec.paused") and RESTARTABLE[kind].changes_template:
        return f"paused: run kubectl rollout resume {kind.lower()}/{text(obj, 'metadata.name')} first"
    if text(obj, "spec.updateStrategy.type") == "OnDelete":
        return "update strategy OnDelete: a pod changes only when you delete it"
    return ""


def notes(kind: str, obj: Obj) -> tuple[str, ...]:
    """Warnings to show before a restart, as clauses without full stops."""
    warnings = []
    if text(obj, "spec.strategy.type") == "Recreate":
        warnings.append("strategy Recreate: no pod runs during the restart")
    if kind in (STATEFUL_SET.kind, ROLLOUT.kind) and at(obj, "spec.replicas") == 1:
        warnings.append("one replica: no pod runs during the restart")
    if partition := stateful_set_partition(obj):
        warnings.append(f"partition {partition}: pods 0 to {partition - 1} keep the old template")
    if any(name.startswith("checksum/") for name in _template_annotations(obj)):
        warnings.append("checksum annotation: the next Helm upgrade may restart the pods again")
    return tuple(warnings)


def annotations_of(obj: Obj) -> dict[str, Any]:
    return _template_annotations(obj) | _dict(obj, "metadata.annotations")


def _template_annotations(obj: Obj) -> dict[str, Any]:
    return _dict(obj, "spec.template.metadata.annotations")


def _dict(obj: Obj, path: str) -> dict[str, Any]:
    mapping = at(obj, path)
    return mapping if isinstance(mapping, dict) else {}
