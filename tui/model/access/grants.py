"""Grants: which rules each subject has through which binding, from the objects of the RBAC API.

Source: kubernetes pkg/registry/rbac/validation/rule.go (subjects, role references) and
pkg/controller/clusterroleaggregation (selectors).
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
"""The kinds of subjects as sentences name them, in the order in which they are counted."""
_ACCOUNT: Final = "system:serviceaccount:"
_ACCOUNTS: Final = "system:serviceaccounts"


class Subject(NamedTuple):
    """A holder of rights. A service account under its user name is that service account."""

    kind: SubjectKind
    name: str
    namespace: str = ""
    """The namespace of a service account; "" for any other subject."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def accounts_of(self) -> str:
        """The namespace whose service accounts this group has; "" for any other subject."""
        prefix, _, namespace = self.name.rpartition(":")
        return namespace if self.kind == "Group" and prefix == _ACCOUNTS else ""


MASTERS: Final = Subject("Group", "system:masters")
"""The API server lets this group do everything, without a role."""


class Grant(Struct, frozen=True):
    """The rules that one binding gives one subject."""

    subject: Subject
    binding: str
    """ "RoleBinding/readers"."""
    role: str
    """ "ClusterRole/view"."""
    namespace: str | None
    """The namespace in which the rules hold; None = everywhere, and for objects in no namespace."""
    rules: tuple[ResourceRule, ...] | None
    """None = the role may not be read."""


class Roles(Struct, frozen=True):
    """The rules of roles, by namespace ("" for ClusterRoles) and name."""

    rules: Mapping[tuple[str, str], tuple[ResourceRule, ...]]
    is_listed: Callable[[str], bool]
    """Tells whether all roles of that namespace ("" for ClusterRoles) were read."""

    def of(self, namespace: str, name: str) -> tuple[ResourceRule, ...] | None:
        """The rules; none for a role that does not exist, None for one that may not be read."""
        return self.rules.get((namespace, name), () if self.is_listed(namespace) else None)


def roles(roles: Iterable[Obj], cluster_roles: Iterable[Obj], is_listed: Callable[[str], bool]) -> Roles:
    """The rules of these roles. Rules of an aggregated role that no controller filled yet are collected."""
    rules = {_place(role): _rules(role) for role in roles}
    wide = {text(role, "metadata.name"): role for role in cluster_roles}
    for name in wide:
        rules["", name] = tuple(dict.fromkeys(_aggregated(name, wide, set())))
    return Roles(rules, is_listed)


def grants(bindings: Iterable[Obj], roles: Roles) -> Iterator[Grant]:
    """Each subject of each binding, RoleBindings and ClusterRoleBindings."""
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
        where, _, account = name.removeprefix(_ACCOUNT).partition(":")
        if kind == "ServiceAccount":
            where = text(subject, "namespace") or namespace
            if where:
                yield Subject("ServiceAccount", name, where)
        elif kind == "User" and name.startswith(_ACCOUNT) and account:
            yield Subject("ServiceAccount", account, where)
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
    """The rules of a ClusterRole, or those of the roles that it selects, and that these select."""
    role = cluster_roles[name]
    done.add(name)
    yield from _rules(role)
    selectors = objects(role, "aggregationRule.clusterRoleSelectors")
    if objects(role, "rules") or not selectors:
        return
    for other, obj in cluster_roles.items():
        labels = at(obj, "metadata.labels", {})
        known = {key: str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}
        if other not in done and any(_selects(selector, known) for selector in selectors):
            yield from _aggregated(other, cluster_roles, done)


def _selects(selector: Obj, labels: Mapping[str, str]) -> bool:
    """Match matchLabels and matchExpressions; an empty selector selects all."""
    wanted = at(selector, "matchLabels", {})
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_matches(expression, labels) for expression in objects(selector, "matchExpressions"))


def _matches(expression: Obj, labels: Mapping[str, str]) -> bool:
    key, operator = text(expression, "key"), text(expression, "operator")
    if operator in ("Exists", "DoesNotExist"):
        return (key in labels) == (operator == "Exists")
    return (labels.get(key) in _words(expression, "values")) == (operator == "In")
