"""Resolve host names on a daemon thread: a slow name server blocks neither the event loop nor quitting."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from tui.process.threads import run_in_thread


class Resolver(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look up the addresses of `host`. Raises OSError."""
        return await run_in_thread(partial(_look_up, host, port, family))

    async def close(self) -> None:
        """Close nothing: a daemon thread that still waits for a name server ends with the process."""


def _look_up(host: str, port: int, family: int) -> list[ResolveResult]:
    addresses: list[tuple[Any, ...]] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
    return [
        ResolveResult(
            hostname=host,
            host=address[0],
            port=address[1],
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in addresses
    ]
