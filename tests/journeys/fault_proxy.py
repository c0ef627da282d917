"""A proxy on loopback before the real API server that meets the requests it is told to with one fault.

It runs on a thread of its own, so that a test which reads a terminal can order faults between two presses.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from tests.journeys.lossy_proxy import LENGTH, Dropping, body_of

LATE: Final = 0.7
"""Seconds that a delayed answer takes: less than the time-out of the program under test."""
ELSEWHERE: Final = "elsewhere.example.test"


@dataclass(frozen=True)
class Fault:
    """One way to fail. `answer` is what is said instead of the server's own; "" where nothing is."""

    name: str
    answer: str = ""
    reaches_server: bool = False
    """Does the server see the request? Then a write is made, whatever the program hears of it."""
    seconds: float = 0.0


def _answer(status: str, kind: str, body: str, *more: str) -> str:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more, "", body]
    return "\r\n".join(lines)


def _status(code: int, reason: str) -> str:
    return f'{{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{reason}","code":{code}}}'


FAULTS: Final = (
    Fault("delay", reaches_server=True, seconds=LATE),
    Fault("drop", reaches_server=True),
    Fault("half-open", reaches_server=True),
    Fault("reset"),
    Fault("page", _answer("200 OK", "text/html", "<h1>Sign in to this network</h1>"), reaches_server=True),
    Fault("429", _answer("429 Too Many Requests", "text/plain", "Too many requests.\n", "Retry-After: 1")),
    Fault("401", _answer("401 Unauthorized", "application/json", _status(401, "Unauthorized"))),
    Fault("410", _answer("410 Gone", "application/json", _status(410, "Expired"))),
    Fault("redirect", _answer("302 Found", "text/html", "", f"Location: https://{ELSEWHERE}/")),
)

Wanted = Callable[[str, str], bool]
"""Of a request's method and target: does it meet the fault?"""


class Faulting(Dropping):
    """As `Dropping`, but what is met is ordered by `begin` and `end`, from any thread."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        super().__init__(url, tls, every=sys.maxsize)
        self._ordered: tuple[Fault, Wanted] | None = None
        self._watching: set[asyncio.StreamWriter] = set()
        self.met = 0
        """Requests that met the fault that was ordered last."""

    def begin(self, fault: Fault, wanted: Wanted, *, cuts_watches: bool = False) -> None:
        """From now on. `cuts_watches`: what is followed is broken off, to be asked for again."""
        self.met, self._ordered = 0, (fault, wanted)
        if cuts_watches:
            self._loop.call_soon_threadsafe(self._cut)

    def end(self) -> None:
        """No fault any more; what is still held is cut."""
        self._ordered = None
        self._loop.call_soon_threadsafe(self._over.set)

    def _cut(self) -> None:
        for writer in tuple(self._watching):
            writer.transport.abort()

    @contextmanager
    def on_a_thread(self) -> Iterator[Faulting]:
        """Serves until the block ends."""
        self._loop, is_ready, is_done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

        async def serve() -> None:
            self._over = asyncio.Event()
            async with self:
                is_ready.set()
                await is_done.wait()

        def run() -> None:
            self._loop.run_until_complete(serve())
            self._loop.close()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            assert is_ready.wait(10)
            yield self
        finally:
            self._loop.call_soon_threadsafe(is_done.set)
            thread.join()

    async def _passed(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        body = await reader.readexactly(int(length[1])) if length else b""
        method, target = head.decode("latin-1").split(" ", 2)[:2]
        fault = self._met(method, target)
        if fault is not None and (fault.answer or fault.name in ("reset", "drop", "half-open")):
            is_sent = fault.reaches_server and method != "GET"
            await self._fails(fault, writer, there, (back, head + body) if is_sent else None)
            return False
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        back.write(head + body)
        answer = await there.readuntil(b"\r\n\r\n")
        writer.write(answer)
        is_watch = "watch=" in target
        if is_watch:
            self._watching.add(writer)
        try:
            async for part in body_of(answer, there):
                writer.write(part)
                await writer.drain()
        finally:
            self._watching.discard(writer)
        return True

    def _met(self, method: str, target: str) -> Fault | None:
        if self._ordered is None or not self._ordered[1](method, target):
            return None
        self.met += 1
        self._over.clear()
        return self._ordered[0]

    async def _fails(
        self,
        fault: Fault,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        sent: tuple[asyncio.StreamWriter, bytes] | None,
    ) -> None:
        if sent is not None:
            back, request = sent
            back.write(request)
            answer = await there.readuntil(b"\r\n\r\n")
            async for _ in body_of(answer, there):
                pass
        if fault.answer:
            writer.write(fault.answer.encode())
            with suppress(ConnectionError):
                await writer.drain()
            return
        if fault.name == "half-open":
            await self._over.wait()
        linger = struct.pack("ii", 1, 0)  # a close is a reset then
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
