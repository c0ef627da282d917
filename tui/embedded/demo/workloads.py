"""Simulated controllers: after a workload's pod template changes, they replace its pods one by one.

Source: kubernetes, pkg/controller/deployment, pkg/controller/statefulset and pkg/controller/daemon.
"""

from __future__ import annotations

from typing import Final

from tui.embedded.demo.object_tools import (
    Condition,
    by_owner,
    hashed,
    objects,
    owner_reference,
    with_conditions,
)
from tui.embedded.objects.store import Store
from tui.embedded.status import Obj
from tui.model.text.times import parse_time

NODES: Final = ("node-a", "node-b", "node-c")
HASH: Final = "pod-template-hash"
REVISION: Final = "controller-revision-hash"
_DEADLINE: Final = 600.0
"""Age in seconds at which a new pod that is not ready makes its Deployment fail (Kubernetes' default)."""

Pods = list[Obj]


def roll_out(store: Store) -> None:
    pods = by_owner(objects(store, "pods"))
    sets = by_owner(objects(store, "replicasets.apps"))
    for workload in objects(store, "deployments.apps"):
        _deployment(store, workload, sets[workload["metadata"]["uid"]], pods)
    for resource, status, step in (
        ("statefulsets.apps", stateful_status, _stateful_set),
        ("daemonsets.apps", daemon_status, _daemon_set),
    ):
        for workload in objects(store, resource):
            owned = pods[workload["metadata"]["uid"]]
            _keep_status(store, workload, status(workload, owned))
            step(store, workload, owned)


def is_ready(pod: Obj) -> bool:
    statuses = pod["status"].get("containerStatuses") or ()
    is_running = pod["status"].get("phase") == "Running" and not _is_leaving(pod)
    return is_running and all(status["ready"] for status in statuses)


def _is_leaving(pod: Obj) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def _deployment(store: Store, deployment: Obj, sets: list[Obj], pods: dict[str, Pods]) -> None:
    new = next((each for each in sets if template_of(each) == deployment["spec"]["template"]), None)
    fresh = pods[new["metadata"]["uid"]] if new else []
    stale = [pod for each in sets if each is not new for pod in pods[each["metadata"]["uid"]]]
    _keep_status(store, deployment, deployment_status(deployment, new, fresh, stale, store.now()))
    for each in sets:
        _keep_counts(store, each, pods[each["metadata"]["uid"]])
    if new is None:
        template_hash = hashed(10, deployment["spec"]["template"])
        store.put(replica_set(deployment, template_hash, len(sets)), "kube-controller-manager")
        return
    replicas: int = deployment["spec"].get("replicas", 1)
    fresh, stale = ([pod for pod in some if not _is_leaving(pod)] for some in (fresh, stale))
    if len(fresh) > replicas:
        _delete(store, min(fresh, key=is_ready))
    elif not all(map(is_ready, fresh)):
        return
    elif len(fresh) + len(stale) > replicas:
        _delete(store, min(stale, key=is_ready))
    elif len(fresh) < replicas:
        name = f"{new['metadata']['name']}-{hashed(5, new['metadata']['name'], store.version)}"
        node = NODES[(len(fresh) + len(stale)) % len(NODES)]
        _make_pod(store, new, new["spec"]["template"], name, node)


def template_of(replica_set: Obj) -> Obj:
    """Return a ReplicaSet's pod template without the label HASH, which the Deployment's template lacks."""
    template: Obj = replica_set["spec"]["template"]
    meta = template["metadata"]
    labels = {name: value for name, value in meta.get("labels", {}).items() if name != HASH}
    return template | {"metadata": meta | {"labels": labels}}


def replica_set(deployment: Obj, template_hash: str, number: int) -> Obj:
    meta, spec = deployment["metadata"], deployment["spec"]
    labels = spec["template"]["metadata"].get("labels", {}) | {HASH: template_hash}
    template = spec["template"] | {"metadata": spec["template"]["metadata"] | {"labels": labels}}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta['name']}-{template_hash}",
            "namespace": meta["namespace"],
            "labels": labels,
            "annotations": {"deployment.kubernetes.io/revision": str(number + 1)},
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": template},
    }


def deployment_status(deployment: Obj, new: Obj | None, fresh: Pods, stale: Pods, now: float) -> Obj:
    """Build the status of a Deployment. Counts of 0 are left out, as in the real server."""
    replicas: int = deployment["spec"].get("replicas", 1)
    fresh, stale = ([pod for pod in some if not _is_leaving(pod)] for some in (fresh, stale))
    ready = sum(map(is_ready, (*fresh, *stale)))
    counts = {
        "replicas": len(fresh) + len(stale),
        "updatedReplicas": len(fresh),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(len(fresh) + len(stale), replicas) - ready,
    }
    former = deployment.get("status", {}).get("conditions", ())
    return {
        "observedGeneration": deployment["metadata"].get("generation", 1),
        **{name: count for name, count in counts.items() if count},
        "conditions": with_conditions(former, _conditions(new, replicas, fresh, stale, now), now),
    }


