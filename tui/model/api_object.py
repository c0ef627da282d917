"""ApiKind and ObjectRef: a kind of object that a cluster serves, and one object of it, of whatever kind.

An object itself is what the API answered, as a plain dict (`Obj`); `at` and its like read it.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Obj: TypeAlias = dict[str, Any]


class ApiKind(NamedTuple):
    """A kind of object in one API version."""

    group: str
    """The API group; "" is the core group."""
    version: str
    resource: str
    """The name in its path: "deployments"."""
    kind: str
    """Name as the API writes it: "Deployment"."""
    is_namespaced: bool = True

    @property
    def api(self) -> str:
        """Version as in an object's apiVersion: "v1", "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        """The resource with its group, as kubectl takes it: "pods", "jobs.batch"."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


class ObjectRef(NamedTuple):
    kind: ApiKind
    namespace: str
    """The namespace; "" if the object lives in none."""
    name: str

    def __str__(self) -> str:
        """ "Deployment/web": for a sentence and for the journal."""
        return f"{self.kind.kind}/{self.name}"


BUILT_IN_GROUPS = frozenset(
    f"{name}.k8s.io"
    for name in (
        *("admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization"),
        *("certificates", "coordination", "discovery", "events", "flowcontrol.apiserver"),
        *("internal.apiserver", "metrics", "networking", "node", "rbac.authorization", "resource"),
        *("scheduling", "storage", "storagemigration"),
    )
) | {"", "apps", "autoscaling", "batch", "policy"}
"""Kubernetes' own groups; "" is the core group."""

DEPLOYMENT = ApiKind("apps", "v1", "deployments", "Deployment")
STATEFUL_SET = ApiKind("apps", "v1", "statefulsets", "StatefulSet")
DAEMON_SET = ApiKind("apps", "v1", "daemonsets", "DaemonSet")
REPLICA_SET = ApiKind("apps", "v1", "replicasets", "ReplicaSet")
REPLICATION_CONTROLLER = ApiKind("", "v1", "replicationcontrollers", "ReplicationController")
JOB = ApiKind("batch", "v1", "jobs", "Job")
CRON_JOB = ApiKind("batch", "v1", "cronjobs", "CronJob")
POD = ApiKind("", "v1", "pods", "Pod")
EVENT = ApiKind("", "v1", "events", "Event")
CONFIG_MAP = ApiKind("", "v1", "configmaps", "ConfigMap")
ROLLOUT = ApiKind("argoproj.io", "v1alpha1", "rollouts", "Rollout")
"""The workload of Argo Rollouts."""
SHORT_NAMES = {
    "Deployment": "deploy",
    "StatefulSet": "sts",
    "DaemonSet": "ds",
    "ReplicaSet": "rs",
    "ReplicationController": "rc",
    "CronJob": "cj",
    "Ingress": "ing",
    "ExternalSecret": "es",
    "Certificate": "cert",
    "Kustomization": "ks",
    "HelmRelease": "hr",
}
"""Kinds as kubectl knows them too; a Pod ("po") is short already."""


def short_title(title: str) -> str:
    """ "deploy/web" for "Deployment/web"; a name alone stays."""
    kind, slash, name = title.partition("/")
    return f"{SHORT_NAMES.get(kind, kind)}{slash}{name}"


def at(obj: Obj, path: str, default: object = None) -> object:
    """Return the value at a path such as "status.refreshTime"; the default if a part is missing."""
    found: object = obj
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return default
        found = found[part]
    return default if found is None else found


def text(obj: Obj, path: str, default: str = "") -> str:
    """A text or number at a path, as text."""
    found = at(obj, path, default)
    return default if isinstance(found, dict | list) else str(found)


def objects(obj: Obj, path: str) -> list[Obj]:
    found = at(obj, path, [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def condition(obj: Obj, type: str) -> Obj:  # noqa: A002
    """Return the condition of that type from status.conditions; empty if missing."""
    return next((one for one in objects(obj, "status.conditions") if one.get("type") == type), {})
