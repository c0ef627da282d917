"""Users of the embedded cluster, their rights, and impersonation."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from multidict import CIMultiDictProxy

from tui.embedded.status import forbidden, unauthorized

AUTHENTICATED: Final = "system:authenticated"
UNAUTHENTICATED: Final = "system:unauthenticated"
MASTERS_GROUP: Final = "system:masters"
ANONYMOUS: Final = "system:anonymous"


@dataclass(frozen=True)
class Rule:
    """Permission for `verbs` on `resources` of API `groups` in `namespaces`; "*" means all.

    `names` is () for all names. A request without a namespace needs "*" in `namespaces`.
    """

    verbs: Sequence[str]
    resources: Sequence[str]
    names: Sequence[str] = ()
    namespaces: Sequence[str] = ("*",)
    groups: Sequence[str] = ("",)

    def allows(self, ask: AccessQuestion) -> bool:
        return (
            _has(self.verbs, ask.verb)
            and _has(self.resources, ask.resource)
            and _has(self.groups, ask.group)
            and (not self.names or ask.name in self.names)
            and self.covers(ask.namespace or "*")
        )

    def covers(self, namespace: str) -> bool:
        return _has(self.namespaces, namespace)


def _has(given: Sequence[str], wanted: str) -> bool:
    return "*" in given or wanted in given


EVERYTHING: Final = Rule(("*",), ("*",), groups=("*",))


@dataclass(frozen=True)
class AccessQuestion:
    verb: str
    resource: str
    group: str = ""
    namespace: str = ""
    name: str = ""


@dataclass
class User:
    """User of the embedded cluster. New `rules` apply from the next request on."""

    name: str
    groups: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    token: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)

    def demand(self, ask: AccessQuestion) -> None:
        """Raise ApiError (403) if no rule allows `ask`.

        The message has the words of the real API server, because secret-tui parses them.
        """
        if any(rule.allows(ask) for rule in self.rules):
            return
        where = f'in the namespace "{ask.namespace}"' if ask.namespace else "at the cluster scope"
        request = f'{ask.verb} resource "{ask.resource}" in API group "{ask.group}"'
        why = f'User "{self.name}" cannot {request} {where}'
        raise forbidden(ask.resource.split("/")[0], ask.name, why, ask.group)


class Users(dict[str, User]):
    """Users by name. At first, only admin exists, with all rights."""

    def __init__(self) -> None:
        self.add("admin", rules=[EVERYTHING], groups=(MASTERS_GROUP,))

    def add(self, name: str, *, rules: Iterable[Rule] = (), groups: Iterable[str] = ()) -> User:
        user = self[name] = User(name, tuple(groups), tuple(rules))
        return user

    def set_rules(self, name: str, rules: Iterable[Rule]) -> None:
        self[name].rules = tuple(rules)

    def authenticated(self, headers: CIMultiDictProxy[str]) -> User:
        """Return the user of the bearer token; without a token, the anonymous user, who has no rights.

        Raises ApiError (401) for an unknown token.
        """
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return User(ANONYMOUS, (UNAUTHENTICATED,), token="")
        known = next((user for user in self.values() if user.token == token), None)
        if known is None:
            raise unauthorized()
        return known

    def acting(self, actor: User, headers: CIMultiDictProxy[str]) -> User:
        """Return the user to impersonate, or `actor` if the headers name no user.

        Raises ApiError (403) if `actor` may not impersonate the user or a group.
        """
        name, groups = headers.get("Impersonate-User", ""), headers.getall("Impersonate-Group", [])
        if not name:
            return actor
        actor.demand(AccessQuestion("impersonate", "users", name=name))
        for group in groups:
            actor.demand(AccessQuestion("impersonate", "groups", name=group))
        known = self.get(name)
        rules = list(known.rules) if known else []
        for user in self.values():
            if user is not known and set(user.groups) & set(groups):
                rules += user.rules
        return User(name, tuple(groups or (known.groups if known else ())), tuple(rules), token="")
