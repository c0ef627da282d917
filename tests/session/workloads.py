"""Workloads and their pods in the embedded cluster, and the steps of their controllers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.faulty_cluster.server import FaultyCluster
from tui.model.text.times import rfc3339

Obj = dict[str, Any]
_KINDS: Final = {"Deployment": "deployments.apps", "StatefulSet": "statefulsets.apps"}


def template(secret: str = "mysecret", key: str = "password") -> Obj:
    """A pod template that takes one key into a variable."""
    env = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
    return {"spec": {"containers": [{"name": "app", "image": "example.test/app", "env": [env]}]}}


def workload(name: str, kind: str = "Deployment", *, replicas: int = 1, **spec: Any) -> Obj:
    """Workload that has rolled out before."""
    counts = ("replicas", "updatedReplicas", "availableReplicas", "readyReplicas")
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"replicas": replicas, "template": template(), **spec},
        "status": {"observedGeneration": 1, **dict.fromkeys(counts, replicas)},
    }


def pod_of(owner: str, name: str, *, started: float, kind: str = "Deployment", waiting: Any = None) -> Obj:
    """Running pod of a workload, or one whose container waits for a (reason, message)."""
    state: Obj = {"running": {"startedAt": rfc3339(started)}}
    if waiting is not None:
        state = {"waiting": {"reason": waiting[0], "message": waiting[1]}}
    keeper, labels = {"kind": kind, "name": owner}, {}
    if kind == "Deployment":
        keeper, labels = {"kind": "ReplicaSet", "name": f"{owner}-abc"}, {"pod-template-hash": "abc"}
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "default",
            "labels": labels,
            "ownerReferences": [{"apiVersion": "apps/v1", "uid": "made-up", "controller": True, **keeper}],
        },
        **template(),
        "status": {
            "phase": "Pending" if waiting is not None else "Running",
            "containerStatuses": [{"name": "app", "ready": waiting is None, "state": state}],
        },
    }


def controller_sees(home: FaultyCluster, name: str, **status: Any) -> None:
    """Let the controller see the newest template; the status counts are as given, else unchanged."""
    obj = home.store.get("deployments.apps", "default", name)
    obj["status"] |= {"observedGeneration": obj["metadata"]["generation"], **status}
    home.store.put(obj)


def replaced(home: FaultyCluster, old: Sequence[str], new: Sequence[Obj]) -> None:
    """Replace pods of a workload by new ones."""
    for pod in new:
        home.store.put(pod)
    for name in old:
        home.store.delete("pods", "default", name)


def restarts_of(home: FaultyCluster, name: str, kind: str = "Deployment") -> str:
    """Annotation restartedAt of the workload's template; "" if it has none."""
    spec = home.store.get(_KINDS[kind], "default", name)["spec"]
    annotations = spec["template"].get("metadata", {}).get("annotations", {})
    return str(annotations.get("kubectl.kubernetes.io/restartedAt", ""))
