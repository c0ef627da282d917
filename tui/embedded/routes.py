"""Paths and verbs: which answer a request gets once it is known who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tui.embedded.objects.kinds import NAMESPACE, REVIEWS, SECRET, Kind
from tui.embedded.objects.store import Store
from tui.embedded.status import forbidden, method_not_allowed, no_such_path
from tui.embedded.users import ANONYMOUS, Ask, Users
from tui.embedded.verbs import access_reviews, discovery, read, write
from tui.embedded.verbs.call import Call, Reply, Watch

_VERBS: Final = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_VERSION: Final = {"major": "1", "minor": "37", "gitVersion": "v1.37.2+embedded"}


@dataclass(frozen=True)
class ResourcePath:
    resource: str
    group: str = ""
    version: str = "v1"
    namespace: str = ""
    name: str = ""
    rest: str = ""


def target(path: str) -> ResourcePath | None:
    """The parts of a resource path, or None for any other path."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > 2 and parts[:2] == ["api", "v1"]:
        group, version, rest = "", "v1", parts[2:]
    elif len(parts) > 3 and parts[0] == "apis":
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    name = rest[1] if len(rest) > 1 else ""
    return ResourcePath(rest[0], group, version, namespace, name, "/".join(rest[2:]))


class Api:
    """The whole API over one store. `answer` is synchronous, so that no write is half done."""

    def __init__(self, store: Store, users: Users) -> None:
        self.store = store
        self.users = users

    def answer(self, call: Call) -> Reply | Watch:
        """Raises ApiError for every refusal."""
        found = target(call.path)
        call = replace(call, user=self.users.acting(call.user, call.headers))
        if found is None:
            return self._other(call)
        if (found.group, found.resource) in REVIEWS and call.user.name != ANONYMOUS:
            return self._review(call, found)
        if call.method not in _VERBS:
            raise method_not_allowed()
        call.user.demand(_ask(call, found))
        kind = self._kind(found)
        if kind is None:
            if found.group:
                return _nowhere()
            raise no_such_path()
        return self._one(call, kind, found) if found.name else self._many(call, kind, found)

    def _kind(self, found: ResourcePath) -> Kind | None:
        """The kind that a path names, in the version that it names."""
        kind = self.store.kinds.get(f"{found.resource}.{found.group}" if found.group else found.resource)
        if kind is None or found.version not in kind.versions or (found.namespace and not kind.is_namespaced):
            return None
        if found.rest and not (found.rest == "status" and kind.has_status):
            return None
        is_preferred = found.version == kind.version
        return kind if is_preferred else replace(kind, api=f"{found.group}/{found.version}")

    def _one(self, call: Call, kind: Kind, found: ResourcePath) -> Reply | Watch:
        if kind.is_namespaced and not found.namespace:
            raise no_such_path()
        if call.method == "PUT" and found.rest:
            return write.put_status(self.store, kind, call, found.namespace, found.name)
        if found.rest:
            raise method_not_allowed()
        if call.method == "GET":
            return read.get_one(self.store, kind, call, found.namespace, found.name)
        if call.method == "PATCH":
            return write.patch(self.store, kind, call, found.namespace, found.name)
        if kind is SECRET and call.method == "DELETE":
            return write.delete(self.store, call, found.namespace, found.name)
        raise method_not_allowed()

    def _many(self, call: Call, kind: Kind, found: ResourcePath) -> Reply | Watch:
        if _is_watch(call):
            return read.open_watch(kind, call, found.namespace)
        if call.method == "GET":
            return read.get_many(self.store, kind, call, found.namespace)
        if kind is SECRET and call.method == "POST" and found.namespace:
            return write.create(self.store, call, found.namespace)
        raise method_not_allowed()

    def _review(self, call: Call, found: ResourcePath) -> Reply:
        if call.method != "POST" or found.name:
            raise method_not_allowed()
        return access_reviews.answer(REVIEWS[found.group, found.resource], call)

    def _other(self, call: Call) -> Reply:
        """A path that is no resource: the version, and what is served."""
        if call.user.name == ANONYMOUS:
            raise forbidden("", "", f'User "{ANONYMOUS}" cannot get path "{call.path}"')
        kinds = self.store.kinds.values()
        if call.path == "/version":
            return Reply(200, _VERSION)
        if call.path == "/apis":
            return Reply(200, discovery.groups(kinds, call))
        return _nowhere()


def _nowhere() -> Reply:
    return Reply(404, b"404 page not found\n", content_type="text/plain; charset=utf-8")


def _is_watch(call: Call) -> bool:
    return call.method == "GET" and call.query.get("watch") in ("true", "1")


def _ask(call: Call, found: ResourcePath) -> Ask:
    """What the authorizer is asked about a request."""
    verb = _VERBS[call.method]
    if not found.name:
        verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
    if _is_watch(call):
        verb = "watch"
    # For the authorizer a request about a namespace is one inside it.
    namespace = found.name if found.resource == NAMESPACE.plural else found.namespace
    resource = f"{found.resource}/{found.rest}" if found.rest else found.resource
    # A list or watch of exactly one name may be allowed by that name.
    selected = "" if found.name else read.selected_name(read.fields(call.query.get("fieldSelector", "")))
    return Ask(verb, resource, found.group, namespace, found.name or selected)
