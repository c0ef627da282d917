"""Objects of the RBAC API, and pods, as tests of who can read need them."""

from __future__ import annotations

from typing import Any

from msgspec import convert

from tui.model.access.grants import Grant, Roles, grants, roles
from tui.model.access.who import Access, Pods, SecretScope, accesses
from tui.model.rbac.rights import ResourceRule
from tui.model.readers.pods import PodShape, pod_info

GROUP = "rbac.authorization.k8s.io"


def rule(verbs: str, resources: str, *names: str, groups: str = "") -> dict[str, Any]:
    """Rule of RBAC: words are separated by blanks; groups by commas, as the core group has no letters."""
    made = {"verbs": verbs.split(), "resources": resources.split(), "apiGroups": groups.split(",")}
    return made | ({"resourceNames": list(names)} if names else {})


def role(
    name: str,
    *rules: dict[str, Any],
    namespace: str = "",
    labels: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A Role of a namespace, or a ClusterRole."""
    metadata = {"name": name, "namespace": namespace, "labels": labels or {}}
    return {"metadata": metadata, "rules": list(rules), **(more or {})}


def subject(text: str) -> dict[str, Any]:
    """ "User/dana", "Group/ops", "ServiceAccount/web/app"."""
    kind, _, name = text.partition("/")
    namespace, _, account = name.rpartition("/") if kind == "ServiceAccount" else ("", "", name)
    return {"kind": kind, "name": account, "namespace": namespace}


def binding(name: str, role: str, *subjects: str, namespace: str = "") -> dict[str, Any]:
    """`role`: "Role/reader", "ClusterRole/view"."""
    kind, _, role_name = role.partition("/")
    return {
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"apiGroup": GROUP, "kind": kind, "name": role_name},
        "subjects": list(map(subject, subjects)),
    }


def pod(
    name: str,
    secret: str = "",
    *,
    namespace: str = "web",
    account: str = "",
    node: str = "",
    pull_secret: str = "",
) -> Any:
    """A pod that reads that Secret, and pulls its images with another."""
    volumes = [{"name": "v", "secret": {"secretName": secret}}] if secret else []
    spec = {
        "containers": [{"name": "c"}],
        "volumes": volumes,
        "serviceAccountName": account,
        "nodeName": node,
        "imagePullSecrets": [{"name": pull_secret}] if pull_secret else [],
    }
    return pod_info(convert({"metadata": {"name": name, "namespace": namespace}, "spec": spec}, PodShape))


class Rbac:
    """Roles and bindings, and the accesses that follow from them."""

    def __init__(
        self, *objects: dict[str, Any], pods: tuple[Any, ...] | None = (), unread: str = "-"
    ) -> None:
        """`unread`: the namespace whose roles may not be read, "" for ClusterRoles. Pods may be unknown."""
        bindings = [obj for obj in objects if "roleRef" in obj]
        found = [obj for obj in objects if "rules" in obj]
        namespaced = [obj for obj in found if obj["metadata"]["namespace"]]
        wide = [obj for obj in found if not obj["metadata"]["namespace"]]
        self.roles: Roles = roles(namespaced, wide, lambda namespace: namespace != unread)
        self.grants: tuple[Grant, ...] = tuple(grants(bindings, self.roles))
        self.pods = Pods(pods or (), is_listed=pods is not None)

    def accesses(self, name: str | None = "db", namespace: str | None = "web") -> list[Access]:
        """All accesses but that of the built-in group."""
        found = accesses(SecretScope(namespace, name), self.grants, self.roles, self.pods)
        return [access for access in found if access.subject.name != "system:masters" or access.binding]

    def ways(self, name: str | None = "db", namespace: str | None = "web") -> dict[str, dict[str, str]]:
        """The rights of each subject, by the way."""
        ways: dict[str, dict[str, str]] = {}
        for access in self.accesses(name, namespace):
            ways.setdefault(access.way, {})[str(access.subject)] = ", ".join(access.rights)
        return ways

    def rules_of(self, name: str, namespace: str = "") -> tuple[ResourceRule, ...] | None:
        return self.roles.of(namespace, name)
