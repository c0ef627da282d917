"""Rights in one namespace, as SelfSubjectRulesReview reports them, and the Role to ask for."""

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
"""Verbs that RBAC cannot bind to a name: the path of such a request has no name."""


class Right(Struct, frozen=True):
    """A permission that a cluster grants or refuses."""

    verb: str
    resource: str
    namespace: str | None = None
    """None is the whole cluster, or all namespaces."""
    name: str | None = None
    """None is all of them."""
    group: str = ""
    """The API group; "" is the core group."""
    is_namespaced: bool = True
    """False for a kind of the whole cluster; namespaces count as such in any case."""

    @property
    def is_everywhere(self) -> bool:
        """True if it is for all namespaces."""
        return self.namespace is None and self.is_namespaced and self.resource != "namespaces"

    @property
    def what(self) -> str:
        """Resource in kubectl's form: "secrets/db", "secrets"."""
        return f"{self.resource}/{self.name}" if self.name and self.verb not in _NAMELESS else self.resource

    @property
    def where(self) -> str:
        """Place in a sentence: "in namespace payments"."""
        if self.namespace is not None:
            return f"in namespace {self.namespace}"
        return "in all namespaces" if self.is_everywhere else "in this cluster"

    @property
    def words(self) -> str:
        """ "patch secrets/db in namespace payments"."""
        return f"{self.verb} {self.what} {self.where}"


class KubectlOptions(Struct, frozen=True):
    """kubectl options for the same cluster and user; "" for those that kubectl defaults to."""

    context: str = ""
    kubeconfig: str = ""
    """Kubeconfig file, if kubectl would take another one."""
    user: str = ""
    """User to act as, with groups and uid."""
    groups: tuple[str, ...] = ()
    uid: str = ""

    @property
    def flags(self) -> list[str]:
        """kubectl's own."""
        given = [
            ("--kubeconfig", self.kubeconfig),
            ("--context", self.context),
            ("--as", self.user),
            *(("--as-group", group) for group in self.groups),
            ("--as-uid", self.uid),
        ]
        return [part for flag, value in given if value for part in (flag, value)]


def can_i(right: Right, options: KubectlOptions) -> str:
    """Question of kubectl for this right, as a line for a shell."""
    kind = f"{right.resource}.{right.group}" if right.group else right.resource
    what = right.what.replace(right.resource, kind, 1)
    line = ["kubectl", "auth", "can-i", right.verb, what]
    if right.namespace is not None:
        line += ["-n", right.namespace]
    elif right.is_everywhere:
        line.append("-A")
    return shlex.join(line + options.flags)


NOBODY: Final = "PUT-YOUR-NAME-HERE"
"""Placeholder in a role for an unknown user."""


def to_ask_for(right: Right, user: str, *others: Right) -> str:
    """Write the smallest role that grants a right, and its binding to that user, as YAML.

    `others` in the same namespace are in the same role; those elsewhere have their own. Users with the same
    rights share the role; each has a binding whose name contains the user. `user` "" is not known: NOBODY
    replaces it, in the binding's name too.
    """
    places: dict[str | None, list[Right]] = {}
    for wanted in dict.fromkeys((right, *others)):
        places.setdefault(wanted.namespace, []).append(wanted)
    return "---\n".join(_role_of(rights, user) for rights in places.values())


def _role_of(rights: Sequence[Right], user: str) -> str:
    """Write a role of rights in one namespace, a rule for each resource, and its binding."""
    rules: dict[tuple[str, str, str], list[str]] = {}
    for right in rights:
        name = right.name or "" if "/" in right.what else ""
        rules.setdefault((right.group, right.resource, name), []).append(right.verb)
    prefix = "" if rights[0].namespace is not None else "Cluster"
    role = "-".join(
        f"{'-'.join(verbs)}-{resource}{f'-{name}' if name else ''}"
        for (_, resource, name), verbs in rules.items()
    ).replace("/", "-")
    # No role's name holds a colon, so a name tells role and user, but for users who differ in "/" or "%"
    # alone: a name is one part of a path (kubernetes pkg/apis/rbac/validation).
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
    where = f", namespace: {_quoted(right.namespace)}" if right.namespace is not None else ""
    return f"{{name: {_quoted(name)}{where}}}"


def _quoted(text: str) -> str:
    """A YAML string in double quotes, in ASCII."""
    quoted: str = yaml.safe_dump(text, default_style='"', width=math.inf)
    return quoted.rstrip("\n")


def _subject(user: str) -> str:
    """Subject of a binding; a service account's login name says which (apiserver, pkg/authentication)."""
    space, _, account = user.removeprefix(_SERVICE_ACCOUNT).partition(":")
    if user.startswith(_SERVICE_ACCOUNT) and account:
        return f"{{kind: ServiceAccount, name: {_quoted(account)}, namespace: {_quoted(space)}}}"
    return f"{{apiGroup: {_RBAC}, kind: User, name: {_quoted(user)}}}"


class ResourceRule(msgspec.Struct, frozen=True):
    """A rule of status.resourceRules: any of the verbs on any of the resources; no names = on all of them."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    """API groups; "" is the core group."""
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()

    def covers(self, verb: str, resource: str, group: str) -> bool:
        """True if it is about this verb on this resource, of whatever name.

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
    """Rules of one namespace. A missing rule means "no" only if the answer was complete."""

    rules: tuple[ResourceRule, ...]
    is_incomplete: bool

    def may(self, verb: str, resource: str, name: str | None = None, group: str = "") -> bool | None:
        """True if the verb is allowed, on that name or (without one) on all objects; None = not known."""
        covering = [rule for rule in self.rules if rule.covers(verb, resource, group)]
        if any(not rule.names or (name is not None and name in rule.names) for rule in covering):
            return True
        return None if self.is_incomplete else False

    def concern_secrets(self) -> bool:
        """True if a rule allows anything with Secrets."""
        return any(rule.covers(verb, "secrets", "") for rule in self.rules for verb in rule.verbs)

    def names(self, verb: str, resource: str) -> tuple[str, ...]:
        """Names for which rules grant this right one by one, sorted: offered if listing is refused."""
        covering = (rule for rule in self.rules if rule.covers(verb, resource, ""))
        return tuple(sorted({name for rule in covering for name in rule.names}))
