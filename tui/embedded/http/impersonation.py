"""Acting as somebody else: the Impersonate headers, who may send them, and who they make of one.

Source: apiserver, pkg/endpoints/filters/impersonation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from multidict import CIMultiDictProxy

from tui.embedded.causes import quote
from tui.embedded.status import ApiError, bad_request, forbidden
from tui.embedded.users import (
    ANONYMOUS,
    AUTHENTICATED,
    EVERYTHING,
    MASTERS,
    UNAUTHENTICATED,
    Ask,
    Rule,
    User,
    Users,
    sanitized,
)


def acting(users: Users, actor: User, headers: CIMultiDictProxy[str], ask: Ask | None) -> User:
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
    known = users.get(name)
    own = groups or _service_account_groups(name) or (list(known.groups) if known else [])
    return User(name, tuple(_completed(name, own)), _rules(users, known, groups), "", uid, extra)


def _rules(users: Users, known: User | None, groups: Sequence[str]) -> tuple[Rule, ...]:
    """An impersonated user has their own rules, and those of the users in each named group."""
    if MASTERS in groups:
        return (EVERYTHING,)
    rules = list(known.rules) if known else []
    for user in users:
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
    return forbidden(about.resource, about.name, sanitized(why), about.group)


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
