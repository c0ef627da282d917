"""Rights of the user, a kubectl command that checks a right, and YAML that grants rights."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Sequence
from typing import Final

import msgspec
import yaml
from msgspec import Struct

_RBAC: Final = "rbac.authorization.k8s.io"
_SERVICE_ACCOUNT: Final = "system:serviceaccount:"
_NAMELESS: Final = frozenset({"create", "deletecollection"})
"""Verbs that RBAC cannot limit to one object by name, because the URL of the request contains no name."""


class Right(Struct, frozen=True):
    verb: str
    resource: str
    namespace: str | None = None
    """None for all namespaces, or for a cluster-scoped resource."""
    name: str | None = None
    group: str = ""
    is_namespaced: bool = True
    """False for a cluster-scoped resource.

    Ignored if `resource` is "namespaces", because namespaces are always cluster-scoped.
    """

    @property
    def is_everywhere(self) -> bool:
        return self.namespace is None and self.is_namespaced and self.resource != "namespaces"

    @property
    def what(self) -> str:
        return f"{self.resource}/{self.name}" if self.name and self.verb not in _NAMELESS else self.resource

    @property
    def where(self) -> str:
        if self.namespace is not None:
            return f"in namespace {self.namespace}"
        return "in all namespaces" if self.is_everywhere else "in this cluster"

    @property
    def words(self) -> str:
        return f"{self.verb} {self.what} {self.where}"


class KubectlOptions(Struct, frozen=True):
    """Options that make kubectl use the same cluster and user as this program."""

    context: str = ""
    kubeconfig: str = ""
    """Path of the kubeconfig file; "" if kubectl finds the file without the option."""
    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""

    @property
    def flags(self) -> list[str]:
        options = [
            ("--kubeconfig", self.kubeconfig),
            ("--context", self.context),
            ("--as", self.user),
            *(("--as-group", group) for group in self.groups),
            ("--as-uid", self.uid),
        ]
        return [part for flag, value in options if value for part in (flag, value)]


def can_i(right: Right, options: KubectlOptions) -> str:
    kind = f"{right.resource}.{right.group}" if right.group else right.resource
    target = right.what.replace(right.resource, kind, 1)
    line = ["kubectl", "auth", "can-i", right.verb, target]
    if right.namespace is not None:
        line += ["-n", right.namespace]
    elif right.is_everywhere:
        line.append("-A")
    return shlex.join(line + options.flags)


NOBODY: Final = "PUT-YOUR-NAME-HERE"
"""Placeholder for an unknown user in YAML."""


def to_ask_for(right: Right, user: str, *others: Right) -> str:
    """Return YAML with a Role and its binding for each namespace of `right` and `others`.

    Rights without a namespace get a ClusterRole instead. The roles give only these rights. A binding's name
    contains the user, so that several users can have bindings to the same role.
    """
    places: dict[str | None, list[Right]] = {}
    for wanted in dict.fromkeys((right, *others)):
        places.setdefault(wanted.namespace, []).append(wanted)
    return "---\n".join(_role_of(rights, user) for rights in places.values())


def _role_of(rights: Sequence[Right], user: str) -> str:
    rules: dict[tuple[str, str, str], list[str]] = {}
    for right in rights:
        name = right.name or "" if "/" in right.what else ""
        rules.setdefault((right.group, right.resource, name), []).append(right.verb)
    prefix = "" if rights[0].namespace is not None else "Cluster"
    role = "-".join(
        f"{'-'.join(verbs)}-{resource}{f'-{name}' if name else ''}"
        for (_, resource, name), verbs in rules.items()
    ).replace("/", "-")
    # Names must not contain "/" or "%" (kubernetes pkg/apis/rbac/validation). A role's name has no colon, so
    # "ROLE:USER" is unique, apart from users that differ only in "/" or "%".
    binding = f"{role}:{re.sub('[/%]', '-', user) or NOBODY}"
    lines = "".join(
        f'- {{apiGroups: ["{group}"], resources: [{resource}], verbs: [{", ".join(verbs)}]'
        f"{f', resourceNames: [{_quoted(name)}]' if name else ''}}}\n"
        for (group, resource, name), verbs in rules.items()
    )
    return f"""\
apiVersion: {_RBAC}/v1
kind: {prefix}Role
metadata: {_meta(role, rights[0])}
rules:
{lines}---
apiVersion: {_RBAC}/v1
kind: {prefix}RoleBinding
metadata: {_meta(binding, rights[0])}
roleRef: {{apiGroup: {_RBAC}, kind: {prefix}Role, name: {_quoted(role)}}}
subjects:
- {_subject(user or NOBODY)}
"""


def _meta(name: str, right: Right) -> str:
    namespace = f", namespace: {_quoted(right.namespace)}" if right.namespace is not None else ""
    return f"{{name: {_quoted(name)}{namespace}}}"


def _quoted(text: str) -> str:
    quoted: str = yaml.safe_dump(text, default_style='"', width=math.inf)
    return quoted.rstrip("\n")


def _subject(user: str) -> str:
    """Write the subject of a binding. A user "system:serviceaccount:NAMESPACE:NAME" becomes a ServiceAccount.

    Source: apiserver, pkg/authentication.
    """
    namespace, _, account = user.removeprefix(_SERVICE_ACCOUNT).partition(":")
    if user.startswith(_SERVICE_ACCOUNT) and account:
        return f"{{kind: ServiceAccount, name: {_quoted(account)}, namespace: {_quoted(namespace)}}}"
    return f"{{apiGroup: {_RBAC}, kind: User, name: {_quoted(user)}}}"


class ResourceRule(msgspec.Struct, frozen=True):
    """Rule that allows verbs on resources. If `names` is empty, the rule applies to all objects."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()

    def covers(self, verb: str, resource: str, group: str) -> bool:
        """True if the rule allows the verb on the resource; `names` is ignored.

        A rule for "*/log" covers the subresource "log" of every resource.

        Source: kubernetes pkg/apis/rbac/v1/evaluation_helpers.go.
        """
        if not ("*" in self.verbs or verb in self.verbs):
            return False
        if not ("*" in self.groups or group in self.groups):
            return False
        _, has_sub, sub = resource.partition("/")
        wanted = {resource, "*", f"*/{sub}" if has_sub else "*"}
        return not wanted.isdisjoint(self.resources)


class Rights(msgspec.Struct, frozen=True):
    """Rules that give the user rights in one namespace.

    If `is_incomplete`, the user may have a right that no rule gives.
    """

    rules: tuple[ResourceRule, ...]
    is_incomplete: bool

    def may(self, verb: str, resource: str, name: str | None = None, group: str = "") -> bool | None:
        """Return True if a rule allows the verb. Otherwise, return None if `is_incomplete`, else False.

        Without `name`, only a rule for all objects counts.
        """
        covering = [rule for rule in self.rules if rule.covers(verb, resource, group)]
        if any(not rule.names or (name is not None and name in rule.names) for rule in covering):
            return True
        return None if self.is_incomplete else False

    def concern_secrets(self) -> bool:
        return any(rule.covers(verb, "secrets", "") for rule in self.rules for verb in rule.verbs)

    def names(self, verb: str, resource: str) -> tuple[str, ...]:
        """Return the object names in the rules that allow the verb. A rule for all objects adds no name."""
        covering = (rule for rule in self.rules if rule.covers(verb, resource, ""))
        return tuple(sorted({name for rule in covering for name in rule.names}))
