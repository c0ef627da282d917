"""Build the demo's workloads from its pods, because demo.yaml has many pods but few workloads."""

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
_LABELS_OF_A_POD: Final = (HASH, "statefulset.kubernetes.io/pod-name", "batch.kubernetes.io/job-name")
Uid = Callable[[str, str, str], str]
"""Function that returns the uid for a kind, a namespace and a name."""


class Owners:
    """Builder of the workloads that own the pods in demo.yaml. `story`: all objects of demo.yaml."""

    def __init__(self, story: Iterable[Obj], uid: Uid, now: float) -> None:
        self._uid = uid
        self._now = now
        self._pull_secrets: dict[tuple[str, str], list[Obj]] = {}
        self._written: list[Obj] = []
        """Deployments that demo.yaml contains. They have no pods."""
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
        """Yield the workloads of the pods, and a ReplicaSet for each Deployment of demo.yaml.

        Also set the status of these Deployments, and label pods of DaemonSets and StatefulSets.
        """
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
            new_set = replica_set(deployment, hashed(10, deployment["spec"]["template"]), 0)
            deployment["status"] = deployment_status(deployment, new_set, [], [], self._now)
            yield new_set | {"status": replica_status(new_set, [])}

    def _new(self, kind: str, namespace: str, name: str, pods: list[Obj], api: str = "apps/v1") -> Obj:
        labels = _shared_labels(pods[-1])  # the last pod has the current template
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
        pull_secrets = pod["spec"].get("imagePullSecrets", [])
        if pull_secrets and pull_secrets != self._pull_secrets.get((namespace, account)):
            spec["imagePullSecrets"] = pull_secrets
        return {"metadata": {"labels": _shared_labels(pod)}, "spec": spec}

    def _deployment(self, namespace: str, name: str, names: list[str]) -> Iterator[Obj]:
        groups = [self._pods["ReplicaSet", namespace, set_name] for set_name in names]
        deployment = self._new("Deployment", namespace, name, [*groups[0], *groups[-1]])
        live = [[pod for pod in pods if "deletionTimestamp" not in pod["metadata"]] for pods in groups]
        deployment["spec"]["replicas"] = max(map(len, live))
        sets = []
        for number, (own_name, pods) in enumerate(zip(names, groups, strict=True)):
            template = self._template(namespace, pods[-1])
            former = deployment | {"spec": deployment["spec"] | {"template": template}}
            set_ = replica_set(former, own_name.rpartition("-")[2], number)
            created = pods[0]["metadata"]["creationTimestamp"]
            set_["metadata"] |= {
                "uid": self._uid("ReplicaSet", namespace, own_name),
                "creationTimestamp": created,
            }
            set_["spec"]["replicas"] = len(live[number])
            sets.append(set_ | {"status": replica_status(set_, live[number])})
        revision = {"deployment.kubernetes.io/revision": str(len(sets))}
        deployment["metadata"]["annotations"] = revision
        stale = [pod for pods in groups[:-1] for pod in pods]
        status = deployment_status(deployment, sets[-1], groups[-1], stale, self._now)
        yield deployment | {"status": status}
        yield from sets

    def _workload(self, kind: str, namespace: str, name: str, pods: list[Obj]) -> Obj:
        workload = self._new(kind, namespace, name, pods)
        for pod in pods:
            pod["metadata"]["labels"] = pod["metadata"].get("labels", {}) | revision_label(workload)
        if kind == "DaemonSet":
            return workload | {"status": daemon_status(workload, pods)}
        workload["spec"] |= {"replicas": len(pods), "serviceName": name}
        return workload | {"status": stateful_status(workload, pods)}

    def _job(self, namespace: str, name: str, pod: Obj) -> Iterator[Obj]:
        """Yield the Job, and its CronJob if the Job's name ends with the scheduled time.

        The scheduled time is in minutes since the epoch.
        """
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
    labels = pod["metadata"].get("labels", {})
    return {name: value for name, value in labels.items() if name not in _LABELS_OF_A_POD}
