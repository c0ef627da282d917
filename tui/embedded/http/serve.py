"""Requests off the wire: who asks, which faults they meet, and the answer on its way out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from email.utils import formatdate
from typing import Any, NamedTuple

from aiohttp import web

from tui.embedded.http.faults import HTML, Fault, Faults, refusal
from tui.embedded.http.routes import Api
from tui.embedded.objects.store import Store
from tui.embedded.status import ApiError
from tui.embedded.users import User, Users
from tui.embedded.verbs import call as http
from tui.embedded.verbs.call import Call, Reply, Watch
from tui.embedded.verbs.watch import Lines


class Seen(NamedTuple):
    """One request that arrived. `query` is the raw query string; `user` is empty if the token was wrong."""

    method: str
    path: str
    query: str
    user: str


class Serving:
    """Answers the requests of one cluster. `host` is the only Host header that it answers to."""

    def __init__(self, store: Store, users: Users, faults: Faults, bookmark_every: float) -> None:
        self.store = store
        self.users = users
        self.faults = faults
        self.bookmark_every = bookmark_every
        self.host = ""
        self.seen: list[Seen] = []
        self._api = Api(store, users)
        self._late: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Drops the writes that were still to land."""
        for task in self._late:
            task.cancel()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The one handler. Another Host than ours is a page of a browser, or a mistake: 421."""
        if not self.is_meant(request.headers.get("Host")):
            return web.Response(status=421, text="this cluster is for 127.0.0.1 alone\n")
        try:
            user = self.users.authenticated(request.headers)
        except ApiError as error:
            self._note(request, "")
            return await self._send(request, Reply.of(error))
        self._note(request, user.name)
        met = self.faults.take(request.method, request.path, request.query_string, user.name)
        return await self._answer(request, user, met)

    def is_meant(self, host: str | None) -> bool:
        """Is a request with this Host for this cluster?"""
        return host == self.host

    async def dated(self, _: web.Request, response: web.StreamResponse) -> None:
        """Answers carry this cluster's time, and nothing about the program."""
        response.headers["Date"] = formatdate(self.store.now(), usegmt=True)
        response.headers.popall("Server", None)

    def _note(self, request: web.Request, user: str) -> None:
        self.seen.append(Seen(request.method, request.path, request.query_string, user))

    async def _answer(self, request: web.Request, user: User, met: list[Fault]) -> web.StreamResponse:
        """Answers a request, with the faults that it meets."""
        kinds = {fault.kind: fault for fault in met}
        for fault in met:
            early = await self._before(request, fault)
            if early is not None:
                return early
        if "expire_continue" in kinds:
            self.store.compact()
        body = await _body(request)
        call = Call(request.method, request.path, request.query, request.headers, user, body)
        if late := kinds.get("late") or kinds.get("late_drop"):
            return await self._commit_late(request, call, late)
        answer = self._called(call)
        if "drop_after" in kinds:
            return drop(request)
        if isinstance(answer, Watch):
            return await self._stream(request, answer, kinds.keys())
        if "wrong_table" in kinds:
            answer = _wrong_table(answer)
        return await self._send(request, answer, call.warnings, is_truncated="truncate" in kinds)

    def _called(self, call: Call) -> Reply | Watch:
        try:
            return self._api.answer(call)
        except ApiError as error:
            return Reply.of(error)

    async def _before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """What a fault answers before the API sees the request; None if it lets it through."""
        if fault.kind == "delay":
            await self._pause(fault.seconds)
        elif fault.kind == "status" and fault.code == 429:
            text = fault.message or "Too many requests, please try again later.\n"
            wait = str(1 if fault.retry_after is None else fault.retry_after)
            return web.Response(status=429, text=text, headers={"Retry-After": wait})
        elif fault.kind == "status":
            return await self._send(request, refusal(fault))
        elif fault.kind == "redirect":
            return web.Response(status=307, headers={"Location": fault.url})
        elif fault.kind == "html":
            code = 502 if fault.code == 503 else fault.code
            return web.Response(status=code, body=HTML, content_type="text/html")
        elif fault.kind == "garbage":
            return web.Response(body=fault.body, content_type=http.JSON)
        elif fault.kind == "drop_before":
            return drop(request)
        elif fault.kind == "hang":
            await self.faults.released.wait()
            return drop(request)
        return None

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.faults.released.wait()
        except TimeoutError:
            return

    async def _commit_late(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """The write lands `seconds` later, whether or not somebody still waits for its answer."""
        answers: list[Reply | Watch] = []

        async def land() -> None:
            await asyncio.sleep(fault.seconds)
            answers.append(self._called(call))

        task = self._keep(land())
        if fault.kind == "late_drop":
            return drop(request)
        await asyncio.shield(task)
        answer = answers[0]
        if isinstance(answer, Watch):
            return drop(request)
        return await self._send(request, answer, call.warnings)

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
        lines = Lines(self.store, watch, self.bookmark_every)
        if "gone_watch" in faults:
            lines.feed.end("expired")
        if "close_watch" in faults:
            lines.feed.end("closed")
        response = web.StreamResponse()
        response.headers["Content-Type"] = http.JSON
        response.headers["Cache-Control"] = "no-cache, private"
        response.enable_chunked_encoding()
        await response.prepare(request)
        async for line in lines.run():
            await response.write(line)
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


def drop(request: web.Request) -> web.StreamResponse:
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
    return drop(request)


def _wrong_table(reply: Reply) -> Reply:
    """A Table whose first column is gone, but not from its rows."""
    payload = reply.payload
    if not isinstance(payload, dict) or payload.get("kind") != "Table":
        return reply
    rows = [{"cells": row["cells"][:1], "object": row["object"]} for row in payload["rows"]]
    return Reply(reply.code, payload | {"columnDefinitions": payload["columnDefinitions"][1:], "rows": rows})
