"""The workloads of the story: the owners of each pod, made from the pod."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from tui.embedded.demo.object_tools import hashed, owner_reference
from tui.embedded.demo.workloads import (
    HASH,
    daemon_status,
    deployment_status,
    replica_set,
    replica_status,
    revision_label,
    stateful_status,
)
from tui.embedded.status import Obj

_OF_A_POD: Final = frozenset(("nodeName", "ephemeralContainers", "imagePullSecrets"))
"""Fields that the template lacks: imagePullSecrets unless the service account has others."""
_LABELS_OF_A_POD: Final = (HASH, "statefulset.kubernetes.io/pod-name", "batch.kubernetes.io/job-name")
Uid = Callable[[str, str, str], str]
"""The uid of a kind, namespace and name."""


class Owners:
    """The workloads of these objects of a story, as of `now` (seconds since the epoch)."""

    def __init__(self, story: Iterable[Obj], uid: Uid, now: float) -> None:
        self._uid = uid
        self._now = now
        self._pull_secrets: dict[tuple[str, str], list[Obj]] = {}
        self._written: list[Obj] = []
        """Deployments that the story has itself: those without pods."""
        self._pods: dict[tuple[str, str, str], list[Obj]] = defaultdict(list)
        for obj in story:
            meta = obj["metadata"]
            if obj["kind"] == "ServiceAccount":
                self._pull_secrets[meta["namespace"], meta["name"]] = obj.get("imagePullSecrets", [])
            elif obj["kind"] == "Deployment":
                self._written.append(obj)
            for owner in meta.get("ownerReferences", ()) if obj["kind"] == "Pod" else ():
                self._pods[owner["kind"], meta["namespace"], owner["name"]].append(obj)

    def made(self) -> Iterator[Obj]:
        """Every owner; pods of a StatefulSet or DaemonSet are given its label."""
        sets: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (kind, namespace, name), pods in self._pods.items():
            if kind == "ReplicaSet":
                sets[namespace, name.rpartition("-")[0]].append(name)
            elif kind == "Job":
                yield from self._job(namespace, name, pods[0])
            else:
                yield self._workload(kind, namespace, name, pods)
        for (namespace, name), names in sets.items():
            yield from self._deployment(namespace, name, names)
        for deployment in self._written:
            made = replica_set(deployment, hashed(10, deployment["spec"]["template"]), 0)
            deployment["status"] = deployment_status(deployment, made, [], [], self._now)
            yield made | {"status": replica_status(made, [])}

    def _new(self, kind: str, namespace: str, name: str, pods: list[Obj], api: str = "apps/v1") -> Obj:
        """An owner whose template is that of the last of these pods."""
        labels = _shared_labels(pods[-1])
        meta = {
            "name": name,
            "namespace": namespace,
            "uid": self._uid(kind, namespace, name),
            "creationTimestamp": pods[0]["metadata"]["creationTimestamp"],
            "labels": labels,
        }
        spec: Obj = {"template": self._template(namespace, pods[-1])}
        if api == "apps/v1":
            spec["selector"] = {"matchLabels": labels}
        return {"apiVersion": api, "kind": kind, "metadata": meta, "spec": spec}

    def _template(self, namespace: str, pod: Obj) -> Obj:
        spec = {name: part for name, part in pod["spec"].items() if name not in _OF_A_POD}
        account = spec.get("serviceAccountName", "default")
        pulled = pod["spec"].get("imagePullSecrets", [])
        if pulled and pulled != self._pull_secrets.get((namespace, account)):
            spec["imagePullSecrets"] = pulled
        return {"metadata": {"labels": _shared_labels(pod)}, "spec": spec}

    def _deployment(self, namespace: str, name: str, names: list[str]) -> Iterator[Obj]:
        """Build a Deployment and its ReplicaSets, the oldest first. The largest one gives its replicas."""
        groups = [self._pods["ReplicaSet", namespace, one] for one in names]
        deployment = self._new("Deployment", namespace, name, [*groups[0], *groups[-1]])
        live = [[pod for pod in pods if "deletionTimestamp" not in pod["metadata"]] for pods in groups]
        deployment["spec"]["replicas"] = max(map(len, live))
        sets = []
        for number, (one, pods) in enumerate(zip(names, groups, strict=True)):
            template = self._template(namespace, pods[-1])
            of_then = deployment | {"spec": deployment["spec"] | {"template": template}}
            made = replica_set(of_then, one.rpartition("-")[2], number)
            created = pods[0]["metadata"]["creationTimestamp"]
            made["metadata"] |= {"uid": self._uid("ReplicaSet", namespace, one), "creationTimestamp": created}
            made["spec"]["replicas"] = len(live[number])
            sets.append(made | {"status": replica_status(made, live[number])})
        revision = {"deployment.kubernetes.io/revision": str(len(sets))}
        deployment["metadata"]["annotations"] = revision
        stale = [pod for pods in groups[:-1] for pod in pods]
        status = deployment_status(deployment, sets[-1], groups[-1], stale, self._now)
        yield deployment | {"status": status}
        yield from sets

    def _workload(self, kind: str, namespace: str, name: str, pods: list[Obj]) -> Obj:
        """A StatefulSet or DaemonSet."""
        workload = self._new(kind, namespace, name, pods)
        for pod in pods:
            pod["metadata"]["labels"] = pod["metadata"].get("labels", {}) | revision_label(workload)
        if kind == "DaemonSet":
            return workload | {"status": daemon_status(workload, pods)}
        workload["spec"] |= {"replicas": len(pods), "serviceName": name}
        return workload | {"status": stateful_status(workload, pods)}

    def _job(self, namespace: str, name: str, pod: Obj) -> Iterator[Obj]:
        """Build a Job, and its CronJob if the name ends in the minute for which it was planned."""
        job = self._new("Job", namespace, name, [pod], "batch/v1")
        is_done = pod["status"]["phase"] == "Succeeded"
        job["status"] = {"conditions": [{"type": "Complete" if is_done else "Failed", "status": "True"}]}
        cron, _, minute = name.rpartition("-")
        if not (minute.isdecimal() and len(minute) > 6):
            yield job
            return
        owner = self._new("CronJob", namespace, cron, [pod], "batch/v1")
        owner["spec"] = {"jobTemplate": {"spec": {"template": owner["spec"]["template"]}}}
        job["metadata"]["ownerReferences"] = [owner_reference(owner)]
        yield from (owner, job)


def _shared_labels(pod: Obj) -> Obj:
    """The labels that all pods of its workload have."""
    labels = pod["metadata"].get("labels", {})
    return {name: value for name, value in labels.items() if name not in _LABELS_OF_A_POD}
