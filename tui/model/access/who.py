"""Subjects that can read Secrets: by get, list or watch, or by other rights, as RBAC's authorizer decides.

One step is followed: rights that lead to the Secret itself, or to a subject that reads it. Sources:
kubernetes pkg/apis/rbac/v1/evaluation_helpers.go; kubernetes.io, "RBAC Good Practices", escalation risks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from tui.model.access.grants import MASTERS, Grant, Roles, Subject
from tui.model.rbac.rights import ResourceRule
from tui.model.readers.pods import PodInfo

Way: TypeAlias = Literal[
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
ACCESS_WAYS: Final[Mapping[Way, str]] = {
    "read": "get, list or watch it",
    "not known": "bound to a role that you may not read",
    "write": "the answer to a write holds the values",
    "new pod": "start a pod that mounts it",
    "exec": "run a command in a pod that reads it",
    "pod change": "change the image of a pod that reads it",
    "debug": "add a container with its variables to a pod",
    "impersonate": "act as a subject that reads it",
    "escalate": "add rights to a role",
    "bind": "bind a role that reads it",
    "token": "create a token of a service account that reads it",
    "node": "reach pods through the kubelet",
}
"""Each way to the values, the shortest first, and what it is."""
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
    """The Secret that is asked about, or all of a namespace, or of the cluster."""

    namespace: str | None
    name: str | None = None


class Access(Struct, frozen=True):
    """A way in which a subject gets at values, through one binding."""

    way: Way
    subject: Subject
    rights: tuple[str, ...]
    """ "get,list secrets", "get secrets/db,secrets/cache"."""
    is_by_name: bool
    """True if all of these rights are limited to named objects."""
    namespace: str | None
    """The namespace in which the rights hold; None = everywhere."""
    binding: str = ""
    role: str = ""


_Names: TypeAlias = Collection[str] | None
"""Names of objects; None = any, an empty set = none."""


class _Door(NamedTuple):
    """Verbs on a resource that lead to values, and on which objects."""

    way: Way
    verbs: Sequence[str]
    resource: str
    group: str = ""
    places: Mapping[str, _Names] | None = None
    """The names that count, by namespace; None = any, anywhere."""
    is_wide: bool = False
    """True if the resource is in no namespace: only ClusterRoleBindings count."""

    def names(self, namespace: str | None) -> tuple[bool, _Names]:
        """Tell whether a grant in that namespace counts, and for which names."""
        if self.is_wide and namespace is not None:
            return False, None
        if self.places is None:
            return True, None
        if namespace is not None:
            return namespace in self.places, self.places.get(namespace)
        names = set[str]()
        for place in self.places.values():
            if place is None:
                return True, None
            names.update(place)
        return True, names


def accesses(scope: SecretScope, grants: Iterable[Grant], roles: Roles, pods: Pods) -> list[Access]:
    """Every subject that can read, by the ways of `ACCESS_WAYS`, each by its bindings."""
    grants = tuple(grants)
    found = [*_unknown(scope, grants), *_by(_reads(scope), grants)]
    readers = {access.subject for access in found}
    found += [Access("read", MASTERS, (_EVERYTHING,), is_by_name=False, namespace=None)]
    found += _by([*_pod_doors(scope, pods), *_login_doors(scope, readers, roles)], grants)
    order = list(ACCESS_WAYS)
    return sorted(
        found, key=lambda one: (order.index(one.way), one.subject, one.namespace or "", one.binding)
    )


def readers_there(here: Iterable[Access], there: Iterable[Access]) -> tuple[Subject, ...]:
    """Subjects that can read there and not here, without a side door."""
    reads_here = {access.subject for access in here if access.way == "read"}
    return tuple(sorted({access.subject for access in there if access.way == "read"} - reads_here))


class Pods(NamedTuple):
    """Pods of the namespaces that were read."""

    rows: tuple[PodInfo, ...]
    is_listed: bool
    """True if all pods of the scope were read."""

    def readers(self, scope: SecretScope) -> list[PodInfo]:
        """Pods with a value of the scope in a container; the kubelet alone reads a pull secret."""
        return [
            pod
            for pod in self.rows
            if scope.namespace in (None, pod.namespace)
            and any(use.way != "image_pull" and scope.name in (None, use.secret) for use in pod.uses)
        ]

    def run_as(self, subject: Subject) -> list[PodInfo]:
        """Pods that run as a service account, or as one of a group of a namespace."""
        if subject.kind == "ServiceAccount":
            account = subject.namespace, subject.name
            return [pod for pod in self.rows if (pod.namespace, pod.account) == account]
        return [pod for pod in self.rows if subject.accounts_of and pod.namespace == subject.accounts_of]


def _place(scope: SecretScope) -> Mapping[str, _Names] | None:
    if scope.namespace is None:
        return None
    return {scope.namespace: None if scope.name is None else (scope.name,)}


def _reads(scope: SecretScope) -> list[_Door]:
    return [_Door("read", _READ, "secrets", places=_place(scope))]


def _pod_doors(scope: SecretScope, pods: Pods) -> Iterator[_Door]:
    """Rights on Secrets, pods and nodes."""
    yield _Door("write", ("patch", "delete", "deletecollection"), "secrets", places=_place(scope))
    here: Mapping[str, _Names] | None = None if scope.namespace is None else {scope.namespace: None}
    yield _Door("new pod", ("create",), "pods", places=here)
    for resource, group in _WORKLOADS:
        yield _Door("new pod", ("create", *_CHANGE), resource, group, here)
    yield _Door("debug", _CHANGE, "pods/ephemeralcontainers", places=here)
    readers = pods.readers(scope)
    by_place = defaultdict[str, set[str]](set)
    for pod in readers:
        by_place[pod.namespace].add(pod.name)
    places: Mapping[str, _Names] | None = by_place if pods.is_listed else here
    if readers or not pods.is_listed:
        yield _Door("exec", ("create", "get"), "pods/exec", places=places)
        yield _Door("exec", ("create", "get"), "pods/attach", places=places)
        yield _Door("pod change", _CHANGE, "pods", places=places)
    nodes: _Names = {pod.node for pod in readers} - {""} if pods.is_listed else None
    yield _Door("node", ("create", "get"), "nodes/proxy", places={"": nodes}, is_wide=True)


def _login_doors(scope: SecretScope, readers: Collection[Subject], roles: Roles) -> Iterator[_Door]:
    """Rights to become a subject that reads, or to give it more rights."""
    names = {kind: {one.name for one in readers if one.kind == kind} for kind in ("User", "Group")}
    groups = names["Group"] | {MASTERS.name}
    yield _Door("impersonate", ("impersonate",), "groups", places={"": groups}, is_wide=True)
    if names["User"]:
        yield _Door("impersonate", ("impersonate",), "users", places={"": names["User"]}, is_wide=True)
    accounts = defaultdict[str, set[str]](set)
    of_groups = [one.accounts_of for one in readers if one.accounts_of]
    for one in readers:
        if one.kind == "ServiceAccount":
            accounts[one.namespace].add(one.name)
    places: Mapping[str, _Names] | None = {**accounts, **dict.fromkeys(of_groups)}
    if {"system:serviceaccounts", "system:authenticated"} & names["Group"]:
        places = None
    if places is None or places:
        yield _Door("impersonate", ("impersonate",), "serviceaccounts", places=places)
        yield _Door("token", ("create",), "serviceaccounts/token", places=places)
    wide = _roles_that_read(roles, "")
    here = None if scope.namespace is None else {scope.namespace: wide}
    yield _Door("bind", ("bind",), "clusterroles", _RBAC, here)
    own = None if scope.namespace is None else {scope.namespace: _roles_that_read(roles, scope.namespace)}
    yield _Door("bind", ("bind",), "roles", _RBAC, own)
    any_role = None if scope.namespace is None else {scope.namespace: None}
    yield _Door("escalate", ("escalate",), "roles", _RBAC, any_role)
    yield _Door("escalate", ("escalate",), "clusterroles", _RBAC, is_wide=True)


def _roles_that_read(roles: Roles, namespace: str) -> _Names:
    if not roles.is_listed(namespace):
        return None
    return {
        name
        for (place, name), rules in roles.rules.items()
        if place == namespace and any(rule.covers(verb, "secrets", "") for rule in rules for verb in _READ)
    }


def _unknown(scope: SecretScope, grants: Iterable[Grant]) -> Iterator[Access]:
    for grant in grants:
        is_here = scope.namespace is None or grant.namespace in (None, scope.namespace)
        if grant.rules is None and is_here:
            yield Access(
                way="not known",
                subject=grant.subject,
                rights=("unknown rights",),
                is_by_name=False,
                namespace=grant.namespace,
                binding=grant.binding,
                role=grant.role,
            )


def _by(doors: Sequence[_Door], grants: Iterable[Grant]) -> Iterator[Access]:
    """Accesses that each grant gives by these doors; the rules of a role are checked once."""
    allowed = dict[tuple[ResourceRule, ...], list[tuple[_Door, str, tuple[str, ...]]]]()
    for grant in grants:
        rules = grant.rules or ()
        if rules not in allowed:
            allowed[rules] = list(_allowed(doors, rules))
        yield from _accesses(grant, allowed[rules])


def _allowed(
    doors: Sequence[_Door], rules: tuple[ResourceRule, ...]
) -> Iterator[tuple[_Door, str, tuple[str, ...]]]:
    """Each verb that a rule gives, and the names to which it is limited."""
    for door in doors:
        for verb in door.verbs:
            is_nameless = verb in ("create", "deletecollection") and "/" not in door.resource
            for rule in rules:
                if rule.covers(verb, door.resource, door.group) and not (rule.names and is_nameless):
                    yield door, verb, rule.names


def _accesses(grant: Grant, allowed: Iterable[tuple[_Door, str, tuple[str, ...]]]) -> Iterator[Access]:
    verbs = defaultdict[Way, dict[tuple[str, str], dict[str, None]]](lambda: defaultdict(dict))
    for door, verb, limit in allowed:
        counts, wanted = door.names(grant.namespace)
        names = limit if wanted is None else [name for name in limit if name in wanted]
        if counts and (wanted is None or wanted) and (names or not limit):
            for name in names or [""]:
                verbs[door.way][door.resource, name][verb] = None
    for way, rights in verbs.items():
        objects = defaultdict[str, list[str]](list)
        for resource, name in rights:
            if given := ",".join(_verbs(resource, name, rights)):
                objects[given].append(f"{resource}/{name}" if name else resource)
        words = tuple(f"{given} {','.join(named)}" for given, named in objects.items())
        is_by_name = all(name for _, name in rights)
        yield Access(way, grant.subject, words, is_by_name, grant.namespace, grant.binding, grant.role)


def _verbs(resource: str, name: str, rights: Mapping[tuple[str, str], Iterable[str]]) -> list[str]:
    """The verbs on that name which are not given on all of them."""
    of_all = set(rights.get((resource, ""), ())) if name else set()
    return [verb for verb in rights[resource, name] if verb not in of_all]
