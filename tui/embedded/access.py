"""Who asks, and what they may: users, their rules, and impersonation."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hmac import compare_digest
from typing import Final
from urllib.parse import unquote

from multidict import CIMultiDictProxy

from tui.embedded.status import ApiError, bad_request, forbidden, quote, unauthorized

AUTHENTICATED: Final = "system:authenticated"
UNAUTHENTICATED: Final = "system:unauthenticated"
MASTERS: Final = "system:masters"
ANONYMOUS: Final = "system:anonymous"


@dataclass(frozen=True)
class Rule:
    """What may be done: `verbs` on `resources` (of `groups`), there, and to those `names` (() for all).

    "*" stands for everything. A list over all namespaces needs "*" among `namespaces`.
    """

    verbs: Sequence[str]
    resources: Sequence[str]
    names: Sequence[str] = ()
    namespaces: Sequence[str] = ("*",)
    groups: Sequence[str] = ("",)

    def allows(self, ask: Ask) -> bool:
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
class Ask:
    """One question to the authorizer."""

    verb: str
    resource: str
    group: str = ""
    namespace: str = ""
    name: str = ""


@dataclass
class User:
    """Who may log in. `rules` may be replaced at any time; the next request sees them."""

    name: str
    groups: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    token: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    uid: str = ""
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def rule_for(self, ask: Ask) -> Rule | None:
        return next((rule for rule in self.rules if rule.allows(ask)), None)

    def may(self, ask: Ask) -> bool:
        return self.rule_for(ask) is not None

    def demand(self, ask: Ask) -> None:
        """Raises ApiError (403) with the server's words."""
        if self.may(ask):
            return
        where = f"in the namespace {quote(ask.namespace)}" if ask.namespace else "at the cluster scope"
        what = f"{ask.verb} resource {quote(ask.resource)} in API group {quote(ask.group)}"
        why = _sanitized(f"User {quote(self.name)} cannot {what} {where}")
        raise forbidden(ask.resource.split("/")[0], ask.name, why, ask.group)

    def may_open(self, path: str, open_paths: Iterable[str]) -> bool:
        """Whether a path that is no resource may be read: all by the masters, the open ones by all users."""
        if EVERYTHING in self.rules:
            return True
        return self.name != ANONYMOUS and any(fnmatchcase(path, pattern) for pattern in open_paths)

    def demand_path(self, verb: str, path: str, open_paths: Iterable[str]) -> None:
        """Raises ApiError (403) with the server's words."""
        if not self.may_open(path, open_paths):
            raise forbidden("", "", _sanitized(f"User {quote(self.name)} cannot {verb} path {quote(path)}"))


