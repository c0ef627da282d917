"""Routing: find the kind and verb of a request, check the user's rights, and choose the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tui.embedded.objects.kinds import NAMESPACE_KIND, REVIEWS, SECRET_KIND, Kind
from tui.embedded.objects.store import Store
from tui.embedded.status import forbidden, method_not_allowed, no_such_path
from tui.embedded.users import ANONYMOUS, AccessQuestion, Users
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
    """Split the path of a resource, such as "/api/v1/secrets"; None for any other path."""
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
    """API of the embedded cluster. `answer` is synchronous, so no request sees half of a write."""

    def __init__(self, store: Store, users: Users) -> None:
        self.store = store
        self.users = users

    def answer(self, call: Call) -> Reply | Watch:
        """Check the user's rights, and answer a call. Raises ApiError if the call is refused or fails."""
        path = target(call.path)
        call = replace(call, user=self.users.acting(call.user, call.headers))
        if path is None:
            return self._other(call)
        if (path.group, path.resource) in REVIEWS and call.user.name != ANONYMOUS:
            return self._review(call, path)
        if call.method not in _VERBS:
            raise method_not_allowed()
        call.user.demand(_ask(call, path))
        kind = self._kind(path)
        if kind is None:
            if path.group:
                return _nowhere()
            raise no_such_path()
        return self._one(call, kind, path) if path.name else self._many(call, kind, path)

    def _kind(self, path: ResourcePath) -> Kind | None:
        """Return the path's kind, with the path's API version; None if the API does not serve the path."""
        kind = self.store.kinds.get(f"{path.resource}.{path.group}" if path.group else path.resource)
        if kind is None or path.version not in kind.versions or (path.namespace and not kind.is_namespaced):
            return None
        if path.rest and not (path.rest == "status" and kind.has_status):
            return None
        is_preferred = path.version == kind.version
        return kind if is_preferred else replace(kind, api=f"{path.group}/{path.version}")

    def _one(self, call: Call, kind: Kind, path: ResourcePath) -> Reply | Watch:
        if kind.is_namespaced and not path.namespace:
            raise no_such_path()
        if call.method == "PUT" and path.rest:
            return write.put_status(self.store, kind, call, path.namespace, path.name)
        if path.rest:
            raise method_not_allowed()
        if call.method == "GET":
            return read.get_one(self.store, kind, call, path.namespace, path.name)
        if call.method == "PATCH":
            return write.patch(self.store, kind, call, path.namespace, path.name)
        if kind is SECRET_KIND and call.method == "DELETE":
            return write.delete(self.store, call, path.namespace, path.name)
        raise method_not_allowed()

    def _many(self, call: Call, kind: Kind, path: ResourcePath) -> Reply | Watch:
        if _is_watch(call):
            return read.open_watch(kind, call, path.namespace)
        if call.method == "GET":
            return read.get_many(self.store, kind, call, path.namespace)
        if kind is SECRET_KIND and call.method == "POST" and path.namespace:
            return write.create(self.store, call, path.namespace)
        raise method_not_allowed()

    def _review(self, call: Call, path: ResourcePath) -> Reply:
        if call.method != "POST" or path.name:
            raise method_not_allowed()
        return access_reviews.answer(REVIEWS[path.group, path.resource], call)

    def _other(self, call: Call) -> Reply:
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


def _ask(call: Call, path: ResourcePath) -> AccessQuestion:
    verb = _VERBS[call.method]
    if not path.name:
        verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
    if _is_watch(call):
        verb = "watch"
    # the authorizer takes the name of a Namespace object as the namespace of the request
    namespace = path.name if path.resource == NAMESPACE_KIND.plural else path.namespace
    resource = f"{path.resource}/{path.rest}" if path.rest else path.resource
    # an RBAC rule with a resource name also allows a list or watch of only this name
    selected = "" if path.name else read.selected_name(read.fields(call.query.get("fieldSelector", "")))
    return AccessQuestion(verb, resource, path.group, namespace, path.name or selected)
