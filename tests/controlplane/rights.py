"""Rights of the users of a control plane: the namespaces, roles and bindings created at its start."""

from collections.abc import Callable
from typing import Any

from tests.controlplane.http_calls import Answer
from tests.controlplane.users import ADMIN, EDITOR, NAMESPACE, ONLY_SECRET, OTHER_NAMESPACE, READER, SINGLE

RBAC = "/apis/rbac.authorization.k8s.io/v1"
READ = ["get", "list", "watch"]
EDIT = [*READ, "create", "update", "patch", "delete", "deletecollection"]


def objects() -> list[tuple[str, dict[str, Any]]]:
    """Namespaces and RBAC objects to create, in order: a collection's path and a body each."""
    shop = f"{RBAC}/namespaces/{NAMESPACE}"
    return [
        ("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}}),
        ("/api/v1/namespaces", {"metadata": {"name": OTHER_NAMESPACE}}),
        (f"{RBAC}/clusterrolebindings", binding(f"test-{ADMIN}", "cluster-admin", ADMIN)),
        (f"{shop}/roles", {"metadata": {"name": EDITOR}, "rules": _rules(EDIT)}),
        (f"{shop}/rolebindings", binding(f"test-{EDITOR}", EDITOR, EDITOR, kind="Role")),
        (f"{RBAC}/clusterroles", {"metadata": {"name": READER}, "rules": [*_rules(READ), _see_namespaces()]}),
        (f"{RBAC}/clusterrolebindings", binding(f"test-{READER}", READER, READER)),
        (f"{shop}/roles", {"metadata": {"name": SINGLE}, "rules": [_get_one()]}),
        (f"{shop}/rolebindings", binding(f"test-{SINGLE}", SINGLE, SINGLE, kind="Role")),
    ]


def _rules(verbs: list[str]) -> list[dict[str, Any]]:
    """Rules for Secrets and pods: the built-in `edit` and `view` are empty without their controller."""
    return [{"apiGroups": [""], "resources": ["secrets", "pods"], "verbs": verbs}]


def _see_namespaces() -> dict[str, Any]:
    return {"apiGroups": [""], "resources": ["namespaces"], "verbs": READ}


def _get_one() -> dict[str, Any]:
    return {"apiGroups": [""], "resources": ["secrets"], "resourceNames": [ONLY_SECRET], "verbs": ["get"]}


def binding(
    name: str, role: str, subject: str, *, kind: str = "ClusterRole", of: str = "User"
) -> dict[str, Any]:
    """A RoleBinding or ClusterRoleBinding: the role, of that kind, for a user (or a Group)."""
    group = "rbac.authorization.k8s.io"
    return {
        "metadata": {"name": name},
        "roleRef": {"apiGroup": group, "kind": kind, "name": role},
        "subjects": [{"apiGroup": group, "kind": of, "name": subject}],
    }


def questions() -> list[dict[str, Any]]:
    """Specs of SubjectAccessReviews, one for each user with rights; allowed once the binding is in force."""
    return [
        {"user": ADMIN, "resourceAttributes": {"verb": "delete", "resource": "nodes"}},
        {"user": EDITOR, "resourceAttributes": _secrets("patch", NAMESPACE)},
        {"user": READER, "resourceAttributes": _secrets("list", "")},
        {"user": SINGLE, "resourceAttributes": {**_secrets("get", NAMESPACE), "name": ONLY_SECRET}},
    ]


def is_aggregated(request: Callable[[str, str], Answer]) -> bool:
    """True if the built-in role `edit` has its rules, which a controller aggregates."""
    answer = request("GET", f"{RBAC}/clusterroles/edit")
    return bool(answer.body["rules"])


def is_allowed(request: Callable[[str, str, Any], Answer], spec: dict[str, Any]) -> bool:
    """Ask the server's SubjectAccessReview with this spec."""
    answer = request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {"spec": spec})
    return bool(answer.body["status"]["allowed"])


def _secrets(verb: str, namespace: str) -> dict[str, str]:
    return {"verb": verb, "resource": "secrets", "namespace": namespace}
