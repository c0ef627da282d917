"""Paths and verbs: which answer a request gets once it is known who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tui.embedded.http.impersonation import acting
from tui.embedded.objects.kinds import KINDS, NAMESPACE, REVIEWS, Kind
from tui.embedded.objects.store import Store
from tui.embedded.status import method_not_allowed, no_such_path
from tui.embedded.users import ANONYMOUS, Ask, Users
from tui.embedded.verbs import access_reviews, delete, discovery, read, write
from tui.embedded.verbs.call import Call, Reply, Watch

_VERBS: Final = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True)
class Target:
    """What a path names."""

    resource: str
    group: str = ""
    namespace: str = ""
    name: str = ""
    rest: str = ""


def target(path: str) -> Target | None:
    """The parts of a resource path, or None for any other path."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > 2 and parts[:2] == ["api", "v1"]:
        group, rest = "", parts[2:]
    elif len(parts) > 3 and parts[0] == "apis":
        group, rest = parts[1], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    name = rest[1] if len(rest) > 1 else ""
    return Target(rest[0], group, namespace, name, "/".join(rest[2:]))


class Api:
    """The whole API over one store. `answer` is synchronous: a write is committed or it is not."""

    def __init__(self, store: Store, users: Users) -> None:
        self.store = store
        self.users = users

    def answer(self, call: Call) -> Reply | Watch:
        """Raises ApiError for every refusal."""
        found = target(call.path)
        if found is None:
            user = acting(self.users, call.user, call.headers, None)
            user.demand_path(call.method.lower(), call.path, discovery.OPEN_PATHS)
            return discovery.answer(call)
        ask = _ask(call, found)
        call = replace(call, user=acting(self.users, call.user, call.headers, ask))
        if (found.group, found.resource) in REVIEWS and call.user.name != ANONYMOUS:
            return self._review(call, found)
        call.user.demand(ask)
        kind = KINDS.get(found.resource) if not found.group else None
        if kind is None or found.rest or (found.namespace and not kind.is_namespaced):
            return discovery.nowhere(call.path)
        return self._one(call, kind, found) if found.name else self._many(call, kind, found)

    def _one(self, call: Call, kind: Kind, found: Target) -> Reply | Watch:
        arguments = (self.store, kind, call, found.namespace, found.name)
        if kind.is_namespaced and not found.namespace:
            raise no_such_path()
        if call.method == "GET":
            return read.get_one(*arguments)
        if call.method == "PUT":
            return write.update(*arguments)
        if call.method == "PATCH":
            return write.patch(*arguments)
        if call.method == "DELETE":
            return delete.delete(*arguments)
        raise method_not_allowed()

    def _many(self, call: Call, kind: Kind, found: Target) -> Reply | Watch:
        if call.method == "GET" and call.flag("watch"):
            return read.open_watch(self.store, kind, call, found.namespace)
        if call.method == "GET":
            return read.get_many(self.store, kind, call, found.namespace)
        if call.method == "POST" and (found.namespace or not kind.is_namespaced):
            return write.create(self.store, kind, call, found.namespace)
        if call.method == "DELETE" and (found.namespace or not kind.is_namespaced):
            return delete.delete_many(self.store, kind, call, found.namespace)
        raise method_not_allowed()

    def _review(self, call: Call, found: Target) -> Reply:
        if call.method != "POST" or found.name:
            raise method_not_allowed()
        return access_reviews.answer(REVIEWS[found.group, found.resource], call, self.store.now())


def _ask(call: Call, found: Target) -> Ask:
    """What the authorizer is asked about a request."""
    verb = _VERBS.get(call.method, "get")
    if not found.name:
        verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
    if call.method == "GET" and call.flag("watch"):
        verb = "watch"
    # A namespace's own requests are asked about inside it.
    namespace = found.name if found.resource == NAMESPACE.plural else found.namespace
    resource = f"{found.resource}/{found.rest}" if found.rest else found.resource
    return Ask(verb, resource, found.group, namespace, found.name or _named_by_selector(call))


def _named_by_selector(call: Call) -> str:
    """A list or watch of exactly one name may be allowed by that name."""
    for term in call.query.get("fieldSelector", "").split(","):
        key, _, value = term.partition("=")
        if key == "metadata.name":
            return value.removeprefix("=")
    return ""
