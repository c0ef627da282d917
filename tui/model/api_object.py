"""ApiKind and ObjectRef: a kind of object that a cluster serves, and one object of it, of whatever kind."""

from __future__ import annotations

from typing import NamedTuple


class ApiKind(NamedTuple):
    """One kind, in one version."""

    group: str
    """The API group; "" is the core group."""
    version: str
    resource: str
    """The name in its path: "deployments"."""
    kind: str
    """As the API writes it: "Deployment"."""
    is_namespaced: bool = True

    @property
    def api(self) -> str:
        """As in an object's apiVersion: "v1", "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version


class ObjectRef(NamedTuple):
    """One object by its name."""

    kind: ApiKind
    namespace: str
    """ "" for what lives in no namespace."""
    name: str

    def __str__(self) -> str:
        """ "Deployment/web": for a sentence and for the journal."""
        return f"{self.kind.kind}/{self.name}"


DEPLOYMENT = ApiKind("apps", "v1", "deployments", "Deployment")
STATEFUL_SET = ApiKind("apps", "v1", "statefulsets", "StatefulSet")
DAEMON_SET = ApiKind("apps", "v1", "daemonsets", "DaemonSet")
REPLICA_SET = ApiKind("apps", "v1", "replicasets", "ReplicaSet")
REPLICATION_CONTROLLER = ApiKind("", "v1", "replicationcontrollers", "ReplicationController")
JOB = ApiKind("batch", "v1", "jobs", "Job")
CRON_JOB = ApiKind("batch", "v1", "cronjobs", "CronJob")
POD = ApiKind("", "v1", "pods", "Pod")
EVENT = ApiKind("", "v1", "events", "Event")
