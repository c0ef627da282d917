"""Relay on loopback between the program and a server: it accepts connections, and pumps bytes on."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Any, Self


class Standing:
    """Relay as a context manager; a subclass speaks the protocol. All connections are cut at the end."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Cut all connections in the middle."""
        for writer in self._writers:
            writer.transport.abort()

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is over."""
        raise NotImplementedError

    async def tunnel(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        port: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Pump bytes both ways between the client and that port, until one side ends."""
        upstream, out = await self.to(port, tls)
        await writer.drain()
        pumps = [asyncio.ensure_future(pump(reader, out)), asyncio.ensure_future(pump(upstream, writer))]
        self._tasks.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        out.transport.abort()

    async def to(
        self, port: int, tls: ssl.SSLContext | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection to that port."""
        upstream, out = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
        self._writers.add(out)
        return upstream, out

    def alongside(self, work: Any) -> None:
        """Run `work` until the relay ends."""
        self._tasks.add(asyncio.ensure_future(work))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self.speak(reader, writer)
        writer.transport.abort()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pump bytes from `reader` to `writer` until either ends."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