def _conditions(new: Obj | None, replicas: int, fresh: Pods, stale: Pods, now: float) -> list[Condition]:
    ready = sum(map(is_ready, (*fresh, *stale)))
    available = (True, "MinimumReplicasAvailable", "Deployment has minimum availability.")
    if ready < replicas - replicas // 4:
        available = (False, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    title = f'ReplicaSet "{new["metadata"]["name"]}"' if new else "ReplicaSet"
    waits = [pod["metadata"]["creationTimestamp"] for pod in fresh if not is_ready(pod)]
    if not stale and len(fresh) == replicas and not waits:
        progress = (True, "NewReplicaSetAvailable", f"{title} has successfully progressed.")
    elif any(now - (parse_time(since) or now) > _DEADLINE for since in waits):
        progress = (False, "ProgressDeadlineExceeded", f"{title} has timed out progressing.")
    else:
        progress = (True, "ReplicaSetUpdated", f"{title} is progressing.")
    return [Condition("Available", *available), Condition("Progressing", *progress)]


def _keep_counts(store: Store, replica_set: Obj, pods: Pods) -> None:
    live = [pod for pod in pods if not _is_leaving(pod)]
    if replica_set["spec"].get("replicas") != len(live):
        replica_set["spec"]["replicas"] = len(live)
        replica_set = store.put(replica_set, "kube-controller-manager")
    _keep_status(store, replica_set, replica_status(replica_set, live))


def replica_status(replica_set: Obj, pods: Pods) -> Obj:
    ready = sum(map(is_ready, pods))
    counts = {"readyReplicas": ready, "availableReplicas": ready} if ready else {}
    seen = replica_set["metadata"].get("generation", 1)
    return {"replicas": len(pods), "observedGeneration": seen, **counts}


def _stateful_set(store: Store, workload: Obj, pods: Pods) -> None:
    """Create the missing pod with the lowest ordinal.

    If no pod is missing, pass the pods to `_replace_one`, highest ordinal first.
    """
    spec, name = workload["spec"], workload["metadata"]["name"]
    replicas: int = spec.get("replicas", 1)
    by_name = {pod["metadata"]["name"]: pod for pod in pods}
    ordinals = [f"{name}-{number}" for number in range(replicas)]
    for number, pod_name in enumerate(ordinals):
        if pod_name not in by_name:
            labels = revision_label(workload) | {"statefulset.kubernetes.io/pod-name": pod_name}
            _make_pod(store, workload, spec["template"], pod_name, NODES[number % len(NODES)], labels)
            return
    _replace_one(store, workload, [by_name[pod_name] for pod_name in reversed(ordinals)])


def _daemon_set(store: Store, workload: Obj, pods: Pods) -> None:
    spec = workload["spec"]
    used_nodes = {pod["spec"].get("nodeName") for pod in pods}
    nodes = NODES[: workload.get("status", {}).get("desiredNumberScheduled", 1)]
    for node in nodes:
        if node not in used_nodes:
            meta = workload["metadata"]
            name = f"{meta['name']}-{hashed(5, meta['name'], store.version)}"
            _make_pod(store, workload, spec["template"], name, node, revision_label(workload))
            return
    _replace_one(store, workload, pods)


def _replace_one(store: Store, workload: Obj, pods: Pods) -> None:
    """Delete the first pod with an old template, but stop at an updated pod that is not ready."""
    for pod in pods:
        if not _is_updated(workload, pod):
            _delete(store, pod)
            return
        if not is_ready(pod):
            return


def _revision(workload: Obj) -> str:
    return f"{workload['metadata']['name']}-{hashed(10, workload['spec']['template'])}"


def revision_label(workload: Obj) -> Obj:
    return {REVISION: _revision(workload)}


def _is_updated(workload: Obj, pod: Obj) -> bool:
    return bool(pod["metadata"].get("labels", {}).get(REVISION) == _revision(workload))


def stateful_status(workload: Obj, pods: Pods) -> Obj:
    replicas: int = workload["spec"].get("replicas", 1)
    ready, updated = sum(map(is_ready, pods)), sum(_is_updated(workload, pod) for pod in pods)
    is_done = updated == ready == replicas
    before = workload.get("status", {}).get("currentRevision", _revision(workload))
    counts = {"readyReplicas": ready, "updatedReplicas": updated}
    return {
        "observedGeneration": workload["metadata"].get("generation", 1),
        "replicas": len(pods),
        **{name: count for name, count in counts.items() if count},
        "currentRevision": _revision(workload) if is_done else before,
        "updateRevision": _revision(workload),
    }


def daemon_status(workload: Obj, pods: Pods) -> Obj:
    node_count: int = workload.get("status", {}).get("desiredNumberScheduled", len(pods) or 1)
    ready, updated = sum(map(is_ready, pods)), sum(_is_updated(workload, pod) for pod in pods)
    counts = {"updatedNumberScheduled": updated, "numberAvailable": ready}
    return {
        "observedGeneration": workload["metadata"].get("generation", 1),
        "desiredNumberScheduled": node_count,
        "numberReady": ready,
        **{name: count for name, count in counts.items() if count},
    }


def _keep_status(store: Store, workload: Obj, status: Obj) -> None:
    if workload.get("status") != status:
        store.put(workload | {"status": status}, "kube-controller-manager")


def _delete(store: Store, pod: Obj) -> None:
    store.delete("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])


def _make_pod(
    store: Store, owner: Obj, template: Obj, name: str, node: str, labels: dict[str, str] | None = None
) -> None:
    meta, namespace = template.get("metadata", {}), owner["metadata"]["namespace"]
    spec = {"serviceAccountName": "default"} | template["spec"] | {"nodeName": node}
    account = store.find(store.kinds["serviceaccounts"], namespace, spec["serviceAccountName"])
    if account and "imagePullSecrets" in account.obj:
        spec.setdefault("imagePullSecrets", account.obj["imagePullSecrets"])
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": meta.get("labels", {}) | (labels or {}),
            "annotations": meta.get("annotations", {}),
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": spec,
        "status": {"phase": "Pending"},
    }
    store.put(pod, "kube-controller-manager")
