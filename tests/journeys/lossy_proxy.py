"""A proxy on loopback between a client's plain HTTP and the server's TLS, which loses every n-th answer.

The request was handled then: the answer is read whole, and the client's connection is cut instead.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

_LONGEST_LINE: Final = 1 << 20
LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)


class Dropping:
    """An async context manager; `dropped` counts the answers that were lost, by the request's method."""

    def __init__(self, url: str, tls: ssl.SSLContext, *, every: int) -> None:
        self._host, _, self._port = urlsplit(url).netloc.partition(":")
        self._tls, self._every = tls, every
        self._answers = 0
        self._open: set[asyncio.Task[None]] = set()
        self.dropped: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=_LONGEST_LINE)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        there, back = await asyncio.open_connection(
            self._host, int(self._port), ssl=self._tls, limit=_LONGEST_LINE
        )
        try:
            # Cancelled only by our end; a handler's task must not end so.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._passed(reader, writer, there, back):
                    pass
        finally:
            back.close()
            writer.close()

    async def _passed(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> bool:
        """One request and its answer; whether the connection lives on."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        back.write(head + (await reader.readexactly(int(length[1])) if length else b""))
        await back.drain()
        answer = await there.readuntil(b"\r\n\r\n")
        self._answers += 1
        is_lost = self._answers % self._every == 0
        if not is_lost:
            writer.write(answer)
        elif b"watch=" in head.partition(b"\r\n")[0]:
            writer.transport.abort()  # its answer has no end
            return False
        async for part in body_of(answer, there):
            if not is_lost:
                writer.write(part)
                await writer.drain()
        if is_lost:
            method = head.split(b" ", 1)[0].decode()
            self.dropped[method] = self.dropped.get(method, 0) + 1
            writer.transport.abort()
        return not is_lost


async def body_of(head: bytes, there: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The body that follows the head of an answer, in parts as they come."""
    if length := LENGTH.search(head):
        yield await there.readexactly(int(length[1]))
    elif _CHUNKED.search(head):
        size = -1
        while size:
            line = await there.readuntil(b"\r\n")
            size = int(line, 16)
            yield line + await there.readexactly(size + 2)
