"""Who asks, and what they may: users, rules, impersonation, and the three reviews about oneself."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Final

from multidict import CIMultiDictProxy

from tui.embedded.status import ApiError, Obj, bad_request, forbidden, qualified, quote, unauthorized

AUTHENTICATED: Final = "system:authenticated"


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
            and _has(self.namespaces, ask.namespace or "*")
        )


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

    def may(self, ask: Ask) -> bool:
        return any(rule.allows(ask) for rule in self.rules)

    def demand(self, ask: Ask) -> None:
        """Raises ApiError (403) with the server's words."""
        if not self.may(ask):
            raise forbidden(ask.resource.split("/")[0], ask.name, self._refusal(ask), ask.group)

    def _refusal(self, ask: Ask) -> str:
        where = f"in the namespace {quote(ask.namespace)}" if ask.namespace else "at the cluster scope"
        what = f"{ask.verb} resource {quote(ask.resource)} in API group {quote(ask.group)}"
        text = f"User {quote(self.name)} cannot {what} {where}"
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Users:
    """The users by name. The first is admin, who may do everything."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self.add("admin", rules=[EVERYTHING], groups=("system:masters",))

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
        """The user whose token the request carries, or whom they act as. Raises ApiError 401, 403, 400.

        Every token is compared in full, so that time tells nothing.
        """
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        found: User | None = None
        for user in self._users.values():
            if compare_digest(user.token.encode(), given.encode("utf-8", "surrogateescape")):
                found = user
        if found is None or scheme.lower() != "bearer":
            raise unauthorized()
        return self._impersonated(found, headers)

    def _impersonated(self, actor: User, headers: CIMultiDictProxy[str]) -> User:
        name = headers.get("Impersonate-User", "")
        groups = headers.getall("Impersonate-Group", [])
        uid = headers.get("Impersonate-Uid", "")
        prefix = "impersonate-extra-"
        extra: dict[str, list[str]] = {}
        for key, value in headers.items():
            if key.lower().startswith(prefix):
                extra.setdefault(key.lower()[len(prefix) :], []).append(value)
        if not name:
            if groups or uid or extra:
                raise bad_request("requested impersonation without impersonating a user")
            return actor
        for ask in _impersonations(name, groups, uid, extra):
            actor.demand(ask)
        known = self._users.get(name)
        own = groups or _service_account_groups(name) or (list(known.groups) if known and not groups else [])
        rules = _rules_of(known, groups, self._users.values())
        return User(name, tuple(own), rules, uid=uid, extra=extra)


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


def _rules_of(known: User | None, groups: Sequence[str], users: Iterable[User]) -> tuple[Rule, ...]:
    """An impersonated user has their own rules and those of each group that has any."""
    rules = list(known.rules) if known else []
    for user in users:
        if user.groups and set(user.groups) & set(groups) and user is not known:
            rules += user.rules
    return tuple(rules)


def review(kind: str, user: User, body: Any) -> Obj:
    """The answer to one of the three reviews. Raises ApiError (400)."""
    spec = (body.get("spec") if isinstance(body, dict) else None) or {}
    group = "authentication.k8s.io" if kind == "SelfSubjectReview" else "authorization.k8s.io"
    answer: Obj = {"kind": kind, "apiVersion": f"{group}/v1", "metadata": {"creationTimestamp": None}}
    if kind == "SelfSubjectReview":
        return answer | {"status": {"userInfo": _user_info(user)}}
    if kind == "SelfSubjectRulesReview":
        return answer | {"spec": {}, "status": _rules_review(user, spec.get("namespace", ""))}
    attributes = spec.get("resourceAttributes") or {}
    if not attributes:
        return answer | {"spec": spec, "status": {"allowed": user.may(_NON_RESOURCE)}}
    resource = attributes.get("resource", "")
    if attributes.get("subresource"):
        resource += f"/{attributes['subresource']}"
    ask = Ask(
        attributes.get("verb", ""),
        resource,
        attributes.get("group", ""),
        attributes.get("namespace", ""),
        attributes.get("name", ""),
    )
    status: Obj = {"allowed": user.may(ask)}
    if status["allowed"]:
        where = qualified(ask.resource, ask.group)
        status["reason"] = f"RBAC: allowed by a rule for {quote(where)}"
    return answer | {"spec": spec, "status": status}


_NON_RESOURCE: Final = Ask("get", "*", "*")


def _user_info(user: User) -> Obj:
    groups = [*user.groups, *([] if AUTHENTICATED in user.groups else [AUTHENTICATED])]
    info: Obj = {"username": user.name}
    if user.uid:
        info["uid"] = user.uid
    info["groups"] = groups
    if user.extra:
        info["extra"] = {key: list(values) for key, values in user.extra.items()}
    return info


def _rules_review(user: User, namespace: str) -> Obj:
    if not namespace:
        raise ApiError(400, bad_request("no namespace on request").body)
    rules = [rule for rule in user.rules if _has(rule.namespaces, namespace)]
    resource_rules: list[Obj] = [
        {
            "verbs": ["create"],
            "apiGroups": ["authorization.k8s.io"],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        },
        {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
    ]
    for rule in rules:
        one: Obj = {
            "verbs": list(rule.verbs),
            "apiGroups": list(rule.groups),
            "resources": list(rule.resources),
        }
        resource_rules.append(one | ({"resourceNames": list(rule.names)} if rule.names else {}))
    paths = {
        "verbs": ["get"],
        "nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*", "/version", "/readyz"],
    }
    return {"resourceRules": resource_rules, "nonResourceRules": [paths], "incomplete": False}
