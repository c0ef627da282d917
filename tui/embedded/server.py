"""EmbeddedCluster: a small Kubernetes on a loopback port, with its store, users and life.

Requests come off the wire, are answered by path and verb, and go out.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Final, Self

from aiohttp import web

from tui.embedded.objects.kinds import NAMESPACE, REVIEWS, SECRET, Kind
from tui.embedded.objects.store import Store
from tui.embedded.status import ApiError, Obj, forbidden, method_not_allowed, no_such_path
from tui.embedded.users import ANONYMOUS, Ask, User, Users
from tui.embedded.verbs import access_reviews, discovery, read, write
from tui.embedded.verbs import call as http
from tui.embedded.verbs.call import Call, Reply, Watch
from tui.embedded.verbs.watch import Lines

_VERBS: Final = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_VERSION: Final = {"major": "1", "minor": "37", "gitVersion": "v1.37.2+embedded"}


@dataclass(frozen=True)
class ResourcePath:
    """What a path names."""

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
    """The whole API over one store. `answer` is synchronous: a write is committed or it is not."""

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
        if (found := discovery.document(kinds, call.path)) is not None:
            return Reply(200, found)
        return Reply(404, b"", content_type="") if call.path.startswith("/openapi/") else _nowhere()


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
    # A namespace's own requests are asked about inside it.
    namespace = found.name if found.resource == NAMESPACE.plural else found.namespace
    resource = f"{found.resource}/{found.rest}" if found.rest else found.resource
    # A list or watch of exactly one name may be allowed by that name.
    selected = "" if found.name else read.fields(call.query.get("fieldSelector", "")).get("metadata.name", "")
    return Ask(verb, resource, found.group, namespace, found.name or selected)


class Serving:
    """Answers the requests of one cluster. `host` is the only Host header that it answers to.

    `bookmark_every`: seconds between the bookmarks of a watch.
    """

    def __init__(self, store: Store, users: Users, bookmark_every: float = 60.0) -> None:
        self.store = store
        self.users = users
        self.bookmark_every = bookmark_every
        self.host = ""
        self._api = Api(store, users)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The one handler. Another Host than ours is a page of a browser, or a mistake: 421."""
        if not self.is_meant(request.headers.get("Host")):
            return web.Response(status=421, text="this cluster is for 127.0.0.1 alone\n")
        try:
            user = self.users.authenticated(request.headers)
        except ApiError as error:
            return self.response(request, Reply.of(error))
        return await self.answer(request, user)

    def is_meant(self, host: str | None) -> bool:
        """Is a request with this Host for this cluster?"""
        return host == self.host

    async def dated(self, _: web.Request, response: web.StreamResponse) -> None:
        """Answers carry this cluster's time, and nothing about the program."""
        response.headers["Date"] = formatdate(self.store.now(), usegmt=True)
        response.headers.popall("Server", None)

    async def answer(self, request: web.Request, user: User) -> web.StreamResponse:
        """Answers a request of this user."""
        call = await call_of(request, user)
        answer = self.called(call)
        if isinstance(answer, Watch):
            return await self.stream(request, self.lines(answer))
        return self.response(request, answer, call.warnings)

    def called(self, call: Call) -> Reply | Watch:
        """What the API answers; a refusal is an answer too."""
        try:
            return self._api.answer(call)
        except ApiError as error:
            return Reply.of(error)

    def lines(self, watch: Watch) -> Lines:
        """The lines of a watch."""
        return Lines(self.store, watch, self.bookmark_every)

    def response(self, request: web.Request, reply: Reply, warnings: Iterable[str] = ()) -> web.Response:
        """An answer in HTTP, compressed where the client takes that."""
        body = reply.body()
        response = web.Response(status=reply.code, headers=dict(reply.headers))
        response.headers["Content-Type"] = reply.content_type
        response.headers["Cache-Control"] = "no-cache, private"
        for text in dict.fromkeys(warnings):
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            response.headers.add("Warning", f'299 - "{quoted}"')
        if len(body) > http.GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=1)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        response.body = body
        return response

    async def stream(self, request: web.Request, lines: Lines) -> web.StreamResponse:
        """Sends the lines of a watch until it ends."""
        response = web.StreamResponse()
        response.headers["Content-Type"] = http.JSON
        response.headers["Cache-Control"] = "no-cache, private"
        response.enable_chunked_encoding()
        await response.prepare(request)
        async for line in lines.run():
            await response.write(line)
        await response.write_eof()
        return response


async def call_of(request: web.Request, user: User) -> Call:
    """The request as a Call; without its body if that is larger than the server takes."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > http.MOST_BODY:
            break
    whole = bytes(body) if len(body) <= http.MOST_BODY else None
    return Call(request.method, request.path, request.query, request.headers, user, whole)


class EmbeddedCluster:
    """A small Kubernetes on http://127.0.0.1:PORT, for as long as its `async with` lasts.

    `story`: objects (as decoded YAML) that it holds at the start; `now`: seconds since the epoch for
    everything that it dates and ages.
    """

    def __init__(self, story: Iterable[Obj] = (), *, now: Callable[[], float] = time.time) -> None:
        self.store = Store(now)
        self.users = Users()
        self.serving = Serving(self.store, self.users)
        self.port = 0
        self.runner: web.AppRunner | None = None
        self.listener: asyncio.Server | None = None
        for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
            self.store.put({"kind": "Namespace", "metadata": {"name": name}}, manager="kube-apiserver")
        for obj in story:
            self.store.place(obj)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self.serving.handle)
        app.on_response_prepare.append(self.serving.dated)
        self.runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self.runner.setup()
        await self.listen(self.bound())
        self.serving.host = f"127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends open watches at once, and closes the port."""
        self.end_watches()
        if self.listener is not None:
            self.listener.close()
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The token of the user admin."""
        return self.users["admin"].token

    def end_watches(self, *, is_expired: bool = False) -> None:
        """Closes every open watch; `is_expired`: with a 410 ERROR event before."""
        for shelf in self.store.shelves.values():
            for feed in list(shelf.feeds):
                feed.end("expired" if is_expired else "closed")

    def bound(self) -> socket.socket:
        """The port, the same one where it was open before."""
        bound = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = bound.getsockname()[1]
        return bound

    async def listen(self, bound: socket.socket) -> None:
        """Answers what arrives there."""
        if self.runner is None or self.runner.server is None:
            raise RuntimeError("not started")
        loop = asyncio.get_running_loop()
        self.listener = await loop.create_server(self.runner.server, sock=bound)
