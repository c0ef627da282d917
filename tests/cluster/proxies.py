"""Proxies on loopback: HTTP (with CONNECT and without), HTTPS, SOCKS5; and the ways in which they refuse."""

from __future__ import annotations

import asyncio
import base64
import ssl
import struct
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import urlsplit

from tests.cluster.tcp_relay import Standing, pump

How = Literal["works", "refuses", "page", "hangs", "cuts", "garbage"]
LOGIN: Final = ("jane", "made-up pass:word")
"""Login that a proxy with `asks` accepts."""
NAME: Final = "plane.invalid"
"""Server name that only the proxies can look up."""
PAGE: Final = b"<html><title>Please log in</title></html>"


class Proxying(Standing):
    """Proxy that speaks `scheme` and connects to 127.0.0.1 for every server's name."""

    def __init__(
        self,
        scheme: Literal["http", "https", "socks5", "socks5h"] = "http",
        how: How = "works",
        *,
        asks: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`asks`: require LOGIN."""
        super().__init__(tls)
        self.scheme, self.how, self.asks = scheme, how, asks
        self.asked: list[str] = []
        """The `host:port` of each tunnel, or the URL of each relayed request."""
        self.heads: list[bytes] = []
        """Heads of requests and logins that arrived before a tunnel was open."""

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """URL of the proxy, with the login if it requires one."""
        login = "jane:made-up%20pass%3Aword@" if self.asks else ""
        return f"{self.scheme}://{login}{self.place}"

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection in the scheme of the proxy."""
        if self.scheme.startswith("socks"):
            await self._socks(reader, writer)
        else:
            await self._http(reader, writer)

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, lines = await self._head(reader)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if self.how != "works" or not self._lets_in(headers):
            await self._says_no(writer, knows=self._lets_in(headers))
        elif method == "CONNECT":
            port = int(target.rpartition(":")[2])
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self.tunnel(reader, writer, port)
        else:
            upstream, out = await self.to(urlsplit(target).port or 80)
            self.alongside(pump(upstream, writer))
            try:
                while True:
                    out.write(_relayed(method, target, lines))
                    out.write(await reader.readexactly(int(headers.get("content-length", "0"))))
                    method, target, lines = await self._head(reader)
            finally:
                out.transport.abort()

    async def _head(self, reader: asyncio.StreamReader) -> tuple[str, str, list[str]]:
        """Method, target and header lines of the next request."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        self.asked.append(target)
        return method, target, lines

    def _lets_in(self, headers: Mapping[str, str]) -> bool:
        wanted = "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()
        return not self.asks or headers.get("proxy-authorization") == wanted

    async def _says_no(self, writer: asyncio.StreamWriter, *, knows: bool) -> None:
        if self.how == "hangs":
            await asyncio.Event().wait()
        if self.how == "garbage":
            writer.write(b"\x00\xff\x1b[2Jgarbage\r\n\r\n")
        elif self.how != "cuts":
            status = "407 Proxy Authentication Required" if not knows else "403 Forbidden"
            status = "200 OK" if self.how == "page" else status
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\n\r\n"
            writer.write(head.encode() + PAGE)
        await writer.drain()
        writer.close()

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        if self.how in ("hangs", "garbage", "cuts", "page"):
            await self._says_no(writer, knows=True)
            return
        method = 2 if self.asks else 0
        writer.write(bytes([5, method if method in offered else 255]))
        if self.asks and method in offered:
            _, size = await reader.readexactly(2)
            name = await reader.readexactly(size)
            password = await reader.readexactly((await reader.readexactly(1))[0])
            self.heads.append(name + b":" + password)
            is_known = (name.decode(), password.decode()) == LOGIN
            writer.write(bytes([1, 0 if is_known else 1]))
            if not is_known:
                await writer.drain()
                return
        elif self.asks:
            await writer.drain()
            return
        *_, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        self.asked.append(f"{host}:{port}")
        code = 2 if self.how == "refuses" else 0
        writer.write(bytes([5, code, 0, 1, 127, 0, 0, 1, 0, 0]))
        if code == 0:
            await self.tunnel(reader, writer, port)
        await writer.drain()


def _relayed(method: str, target: str, lines: list[str]) -> bytes:
    """Build the request for the server: its path alone, and no header for the proxy."""
    parts = urlsplit(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in lines if not line.lower().startswith("proxy-")]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "", ""]).encode("latin-1")
