"""Proxies of each kind, and other addresses of the same API server, for tests of logins.

They run on a thread with a loop of its own, since their clients block.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from tests.cluster.proxies import NAME, Proxying
from tests.cluster.tcp_relay import Standing
from tests.controlplane import certs
from tests.controlplane.plane import ControlPlane

T = TypeVar("T")
OTHER_NAME: Final = "kubernetes.default.svc"
"""Name in the server's certificates, beside the loopback addresses."""


_STATUS: Final = b'{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}'
_REFUSAL: Final = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_STATUS), _STATUS)
)


class Door(Standing):
    """Another address of the server: by a certificate of the same or another authority, or in plain HTTP."""

    def __init__(self, plane: ControlPlane, tls: ssl.SSLContext | None) -> None:
        super().__init__(tls)
        self._behind, self._inner = plane.place.secure_port, plane.tls()
        self._is_refusing = False

    def refuse(self, is_refusing: bool) -> None:
        """Answer every request with 401 from now on, or pass requests on again; cut open connections."""
        self._is_refusing = is_refusing
        self.cut()

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass the connection on to the server, or answer 401."""
        if not self._is_refusing:
            await self.tunnel(reader, writer, self._behind, self._inner)
            return
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_REFUSAL)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


class Neighbours:
    """Context manager that runs the proxies and doors; each is an attribute."""

    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self._plane, self._folder = plane, folder
        self.other_ca = certs.authority("made-up other authority")

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="neighbours")
        self._thread.start()
        self._stack = self._run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _open(self) -> AsyncExitStack:
        own = self._serving(self._plane.ca, "own")
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            self.http = await enter(Proxying("http"))
            self.http_login = await enter(Proxying("http", asks=True))
            self.https = await enter(Proxying("https", tls=own))
            self.https_login = await enter(Proxying("https", asks=True, tls=own))
            self.socks = await enter(Proxying("socks5"))
            self.socks_login = await enter(Proxying("socks5", asks=True))
            self.refusing = await enter(Proxying("http", "refuses"))
            self.socks_refusing = await enter(Proxying("socks5", "refuses"))
            self.gone = await enter(Proxying("http"))
            await self.gone.__aexit__()
            self.foreign = await enter(Door(self._plane, self._serving(self.other_ca, "foreign")))
            self.own = await enter(Door(self._plane, own))
            self.plain = await enter(Door(self._plane, None))
            return stack.pop_all()

    def _serving(self, ca: certs.Pair, name: str) -> ssl.SSLContext:
        certificate, key = certs.serving(ca).write(self._folder, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def refuse(self, is_refusing: bool) -> None:
        """Let the door `own` refuse every login, or pass requests on again."""
        self._loop.call_soon_threadsafe(self.own.refuse, is_refusing)

    @property
    def behind(self) -> str:
        """Server's URL with a host name that only the proxies resolve."""
        return f"https://{NAME}:{self._plane.place.secure_port}"
