"""Grants: the rules that each subject has through each binding.

Sources: kubernetes pkg/registry/rbac/validation/rule.go and pkg/controller/clusterroleaggregation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from tui.model.api_object import ApiKind, Obj, at, objects, text
from tui.model.rbac.rights import ResourceRule

_GROUP: Final = "rbac.authorization.k8s.io"
ROLE: Final = ApiKind(_GROUP, "v1", "roles", "Role")
CLUSTER_ROLE: Final = ApiKind(_GROUP, "v1", "clusterroles", "ClusterRole", is_namespaced=False)
ROLE_BINDING: Final = ApiKind(_GROUP, "v1", "rolebindings", "RoleBinding")
CLUSTER_ROLE_BINDING: Final = ApiKind(
    _GROUP, "v1", "clusterrolebindings", "ClusterRoleBinding", is_namespaced=False
)

SubjectKind: TypeAlias = Literal["User", "Group", "ServiceAccount"]
KIND_WORDS: Final[Mapping[SubjectKind, str]] = {
    "User": "user",
    "Group": "group",
    "ServiceAccount": "service account",
}
"""Words for each kind of subject. Counts of subjects name the kinds in this order."""
_ACCOUNT: Final = "system:serviceaccount:"
_ACCOUNTS: Final = "system:serviceaccounts"


class Subject(NamedTuple):
    """User, group or service account.

    If a binding names the user "system:serviceaccount:NAMESPACE:NAME", the subject is a ServiceAccount.
    """

    kind: SubjectKind
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def accounts_of(self) -> str:
        """Namespace of the group "system:serviceaccounts:NAMESPACE"; "" for any other subject."""
        prefix, _, namespace = self.name.rpartition(":")
        return namespace if self.kind == "Group" and prefix == _ACCOUNTS else ""


MASTERS: Final = Subject("Group", "system:masters")
"""Group to which the API server allows everything, without a role."""


class Grant(Struct, frozen=True):
    """Rules that one binding gives to one subject."""

    subject: Subject
    binding: str
    role: str
    namespace: str | None
    """Namespace where the rules apply; None if they apply in all namespaces and to cluster-scoped objects."""
    rules: tuple[ResourceRule, ...] | None
    """Rules; () if the role does not exist, None if it could not be read."""


class Roles(Struct, frozen=True):
    """Rules of the roles that were read."""

    rules: Mapping[tuple[str, str], tuple[ResourceRule, ...]]
    is_listed: Callable[[str], bool]
    """True if all roles of a namespace were read. The namespace "" means ClusterRoles."""

    def of(self, namespace: str, name: str) -> tuple[ResourceRule, ...] | None:
        """Rules; () if the role does not exist, None if it could not be read."""
        return self.rules.get((namespace, name), () if self.is_listed(namespace) else None)


def roles(roles: Iterable[Obj], cluster_roles: Iterable[Obj], is_listed: Callable[[str], bool]) -> Roles:
    """Collect the rules of the roles that were read.

    If a ClusterRole has no rules but selects other ClusterRoles, add the rules of the selected ones, as the
    aggregation controller will do.
    """
    rules = {_place(role): _rules(role) for role in roles}
    by_name = {text(role, "metadata.name"): role for role in cluster_roles}
    for name in by_name:
        rules["", name] = tuple(dict.fromkeys(_aggregated(name, by_name, set())))
    return Roles(rules, is_listed)


def grants(bindings: Iterable[Obj], roles: Roles) -> Iterator[Grant]:
    for binding in bindings:
        namespace, name = _place(binding)
        kind, role = text(binding, "roleRef.kind"), text(binding, "roleRef.name")
        rules = roles.of(namespace if kind == "Role" else "", role)
        title = f"{'RoleBinding' if namespace else 'ClusterRoleBinding'}/{name}"
        for subject in dict.fromkeys(_subjects(binding, namespace)):
            yield Grant(subject, title, f"{kind}/{role}", namespace or None, rules)


def _place(obj: Obj) -> tuple[str, str]:
    return text(obj, "metadata.namespace"), text(obj, "metadata.name")


def _subjects(binding: Obj, namespace: str) -> Iterator[Subject]:
    for subject in objects(binding, "subjects"):
        kind, name = text(subject, "kind"), text(subject, "name")
        own_namespace, _, account = name.removeprefix(_ACCOUNT).partition(":")
        if kind == "ServiceAccount":
            own_namespace = text(subject, "namespace") or namespace
            if own_namespace:
                yield Subject("ServiceAccount", name, own_namespace)
        elif kind == "User" and name.startswith(_ACCOUNT) and account:
            yield Subject("ServiceAccount", account, own_namespace)
        elif kind == "User":
            yield Subject("User", name)
        elif kind == "Group":
            yield Subject("Group", name)


def _rules(role: Obj) -> tuple[ResourceRule, ...]:
    return tuple(
        ResourceRule(
            verbs=_words(rule, "verbs"),
            groups=_words(rule, "apiGroups"),
            resources=_words(rule, "resources"),
            names=_words(rule, "resourceNames"),
        )
        for rule in objects(role, "rules")
    )


def _words(rule: Obj, field: str) -> tuple[str, ...]:
    words = at(rule, field, [])
    return tuple(map(str, words)) if isinstance(words, list) else ()


def _aggregated(name: str, cluster_roles: Mapping[str, Obj], done: set[str]) -> Iterator[ResourceRule]:
    """Yield the rules of a ClusterRole. If it has no rules, yield the rules of the ClusterRoles it selects.

    `done` collects the names of the visited roles, because roles can select each other.
    """
    role = cluster_roles[name]
    done.add(name)
    yield from _rules(role)
    selectors = objects(role, "aggregationRule.clusterRoleSelectors")
    if objects(role, "rules") or not selectors:
        return
    for other_name, other_role in cluster_roles.items():
        labels = at(other_role, "metadata.labels", {})
        label_texts = {key: str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}
        if other_name not in done and any(_selects(selector, label_texts) for selector in selectors):
            yield from _aggregated(other_name, cluster_roles, done)


def _selects(selector: Obj, labels: Mapping[str, str]) -> bool:
    """True if the selector matches `labels`. An empty selector matches all labels."""
    wanted = at(selector, "matchLabels", {})
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_matches(expression, labels) for expression in objects(selector, "matchExpressions"))


def _matches(expression: Obj, labels: Mapping[str, str]) -> bool:
    key, operator = text(expression, "key"), text(expression, "operator")
    if operator in ("Exists", "DoesNotExist"):
        return (key in labels) == (operator == "Exists")
    return (labels.get(key) in _words(expression, "values")) == (operator == "In")