def _sanitized(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Users:
    """The users by name. The first is admin, who may do everything."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self.add("admin", rules=[EVERYTHING], groups=(MASTERS,))

    def __getitem__(self, name: str) -> User:
        return self._users[name]

    def __iter__(self) -> Iterator[User]:
        return iter(list(self._users.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._users

    def add(
        self, name: str, *, rules: Iterable[Rule] = (), groups: Iterable[str] = (), token: str = ""
    ) -> User:
        """A new user, with a random token of 256 bits unless one is given."""
        user = User(name, tuple(groups), tuple(rules))
        if token:
            user.token = token
        self._users[name] = user
        return user

    def set_rules(self, name: str, rules: Iterable[Rule]) -> None:
        self._users[name].rules = tuple(rules)

    def authenticated(self, headers: CIMultiDictProxy[str]) -> User:
        """The user whose token the request carries; without any token, one who may do nothing.

        Every token is compared in full, so that time tells nothing. Raises ApiError (401).
        """
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            return User(ANONYMOUS, (UNAUTHENTICATED,), token="")
        found: User | None = None
        for user in self._users.values():
            if compare_digest(user.token.encode(), given.encode("utf-8", "surrogateescape")):
                found = user
        if found is None:
            raise unauthorized()
        return found

    def acting(self, actor: User, headers: CIMultiDictProxy[str], ask: Ask | None) -> User:
        """Whom `actor` acts as, by the Impersonate headers; `ask` is what they are about to do.

        Raises ApiError: 403 if they may not, 400 for headers without a user.
        """
        name = headers.get("Impersonate-User", "")
        groups = headers.getall("Impersonate-Group", [])
        uid = headers.get("Impersonate-Uid", "")
        extra = _extra(headers)
        if not name:
            if groups or uid or extra:
                raise bad_request(_nameless(groups, uid, extra))
            return actor
        for wanted in _impersonations(name, groups, uid, extra):
            if not actor.may(wanted):
                raise _may_not_act(actor, wanted, ask)
        known = self._users.get(name)
        own = groups or _service_account_groups(name) or (list(known.groups) if known else [])
        return User(name, tuple(_completed(name, own)), self._rules(known, groups), "", uid, extra)

    def _rules(self, known: User | None, groups: Sequence[str]) -> tuple[Rule, ...]:
        """An impersonated user has their own rules, and those of the users in each named group."""
        if MASTERS in groups:
            return (EVERYTHING,)
        rules = list(known.rules) if known else []
        for user in self._users.values():
            if user is not known and set(user.groups) & set(groups):
                rules += user.rules
        return tuple(rules)


def _extra(headers: CIMultiDictProxy[str]) -> dict[str, list[str]]:
    prefix = "impersonate-extra-"
    found: dict[str, list[str]] = {}
    for key, value in headers.items():
        if key.lower().startswith(prefix):
            found.setdefault(unquote(key.lower()[len(prefix) :]), []).append(value)
    return found


def _nameless(groups: Sequence[str], uid: str, extra: Mapping[str, Sequence[str]]) -> str:
    """The server's words print the Go value that it was about to use."""
    names = "{" + ", ".join(quote(group) for group in groups) + "}" if groups else "(nil)"
    more = ", ".join(
        f"{quote(key)}:[]string{{{', '.join(quote(v) for v in values)}}}" for key, values in extra.items()
    )
    user = (
        f'&user.DefaultInfo{{Name:"", UID:{quote(uid)}, Groups:[]string{names}, '
        f"Extra:map[string][]string{'{' + more + '}' if extra else '(nil)'}}}"
    )
    return f"requested {user} without impersonating a user name"


def _may_not_act(actor: User, wanted: Ask, ask: Ask | None) -> ApiError:
    """Constrained impersonation words its refusal about the request, not about the user acted as."""
    if ask is None:
        try:
            actor.demand(wanted)
        except ApiError as error:
            return error
    about = ask or wanted
    where = f"in the namespace {quote(about.namespace)}" if about.namespace else "at the cluster scope"
    what = f"impersonate-on:user-info:{about.verb} resource {quote(about.resource)}"
    why = f"User {quote(actor.name)} cannot {what} in API group {quote(about.group)} {where}"
    return forbidden(about.resource, about.name, _sanitized(why), about.group)


def _impersonations(
    name: str, groups: Sequence[str], uid: str, extra: Mapping[str, Sequence[str]]
) -> Iterator[Ask]:
    parts = name.split(":")
    if len(parts) == 4 and parts[:2] == ["system", "serviceaccount"]:
        yield Ask("impersonate", "serviceaccounts", namespace=parts[2], name=parts[3])
    else:
        yield Ask("impersonate", "users", name=name)
    for group in groups:
        yield Ask("impersonate", "groups", name=group)
    for key, values in extra.items():
        for value in values:
            yield Ask("impersonate", f"userextras/{key}", "authentication.k8s.io", name=value)
    if uid:
        yield Ask("impersonate", "uids", "authentication.k8s.io", name=uid)


def _service_account_groups(name: str) -> list[str]:
    parts = name.split(":")
    if len(parts) != 4 or parts[:2] != ["system", "serviceaccount"]:
        return []
    return ["system:serviceaccounts", f"system:serviceaccounts:{parts[2]}"]


def _completed(name: str, groups: Sequence[str]) -> list[str]:
    """With the group that says whether one is logged in."""
    if AUTHENTICATED in groups or UNAUTHENTICATED in groups:
        return list(groups)
    return [*groups, UNAUTHENTICATED if name == ANONYMOUS else AUTHENTICATED]
