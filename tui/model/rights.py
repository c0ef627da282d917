"""What a person may do in one namespace, as SelfSubjectRulesReview tells it; and how to ask for more."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Final

import msgspec

_RBAC: Final = "rbac.authorization.k8s.io"
_SERVICE_ACCOUNT: Final = "system:serviceaccount:"
_NAMELESS: Final = frozenset({"create", "deletecollection"})
"""Verbs that RBAC cannot bind to a name: the name is not part of such a request's path."""


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a cluster allows or refuses."""

    verb: str
    resource: str
    namespace: str | None = None
    """None is the whole cluster, or all namespaces."""
    name: str | None = None
    """None is all of them."""

    @property
    def what(self) -> str:
        """As kubectl writes it: "secrets/db", "secrets"."""
        return f"{self.resource}/{self.name}" if self.name and self.verb not in _NAMELESS else self.resource

    @property
    def where(self) -> str:
        """ "in namespace payments"."""
        if self.namespace is not None:
            return f"in namespace {self.namespace}"
        return "in this cluster" if self.resource == "namespaces" else "in all namespaces"

    @property
    def words(self) -> str:
        """ "patch secrets/db in namespace payments"."""
        return f"{self.verb} {self.what} {self.where}"


def can_i(right: Right, *, as_user: str | None = None, as_groups: tuple[str, ...] = ()) -> str:
    """kubectl's own question for it, as one line for a shell."""
    line = ["kubectl", "auth", "can-i", right.verb, right.what]
    if right.namespace is not None:
        line += ["-n", right.namespace]
    elif right.resource != "namespaces":
        line.append("-A")
    if as_user is not None:
        line += ["--as", as_user]
    for group in as_groups:
        line += ["--as-group", group]
    return shlex.join(line)


def to_ask_for(right: Right, user: str) -> str:
    """The smallest role that gives it, and its binding to that user, as YAML for whoever may apply it.

    Strings that come from a cluster are written as JSON strings, which YAML reads as they are.
    """
    prefix = "" if right.namespace is not None else "Cluster"
    name = f"{right.verb}-{right.what.replace('/', '-')}"
    meta = f"{{name: {json.dumps(name)}{_in(right.namespace)}}}"
    names = f", resourceNames: [{json.dumps(right.name)}]" if "/" in right.what else ""
    return f"""\
apiVersion: {_RBAC}/v1
kind: {prefix}Role
metadata: {meta}
rules:
- {{apiGroups: [""], resources: [{right.resource}], verbs: [{right.verb}]{names}}}
---
apiVersion: {_RBAC}/v1
kind: {prefix}RoleBinding
metadata: {meta}
roleRef: {{apiGroup: {_RBAC}, kind: {prefix}Role, name: {json.dumps(name)}}}
subjects:
- {_subject(user)}
"""


def _in(namespace: str | None) -> str:
    return f", namespace: {json.dumps(namespace)}" if namespace is not None else ""


def _subject(user: str) -> str:
    """A service account logs in under a name that says which (apiserver, pkg/authentication)."""
    space, _, account = user.removeprefix(_SERVICE_ACCOUNT).partition(":")
    if user.startswith(_SERVICE_ACCOUNT) and account:
        return f"{{kind: ServiceAccount, name: {json.dumps(account)}, namespace: {json.dumps(space)}}}"
    return f"{{apiGroup: {_RBAC}, kind: User, name: {json.dumps(user)}}}"


class Rule(msgspec.Struct, frozen=True):
    """One of status.resourceRules: any of the verbs on any of the resources; no names = on all of them."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    """API groups; "" is the core group."""
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()

    def covers(self, verb: str, resource: str, group: str) -> bool:
        """Does it speak of this verb on this resource, of whatever name?

        "*" covers everything, "*/log" that subresource of every resource (RBAC's own rule:
        kubernetes pkg/apis/rbac/v1/evaluation_helpers.go).
        """
        if not ("*" in self.verbs or verb in self.verbs):
            return False
        if not ("*" in self.groups or group in self.groups):
            return False
        _, has_sub, sub = resource.partition("/")
        wanted = {resource, "*", f"*/{sub}" if has_sub else "*"}
        return not wanted.isdisjoint(self.resources)


class Rights(msgspec.Struct, frozen=True):
    """All rules of one namespace. A listed rule holds; a missing one only if the answer was complete."""

    rules: tuple[Rule, ...]
    is_incomplete: bool

    def may(self, verb: str, resource: str, name: str | None = None, group: str = "") -> bool | None:
        """May it be done, on that name or (without one) on all of them? None = not known."""
        covering = [rule for rule in self.rules if rule.covers(verb, resource, group)]
        if any(not rule.names or (name is not None and name in rule.names) for rule in covering):
            return True
        return None if self.is_incomplete else False

    def names(self, verb: str, resource: str, group: str = "") -> tuple[str, ...]:
        """The names that rules give this right one by one, sorted: what to offer where listing is refused."""
        covering = (rule for rule in self.rules if rule.covers(verb, resource, group))
        return tuple(sorted({name for rule in covering for name in rule.names}))
