"""HTTP server of EmbeddedCluster, a small Kubernetes cluster on a loopback port."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Self

from aiohttp import web

from tui.embedded.objects.store import Store
from tui.embedded.routes import Api
from tui.embedded.status import ApiError, Obj
from tui.embedded.users import User, Users
from tui.embedded.verbs import call as http
from tui.embedded.verbs.call import Call, Reply, Watch
from tui.embedded.verbs.watch import WatchLines


class HostHandler:
    """Request handler that accepts only the Host header `host`."""

    def __init__(self, store: Store, users: Users, bookmark_every: float = 60.0) -> None:
        self.store = store
        self.users = users
        self.bookmark_every = bookmark_every
        self.host = ""
        self._api = Api(store, users)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request. A wrong Host header gets 421.

        Without this check, a web page in the user's browser could use the cluster under another host name
        (DNS rebinding).
        """
        if not self.is_meant(request.headers.get("Host")):
            return web.Response(status=421, text="this cluster accepts only 127.0.0.1 and its port in Host\n")
        try:
            user = self.users.authenticated(request.headers)
        except ApiError as error:
            return self.response(request, Reply.of(error))
        return await self.answer(request, user)

    def is_meant(self, host: str | None) -> bool:
        return host == self.host

    async def dated(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(self.store.now(), usegmt=True)
        response.headers.popall("Server", None)

    async def answer(self, request: web.Request, user: User) -> web.StreamResponse:
        call = await call_of(request, user)
        answer = self.called(call)
        if isinstance(answer, Watch):
            return await self.stream(request, self.lines(answer))
        return self.response(request, answer, call.warnings)

    def called(self, call: Call) -> Reply | Watch:
        try:
            return self._api.answer(call)
        except ApiError as error:
            return Reply.of(error)

    def lines(self, watch: Watch) -> WatchLines:
        return WatchLines(self.store, watch, self.bookmark_every)

    def response(self, request: web.Request, reply: Reply, warnings: Iterable[str] = ()) -> web.Response:
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

    async def stream(self, request: web.Request, lines: WatchLines) -> web.StreamResponse:
        response = web.StreamResponse()
        response.headers["Content-Type"] = http.JSON_CONTENT
        response.headers["Cache-Control"] = "no-cache, private"
        response.enable_chunked_encoding()
        await response.prepare(request)
        async for line in lines.run():
            await response.write(line)
        await response.write_eof()
        return response


async def call_of(request: web.Request, user: User) -> Call:
    """Read a request into a Call. If the request's body exceeds `MOST_BODY`, the body in the Call is None."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > http.MOST_BODY:
            break
    whole = bytes(body) if len(body) <= http.MOST_BODY else None
    return Call(request.method, request.path, request.query, request.headers, user, whole)


class EmbeddedCluster:
    """A small Kubernetes cluster, served on http://127.0.0.1:PORT inside its `async with` block."""

    def __init__(self, story: Iterable[Obj] = (), *, now: Callable[[], float] = time.time) -> None:
        self.store = Store(now)
        self.users = Users()
        self.serving = HostHandler(self.store, self.users)
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
        return self.users["admin"].token

    def end_watches(self, *, is_expired: bool = False) -> None:
        """Close all watches. If `is_expired`, send each of them a 410 event first."""
        for stored in self.store.by_resource.values():
            for feed in list(stored.feeds):
                feed.end("expired" if is_expired else "closed")

    def bound(self) -> socket.socket:
        """Bind a free port at the first call. Later calls bind the same port."""
        bound = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = bound.getsockname()[1]
        return bound

    async def listen(self, bound: socket.socket) -> None:
        assert self.runner is not None and self.runner.server is not None
        loop = asyncio.get_running_loop()
        self.listener = await loop.create_server(self.runner.server, sock=bound)
