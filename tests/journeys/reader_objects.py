"""An object of each built-in kind that can name a Secret; each names a Secret of its own, `of-KIND`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tests.controlplane.plane import ControlPlane
from tests.journeys.workloads import Obj, template, variable

KEY: Final = "password"


class ReaderObject(NamedTuple):
    """Object that reads a Secret: its kind, its body, and the key that it reads."""

    api: str
    resource: str
    kind: str
    body: Obj
    key: str | None = None
    """Key that the object reads; None if it reads all keys, or if no key is known."""
    is_namespaced: bool = True

    @property
    def group(self) -> str:
        return self.api.rpartition("/")[0]

    @property
    def what(self) -> str:
        """Resource and group as access rules name them: "jobs.batch"."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def secret(self) -> str:
        return f"of-{self.kind.lower()}"

    def path(self, namespace: str) -> str:
        """API path of the collection."""
        root = f"/apis/{self.api}" if "/" in self.api else f"/api/{self.api}"
        return f"{root}/{f'namespaces/{namespace}/' if self.is_namespaced else ''}{self.resource}"


def _template(kind: str, **spec: Any) -> Obj:
    return template(kind.lower(), variable(f"of-{kind.lower()}", KEY), **spec)


def _workload(api: str, kind: str, **more: Any) -> ReaderObject:
    spec = {"selector": {"matchLabels": {"app": kind.lower()}}, "template": _template(kind), **more}
    return ReaderObject(api, f"{kind.lower()}s", kind, {"spec": spec}, KEY)


def objects(namespace: str) -> Iterator[ReaderObject]:
    """Yield an object of each kind. None of them makes a pod: the reader is the object itself."""
    never = {"restartPolicy": "Never"}
    yield ReaderObject("v1", "pods", "Pod", {"spec": _template("Pod")["spec"]}, KEY)
    for kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        yield _workload("apps/v1", kind, replicas=0)
    yield _workload("apps/v1", "DaemonSet")
    of_replicas = {"replicas": 0, "template": _template("ReplicationController")}
    named = ("v1", "replicationcontrollers", "ReplicationController")
    yield ReaderObject(*named, {"spec": of_replicas}, KEY)
    job = {"suspend": True, "template": _template("Job", **never)}
    yield ReaderObject("batch/v1", "jobs", "Job", {"spec": job}, KEY)
    each = {"spec": {"template": _template("CronJob", **never)}}
    cron = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": each}
    yield ReaderObject("batch/v1", "cronjobs", "CronJob", {"spec": cron}, KEY)
    made = {"template": _template("PodTemplate")}
    yield ReaderObject("v1", "podtemplates", "PodTemplate", made, KEY)
    pull = {"imagePullSecrets": [{"name": "of-serviceaccount"}]}
    yield ReaderObject("v1", "serviceaccounts", "ServiceAccount", pull)
    rules = {
        "tls": [{"hosts": ["shop.example"], "secretName": "of-ingress"}],
        "rules": [{"host": "shop.example"}],
    }
    yield ReaderObject("networking.k8s.io/v1", "ingresses", "Ingress", {"spec": rules})
    yield from _of_the_cluster(namespace)


def _of_the_cluster(namespace: str) -> Iterator[ReaderObject]:
    at = {"name": "of-persistentvolume", "namespace": namespace}
    volume = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "csi": {"driver": "made-up.example", "volumeHandle": "made-up", "nodePublishSecretRef": at},
    }
    yield ReaderObject("v1", "persistentvolumes", "PersistentVolume", {"spec": volume}, None, False)
    front = "csi.storage.k8s.io/provisioner-secret-"
    parameters = {f"{front}name": "of-storageclass", f"{front}namespace": namespace}
    stored = {"provisioner": "made-up.example", "parameters": parameters}
    yield ReaderObject("storage.k8s.io/v1", "storageclasses", "StorageClass", stored, None, False)
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        note = {"cert-manager.io/inject-ca-from-secret": f"{namespace}/of-{kind.lower()}"}
        body = {"metadata": {"annotations": note}, "webhooks": []}
        api = "admissionregistration.k8s.io/v1"
        yield ReaderObject(api, f"{kind.lower()}s", kind, body, "ca.crt", False)


def make(plane: ControlPlane, namespace: str, reader: ReaderObject) -> None:
    """Create the object, named after the namespace if its kind is cluster-scoped."""
    name = f"of-{namespace}" if not reader.is_namespaced else reader.secret
    meta = {"name": name, **reader.body.get("metadata", {})}
    plane.make(reader.path(namespace), {**reader.body, "metadata": meta})
