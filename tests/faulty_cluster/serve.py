"""Requests that meet faults on their way through the embedded cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from aiohttp import web

from tests.faulty_cluster.faults import HTML, Fault, Faults, refusal
from tui.embedded.objects.store import Store
from tui.embedded.server import HostHandler, call_of
from tui.embedded.status import ApiError
from tui.embedded.users import User, Users
from tui.embedded.verbs.call import JSON_CONTENT, Call, Reply, Watch


class Seen(NamedTuple):
    """A request that arrived. `query` is the raw query string; `user` is empty if the token was wrong."""

    method: str
    path: str
    query: str
    user: str


class FaultyServing(HostHandler):
    """Serving that notes each request and answers it with the faults that it meets."""

    def __init__(
        self, store: Store, users: Users, bookmark_every: float, refuse: Callable[[bool], None]
    ) -> None:
        """`refuse` closes the port, or opens it again."""
        super().__init__(store, users, bookmark_every)
        self.faults = Faults(refuse)
        self.seen: list[Seen] = []
        self._late: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Drop the writes that were still to be committed."""
        for task in self._late:
            task.cancel()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.is_meant(request.headers.get("Host")):
            try:
                user = self.users.authenticated(request.headers).name
            except ApiError:
                user = ""
            self.seen.append(Seen(request.method, request.path, request.query_string, user))
        return await super().handle(request)

    async def answer(self, request: web.Request, user: User) -> web.StreamResponse:
        met = self.faults.take(request.method, request.path, request.query_string, user.name)
        for fault in met:
            early = await self._before(request, fault)
            if early is not None:
                return early
        kinds = {fault.kind: fault for fault in met}
        call = await call_of(request, user)
        if late := kinds.get("late"):
            return await self._commit_late(request, call, late)
        answer = self.called(call)
        if "drop_after" in kinds:
            return drop(request)
        if isinstance(answer, Watch):
            return await self.stream(request, self.lines(answer))
        return self.response(request, answer, call.warnings)

    async def _before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """Answer a fault before the API sees the request; return None if the fault lets it through."""
        if fault.kind == "delay":
            await self._pause(fault.seconds)
        elif fault.kind == "status" and fault.code == 429:
            text = fault.message or "Too many requests, please try again later.\n"
            wait = str(1 if fault.retry_after is None else fault.retry_after)
            return web.Response(status=429, text=text, headers={"Retry-After": wait})
        elif fault.kind == "status":
            return self.response(request, refusal(fault))
        elif fault.kind == "redirect":
            return web.Response(status=307, headers={"Location": fault.url})
        elif fault.kind == "html":
            code = 502 if fault.code == 503 else fault.code
            return web.Response(status=code, body=HTML, content_type="text/html")
        elif fault.kind == "garbage":
            return web.Response(body=fault.body, content_type=JSON_CONTENT)
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
        """Commit the write `seconds` later, whether or not its client still waits for the answer."""
        answers: list[Reply | Watch] = []

        async def land() -> None:
            await asyncio.sleep(fault.seconds)
            answers.append(self.called(call))

        await asyncio.shield(self._keep(land()))
        answer = answers[0]
        return drop(request) if isinstance(answer, Watch) else self.response(request, answer, call.warnings)

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task


def drop(request: web.Request) -> web.StreamResponse:
    """Cut the connection; the returned response reaches no client."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
