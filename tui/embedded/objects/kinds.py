"""Kinds of objects and access reviews in the embedded cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tui.embedded.status import Obj


@dataclass(frozen=True)
class Kind:
    plural: str
    name: str
    is_namespaced: bool = True
    api: str = "v1"
    """Group and preferred version. Stored objects have this apiVersion."""
    has_status: bool = False
    """True if the kind has the subresource status; its objects then have a generation number."""
    served: tuple[str, ...] = ()
    """Versions of a custom kind, the preferred one first; () for a built-in kind."""

    @property
    def group(self) -> str:
        """API group; "" for the core group."""
        return self.api.rpartition("/")[0]

    @property
    def version(self) -> str:
        return self.api.rpartition("/")[2]

    @property
    def versions(self) -> tuple[str, ...]:
        """Served versions, the preferred one first."""
        return self.served or (self.version,)

    @property
    def resource(self) -> str:
        """Unique name, such as "secrets" or "deployments.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _cluster_wide(plural: str, name: str, api: str) -> Kind:
    return Kind(plural, name, is_namespaced=False, api=api)


def _with_status(plural: str, name: str, api: str) -> Kind:
    return Kind(plural, name, api=api, has_status=True)


NAMESPACE_KIND: Final = Kind("namespaces", "Namespace", is_namespaced=False)
SECRET_KIND: Final = Kind("secrets", "Secret")
CONFIG_MAP_KIND: Final = Kind("configmaps", "ConfigMap")
POD_KIND: Final = Kind("pods", "Pod", has_status=True)
EVENT_KIND: Final = Kind("events", "Event")
CUSTOM: Final = Kind(
    "customresourcedefinitions",
    "CustomResourceDefinition",
    is_namespaced=False,
    api="apiextensions.k8s.io/v1",
    has_status=True,
)

_BUILT_IN: Final = (
    *(NAMESPACE_KIND, SECRET_KIND, POD_KIND, EVENT_KIND),
    Kind("serviceaccounts", "ServiceAccount"),
    CONFIG_MAP_KIND,
    Kind("persistentvolumes", "PersistentVolume", is_namespaced=False),
    _with_status("replicationcontrollers", "ReplicationController", "v1"),
    _with_status("deployments", "Deployment", "apps/v1"),
    _with_status("statefulsets", "StatefulSet", "apps/v1"),
    _with_status("daemonsets", "DaemonSet", "apps/v1"),
    _with_status("replicasets", "ReplicaSet", "apps/v1"),
    _with_status("jobs", "Job", "batch/v1"),
    _with_status("cronjobs", "CronJob", "batch/v1"),
    _with_status("ingresses", "Ingress", "networking.k8s.io/v1"),
    _cluster_wide("storageclasses", "StorageClass", "storage.k8s.io/v1"),
    _cluster_wide(
        "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1"
    ),
    _cluster_wide(
        "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1"
    ),
    Kind("roles", "Role", api="rbac.authorization.k8s.io/v1"),
    Kind("rolebindings", "RoleBinding", api="rbac.authorization.k8s.io/v1"),
    _cluster_wide("clusterroles", "ClusterRole", "rbac.authorization.k8s.io/v1"),
    _cluster_wide("clusterrolebindings", "ClusterRoleBinding", "rbac.authorization.k8s.io/v1"),
    _cluster_wide("apiservices", "APIService", "apiregistration.k8s.io/v1"),
    CUSTOM,
)


def kinds() -> dict[str, Kind]:
    return {kind.resource: kind for kind in _BUILT_IN}


def defined(definition: Obj) -> Kind:
    """Build the kind that a CustomResourceDefinition defines.

    If the storage version is served, it becomes the preferred version. Otherwise the first served version
    becomes the preferred version.
    """
    spec, names = definition["spec"], definition["spec"]["names"]
    served = sorted(
        (version for version in spec["versions"] if version["served"]),
        key=lambda version: not version["storage"],
    )
    return Kind(
        names["plural"],
        names["kind"],
        is_namespaced=spec["scope"] == "Namespaced",
        api=f"{spec['group']}/{served[0]['name']}",
        has_status=any("status" in version.get("subresources", {}) for version in served),
        served=tuple(version["name"] for version in served),
    )


REVIEWS: Final = {
    ("authorization.k8s.io", "selfsubjectrulesreviews"): "SelfSubjectRulesReview",
    ("authentication.k8s.io", "selfsubjectreviews"): "SelfSubjectReview",
}
