"""Subjects that can read Secrets, directly or through another right.

Sources: kubernetes pkg/apis/rbac/v1/evaluation_helpers.go; kubernetes.io, "RBAC Good Practices", escalation
risks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from tui.model.access.grants import MASTERS, Grant, Roles, Subject
from tui.model.rbac.rights import ResourceRule
from tui.model.readers.pods import PodInfo

AccessWay: TypeAlias = Literal[
    "read",
    "not known",
    "write",
    "new pod",
    "exec",
    "pod change",
    "debug",
    "impersonate",
    "escalate",
    "bind",
    "token",
    "node",
]
ACCESS_WAYS: Final[Mapping[AccessWay, str]] = {
    "read": "get, list or watch it",
    "not known": "bound to a role that you may not read",
    "write": "write it and read the values in the answer",
    "new pod": "start a pod that mounts it",
    "exec": "run a command in a pod that reads it",
    "pod change": "change the image of a pod that reads it",
    "debug": "add to a pod a container that reads it",
    "impersonate": "act as a subject that reads it",
    "escalate": "add rights to a role",
    "bind": "bind a role that reads it",
    "token": "create a token of a service account that reads it",
    "node": "reach pods through the kubelet",
}
"""Ways to get the values of a Secret, the most direct first. In the texts, "it" is the Secret."""
_READ: Final = ("get", "list", "watch")
_CHANGE: Final = ("update", "patch")
_WORKLOADS: Final = (
    ("deployments", "apps"),
    ("statefulsets", "apps"),
    ("daemonsets", "apps"),
    ("replicasets", "apps"),
    ("replicationcontrollers", ""),
    ("jobs", "batch"),
    ("cronjobs", "batch"),
)
_RBAC: Final = "rbac.authorization.k8s.io"
_EVERYTHING: Final = "everything, without a role"


class SecretScope(NamedTuple):
    """Scope to check: a Secret, a namespace (`name` is None) or the cluster (both fields are None)."""

    namespace: str | None
    name: str | None = None


class Access(Struct, frozen=True):
    """Access of a subject to values, through one binding."""

    way: AccessWay
    subject: Subject
    rights: tuple[str, ...]
    """Verbs and resources, e.g. "get,list secrets", "get secrets/db,secrets/cache"."""
    is_by_name: bool
    namespace: str | None
    """None if the access covers all namespaces. It then covers cluster-scoped objects too."""
    binding: str = ""
    """Kind and name; "" for system:masters."""
    role: str = ""
    """Kind and name; "" for system:masters."""


_Names: TypeAlias = Collection[str] | None
"""Names of objects; None for all objects."""


class _UsefulRight(NamedTuple):
    way: AccessWay
    verbs: Sequence[str]
    resource: str
    group: str = ""
    places: Mapping[str, _Names] | None = None
    """Keys are namespaces ("" for a cluster-scoped resource). Values are names of objects.

    The right gives access to Secrets only if it covers one of these objects. If a value is None, any object
    in the namespace of the value suffices. If `places` is None, any object in any namespace suffices.
    """
    is_wide: bool = False
    """True if only a ClusterRoleBinding can grant this right."""

    def names(self, namespace: str | None) -> tuple[bool, _Names]:
        """Return (True, names) if this right, granted in `namespace`, can give access to Secrets.

        Otherwise return (False, None). The right must cover an object with one of the names. If any object
        suffices, the names are None. `namespace` is None if a ClusterRoleBinding grants the right.
        """
        if self.is_wide and namespace is not None:
            return False, None
        if self.places is None:
            return True, None
        if namespace is not None:
            return namespace in self.places, self.places.get(namespace)
        names = set[str]()
        for namespace_names in self.places.values():
            if namespace_names is None:
                return True, None
            names.update(namespace_names)
        return True, names


def accesses(scope: SecretScope, grants: Iterable[Grant], roles: Roles, pods: Pods) -> list[Access]:
    grants = tuple(grants)
    result = [*_unknown(scope, grants), *_by(_reads(scope), grants)]
    readers = {access.subject for access in result}
    result += [Access("read", MASTERS, (_EVERYTHING,), is_by_name=False, namespace=None)]
    result += _by([*_pod_rights(scope, pods), *_login_rights(scope, readers, roles)], grants)
    order = list(ACCESS_WAYS)
    return sorted(
        result,
        key=lambda access: (
            order.index(access.way),
            access.subject,
            access.namespace or "",
            access.binding,
        ),
    )


def readers_there(here: Iterable[Access], there: Iterable[Access]) -> tuple[Subject, ...]:
    reads_here = {access.subject for access in here if access.way == "read"}
    return tuple(sorted({access.subject for access in there if access.way == "read"} - reads_here))


class Pods(NamedTuple):
    """Pods that the program has fetched.

    `is_listed`: true if `rows` contains every pod in the namespace of the scope that is checked.
    """

    rows: tuple[PodInfo, ...]
    is_listed: bool

    def readers(self, scope: SecretScope) -> list[PodInfo]:
        """Return the pods that read a Secret in the scope.

        Image pulls do not count, because only the kubelet reads their Secrets.
        """
        return [
            pod
            for pod in self.rows
            if scope.namespace in (None, pod.namespace)
            and any(use.way != "image_pull" and scope.name in (None, use.secret) for use in pod.uses)
        ]

    def run_as(self, subject: Subject) -> list[PodInfo]:
        if subject.kind == "ServiceAccount":
            account = subject.namespace, subject.name
            return [pod for pod in self.rows if (pod.namespace, pod.account) == account]
        return [pod for pod in self.rows if subject.accounts_of and pod.namespace == subject.accounts_of]


def _place(scope: SecretScope) -> Mapping[str, _Names] | None:
    if scope.namespace is None:
        return None
    return {scope.namespace: None if scope.name is None else (scope.name,)}


def _reads(scope: SecretScope) -> list[_UsefulRight]:
    return [_UsefulRight("read", _READ, "secrets", places=_place(scope))]


def _pod_rights(scope: SecretScope, pods: Pods) -> Iterator[_UsefulRight]:
    yield _UsefulRight("write", ("patch", "delete", "deletecollection"), "secrets", places=_place(scope))
    in_scope: Mapping[str, _Names] | None = None if scope.namespace is None else {scope.namespace: None}
    yield _UsefulRight("new pod", ("create",), "pods", places=in_scope)
    for resource, group in _WORKLOADS:
        yield _UsefulRight("new pod", ("create", *_CHANGE), resource, group, in_scope)
    yield _UsefulRight("debug", _CHANGE, "pods/ephemeralcontainers", places=in_scope)
    readers = pods.readers(scope)
    names = defaultdict[str, set[str]](set)
    for pod in readers:
        names[pod.namespace].add(pod.name)
    places: Mapping[str, _Names] | None = names if pods.is_listed else in_scope
    if readers or not pods.is_listed:
        yield _UsefulRight("exec", ("create", "get"), "pods/exec", places=places)
        yield _UsefulRight("exec", ("create", "get"), "pods/attach", places=places)
        yield _UsefulRight("pod change", _CHANGE, "pods", places=places)
    nodes: _Names = {pod.node for pod in readers} - {""} if pods.is_listed else None
    yield _UsefulRight("node", ("create", "get"), "nodes/proxy", places={"": nodes}, is_wide=True)


def _login_rights(scope: SecretScope, readers: Collection[Subject], roles: Roles) -> Iterator[_UsefulRight]:
    names = {kind: {reader.name for reader in readers if reader.kind == kind} for kind in ("User", "Group")}
    groups = names["Group"] | {MASTERS.name}
    yield _UsefulRight("impersonate", ("impersonate",), "groups", places={"": groups}, is_wide=True)
    if names["User"]:
        yield _UsefulRight("impersonate", ("impersonate",), "users", places={"": names["User"]}, is_wide=True)
    accounts = defaultdict[str, set[str]](set)
    group_namespaces = [reader.accounts_of for reader in readers if reader.accounts_of]
    for reader in readers:
        if reader.kind == "ServiceAccount":
            accounts[reader.namespace].add(reader.name)
    places: Mapping[str, _Names] | None = {**accounts, **dict.fromkeys(group_namespaces)}
    if {"system:serviceaccounts", "system:authenticated"} & names["Group"]:
        places = None
    if places is None or places:
        yield _UsefulRight("impersonate", ("impersonate",), "serviceaccounts", places=places)
        yield _UsefulRight("token", ("create",), "serviceaccounts/token", places=places)
    reading_roles = _roles_that_read(roles, "")
    bindable_cluster_roles = None if scope.namespace is None else {scope.namespace: reading_roles}
    yield _UsefulRight("bind", ("bind",), "clusterroles", _RBAC, bindable_cluster_roles)
    bindable_roles = (
        None if scope.namespace is None else {scope.namespace: _roles_that_read(roles, scope.namespace)}
    )
    yield _UsefulRight("bind", ("bind",), "roles", _RBAC, bindable_roles)
    changeable_roles = None if scope.namespace is None else {scope.namespace: None}
    yield _UsefulRight("escalate", ("escalate",), "roles", _RBAC, changeable_roles)
    yield _UsefulRight("escalate", ("escalate",), "clusterroles", _RBAC, is_wide=True)


def _roles_that_read(roles: Roles, namespace: str) -> _Names:
    if not roles.is_listed(namespace):
        return None
    return {
        name
        for (role_namespace, name), rules in roles.rules.items()
        if role_namespace == namespace
        and any(rule.covers(verb, "secrets", "") for rule in rules for verb in _READ)
    }


def _unknown(scope: SecretScope, grants: Iterable[Grant]) -> Iterator[Access]:
    for grant in grants:
        is_in_scope = scope.namespace is None or grant.namespace in (None, scope.namespace)
        if grant.rules is None and is_in_scope:
            yield Access(
                way="not known",
                subject=grant.subject,
                rights=("unknown rights",),
                is_by_name=False,
                namespace=grant.namespace,
                binding=grant.binding,
                role=grant.role,
            )


def _by(useful_rights: Sequence[_UsefulRight], grants: Iterable[Grant]) -> Iterator[Access]:
    """Yield the accesses that the grants give. Equal rules are checked once, for speed."""
    allowed = dict[tuple[ResourceRule, ...], list[tuple[_UsefulRight, str, tuple[str, ...]]]]()
    for grant in grants:
        rules = grant.rules or ()
        if rules not in allowed:
            allowed[rules] = list(_allowed(useful_rights, rules))
        yield from _accesses(grant, allowed[rules])


def _allowed(
    useful_rights: Sequence[_UsefulRight], rules: tuple[ResourceRule, ...]
) -> Iterator[tuple[_UsefulRight, str, tuple[str, ...]]]:
    """Yield (right, verb, object names) for each verb of a right and each rule that allows this verb.

    The object names are those of the rule; () if the rule covers all objects.
    """
    for right in useful_rights:
        for verb in right.verbs:
            is_nameless = verb in ("create", "deletecollection") and "/" not in right.resource
            for rule in rules:
                if rule.covers(verb, right.resource, right.group) and not (rule.names and is_nameless):
                    yield right, verb, rule.names


def _accesses(grant: Grant, allowed: Iterable[tuple[_UsefulRight, str, tuple[str, ...]]]) -> Iterator[Access]:
    verbs = defaultdict[AccessWay, dict[tuple[str, str], dict[str, None]]](lambda: defaultdict(dict))
    for right, verb, limit in allowed:
        leads_to_values, wanted = right.names(grant.namespace)
        names = limit if wanted is None else [name for name in limit if name in wanted]
        if leads_to_values and (wanted is None or wanted) and (names or not limit):
            for name in names or [""]:
                verbs[right.way][right.resource, name][verb] = None
    for way, rights in verbs.items():
        titles_by_verbs = defaultdict[str, list[str]](list)
        for resource, name in rights:
            if verb_list := ",".join(_verbs(resource, name, rights)):
                titles_by_verbs[verb_list].append(f"{resource}/{name}" if name else resource)
        words = tuple(f"{verb_list} {','.join(titles)}" for verb_list, titles in titles_by_verbs.items())
        is_by_name = all(name for _, name in rights)
        yield Access(way, grant.subject, words, is_by_name, grant.namespace, grant.binding, grant.role)


def _verbs(resource: str, name: str, rights: Mapping[tuple[str, str], Iterable[str]]) -> list[str]:
    """Return the verbs granted on the object `name`, or on all objects if `name` is "".

    For one object, leave out the verbs granted on all objects.
    """
    on_all = set(rights.get((resource, ""), ())) if name else set()
    return [verb for verb in rights[resource, name] if verb not in on_all]
