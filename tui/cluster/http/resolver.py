"""Resolve names on a daemon thread, so that a hanging name server delays nothing."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from tui.process.threads import run_in_thread

_Key = tuple[str, int, int]


class Resolver(AbstractResolver):
    """getaddrinfo on a daemon thread; one look-up per name, however many requests wait for it."""

    def __init__(self) -> None:
        self._running: dict[_Key, asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError, as aiohttp expects."""
        key = (host, port, int(family))
        running = self._running.get(key)
        if running is None:
            running = asyncio.ensure_future(run_in_thread(lambda: _look_up(*key)))
            running.add_done_callback(lambda done: self._forget(key, done))
            self._running[key] = running
        return await asyncio.shield(running)

    def _forget(self, key: _Key, done: asyncio.Future[list[ResolveResult]]) -> None:
        self._running.pop(key, None)
        if not done.cancelled():
            done.exception()  # retrieved, or asyncio would log it

    async def close(self) -> None:
        """Drop all look-ups; a thread that still hangs ends with the process."""
        left = list(self._running.values())
        for running in left:
            running.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _look_up(host: str, port: int, family: int) -> list[ResolveResult]:
    found: list[tuple[Any, ...]] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
    return [
        ResolveResult(
            hostname=host,
            host=address[0],
            port=address[1],
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in found
    ]
