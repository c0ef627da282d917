"""API objects as plain dicts (`Obj`): their kinds, references to them, and access to their fields."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Obj: TypeAlias = dict[str, Any]


class ApiKind(NamedTuple):
    group: str
    version: str
    resource: str
    """Plural name in the URL, e.g. "deployments"."""
    kind: str
    """Value of an object's `kind` field, e.g. "Deployment"."""
    is_namespaced: bool = True

    @property
    def api(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        """Resource in kubectl's notation, e.g. "jobs.batch"."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


class ObjectRef(NamedTuple):
    kind: ApiKind
    namespace: str
    name: str

    def __str__(self) -> str:
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
"""Short names that kubectl accepts for kinds."""


def short_title(title: str) -> str:
    """Shorten "Deployment/web" to "deploy/web"."""
    kind, slash, name = title.partition("/")
    return f"{SHORT_NAMES.get(kind, kind)}{slash}{name}"


def at(obj: Obj, path: str, default: object = None) -> object:
    """Return the value at a path such as "status.refreshTime". A missing or null value gives the default."""
    value: object = obj
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return default
        value = value[part]
    return default if value is None else value


def text(obj: Obj, path: str, default: str = "") -> str:
    """Return the value at a path as text. A dict, a list, or a missing or null value gives the default."""
    value = at(obj, path, default)
    return default if isinstance(value, dict | list) else str(value)


def objects(obj: Obj, path: str) -> list[Obj]:
    items = at(obj, path, [])
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def condition(obj: Obj, type: str) -> Obj:  # noqa: A002
    """Entry of `status.conditions` with this `type`; an empty dict if there is none."""
    return next((entry for entry in objects(obj, "status.conditions") if entry.get("type") == type), {})
