"""EmbeddedCluster: the API on a loopback port, its users, faults and life."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml
from aiohttp import web

from tui.embedded import http
from tui.embedded.access import User, Users
from tui.embedded.api import Api
from tui.embedded.faults import HTML, Fault, Faults, refusal
from tui.embedded.http import Call, Reply, Watch
from tui.embedded.status import ApiError, Obj
from tui.embedded.store import Record, Store
from tui.embedded.watching import Lines


class Seen(NamedTuple):
    """One request that arrived. `query` is the raw query string; `user` is empty if nobody logged in."""

    method: str
    path: str
    query: str
    user: str


class EmbeddedCluster:
    """A small Kubernetes on http://127.0.0.1:PORT, for as long as its `async with` lasts.

    `story`: objects (as decoded YAML) or ready records that it holds at the start; `now`: seconds since
    the epoch for everything that it dates and ages; `bookmark_every`: seconds between bookmarks of a watch.
    """

    def __init__(
        self,
        story: Iterable[Obj] = (),
        *,
        records: Iterable[Record] = (),
        now: Callable[[], float] = time.time,
        port: int = 0,
        bookmark_every: float = 60.0,
    ) -> None:
        self.now = now
        self.store = Store(now)
        self.users = Users()
        self.faults = Faults()
        self.requests: list[Seen] = []
        self.bookmark_every = bookmark_every
        self._api = Api(self.store, self.users)
        self._port = port
        self._runner: web.AppRunner | None = None
        self._late: set[asyncio.Task[None]] = set()
        for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
            self.store.put({"kind": "Namespace", "metadata": {"name": name}}, manager="kube-apiserver")
        for obj in story:
            self.store.put(obj)
        self.store.load(records)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._handle)
        app.on_response_prepare.append(self._headers)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends open watches and hanging requests at once, and closes the port."""
        self.faults.clear()
        self.end_watches()
        for task in self._late:
            task.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def token(self) -> str:
        """The token of the user admin."""
        return self.users["admin"].token

    def kubeconfig(self, user: str = "admin", namespace: str = "default", context: str = "embedded") -> Obj:
        """A kubeconfig for one user. It holds the token."""
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": "embedded", "cluster": {"server": self.url}}],
            "users": [{"name": user, "user": {"token": self.users[user].token}}],
            "contexts": [
                {"name": context, "context": {"cluster": "embedded", "user": user, "namespace": namespace}}
            ],
        }

    def write_kubeconfig(
        self, path: Path, user: str = "admin", namespace: str = "default", context: str = "embedded"
    ) -> None:
        """Writes it so that only this user may read it, whatever the umask."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            yaml.safe_dump(self.kubeconfig(user, namespace, context), file)

    def end_watches(self, *, is_expired: bool = False) -> None:
        """Closes every open watch; `is_expired`: with a 410 ERROR event before."""
        for shelf in self.store.shelves.values():
            for feed in list(shelf.feeds):
                feed.end("expired" if is_expired else "closed")

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Host") != f"127.0.0.1:{self._port}":
            return web.Response(status=421, text="this cluster is for 127.0.0.1 alone\n")
        user: User | None = None
        try:
            user = self.users.authenticated(request.headers)
        except ApiError as error:
            self._saw(request, "")
            return await self._send(request, Reply.of(error))
        self._saw(request, user.name)
        met = self.faults.take(request.method, request.path, request.query_string, user.name)
        return await self._met(request, user, met)

    async def _headers(self, _: web.Request, response: web.StreamResponse) -> None:
        """Dated by the cluster's own clock: from it a client tells how far the two clocks are apart."""
        response.headers.popall("Server", None)
        response.headers["Date"] = formatdate(self.now(), usegmt=True)

    def _saw(self, request: web.Request, user: str) -> None:
        self.requests.append(Seen(request.method, request.path, request.query_string, user))

    async def _met(self, request: web.Request, user: User, met: list[Fault]) -> web.StreamResponse:
        """Answers a request, with the faults that it meets."""
        kinds = {fault.kind: fault for fault in met}
        for fault in met:
            early = await self._before(request, fault)
            if early is not None:
                return early
        if "expire_continue" in kinds:
            self.store.compact()
        call = Call(request.method, request.path, request.query, request.headers, user)
        try:
            call = replace(call, body=await _body(request))
            if late := kinds.get("late") or kinds.get("late_drop"):
                return await self._commit_late(request, call, late)
            answer = self._api.answer(call)
        except ApiError as error:
            answer = Reply.of(error)
        if "drop_after" in kinds:
            return _drop(request)
        if isinstance(answer, Watch):
            return await self._stream(request, answer, kinds.keys())
        if "wrong_table" in kinds:
            answer = _wrong_table(answer)
        return await self._send(request, answer, call.warnings, is_truncated="truncate" in kinds)

    async def _before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        if fault.kind == "delay":
            await self._pause(fault.seconds)
        elif fault.kind == "status" and fault.code == 429:
            text = fault.message or "Too many requests, please try again later.\n"
            wait = str(1 if fault.retry_after is None else fault.retry_after)
            return web.Response(status=429, text=text, headers={"Retry-After": wait})
        elif fault.kind == "status":
            return await self._send(request, Reply.of(refusal(fault)))
        elif fault.kind == "redirect":
            return web.Response(status=307, headers={"Location": fault.url})
        elif fault.kind == "html":
            code = 502 if fault.code == 503 else fault.code
            return web.Response(status=code, body=HTML, content_type="text/html")
        elif fault.kind == "garbage":
            return web.Response(body=fault.body, content_type="application/json")
        elif fault.kind == "drop_before":
            return _drop(request)
        elif fault.kind == "hang":
            await self.faults.released.wait()
            return _drop(request)
        return None

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.faults.released.wait()
        except TimeoutError:
            return

    async def _commit_late(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """The write lands `seconds` later, whether or not somebody still waits for its answer."""
        answers: list[Reply] = []

        async def land() -> None:
            await asyncio.sleep(fault.seconds)
            try:
                answer = self._api.answer(call)
            except ApiError as error:
                answer = Reply.of(error)
            if isinstance(answer, Reply):
                answers.append(answer)

        task = self._keep(land())
        if fault.kind == "late_drop":
            return _drop(request)
        await asyncio.shield(task)
        return await self._send(request, answers[0], call.warnings)

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    async def _send(
        self,
        request: web.Request,
        reply: Reply,
        warnings: Iterable[str] = (),
        *,
        is_truncated: bool = False,
    ) -> web.StreamResponse:
        body = reply.body()
        response = web.Response(status=reply.code, headers=dict(reply.headers))
        response.headers["Content-Type"] = reply.content_type
        response.headers["Cache-Control"] = "no-cache, private"
        for text in dict.fromkeys(warnings):
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            response.headers.add("Warning", f'299 - "{quoted}"')
        if len(body) > http.GZIP_FROM and http.wants_gzip(request.headers):
            body = http.gzipped(body)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        if is_truncated:
            return await _cut(request, response, body)
        response.body = body
        return response

    async def _stream(self, request: web.Request, watch: Watch, faults: Iterable[str]) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": http.JSON, "Cache-Control": "no-cache, private"}
        )
        response.enable_chunked_encoding()
        lines = Lines(self.store, watch, self.bookmark_every)
        if "gone_watch" in faults:
            lines.feed.end("expired")
        if "close_watch" in faults:
            lines.feed.end("closed")
        is_packed = watch.is_watch_list and http.wants_gzip(request.headers)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        await response.prepare(request)
        async for line in lines.run():
            await response.write(http.gzipped(line) if is_packed else line)
        await response.write_eof()
        return response


async def _body(request: web.Request) -> bytes | None:
    """The body, or None if it is larger than the server takes."""
    parts, size = [], 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > http.MOST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _drop(request: web.Request) -> web.StreamResponse:
    """The connection is gone; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _cut(request: web.Request, response: web.Response, body: bytes) -> web.StreamResponse:
    """Half of the body that Content-Length promises."""
    cut = web.StreamResponse(status=response.status, headers=response.headers)
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    return _drop(request)


def _wrong_table(reply: Reply) -> Reply:
    payload = reply.payload
    if not isinstance(payload, dict) or payload.get("kind") != "Table":
        return reply
    rows = [{"cells": row["cells"][:1], "object": row["object"]} for row in payload["rows"]]
    return Reply(reply.code, payload | {"columnDefinitions": payload["columnDefinitions"][1:], "rows": rows})
