"""A rude server: a socket, and a script that answers what it likes, as badly as it likes."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import LoginTarget

TOKEN = "made-up-token-7f3a9c"


@dataclass
class Heard:
    """Request as it arrived."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]


Script = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Rude:
    """Server that records each request and runs its script. A script that returns keeps the connection."""

    script: Script
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    tls: ssl.SSLContext | None = None
    _server: asyncio.Server | None = None
    writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self.writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.writers.add(writer)
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                heard = await _read(reader)
                self.heard.append(heard)
                await self.script(heard, writer)
                await writer.drain()
        writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
    size = int(dict(headers).get("content-length", "0"))
    path, _, query = target.partition("?")
    return Heard(method, path, query, headers, await reader.readexactly(size))


def reply(body: bytes | dict[str, Any] = b"", status: int = 200, **headers: str) -> bytes:
    """A whole HTTP answer. Header names with `_` for `-`; `content_type=""` leaves it out."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    fields = {"content-type": "application/json", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Rude", *(f"{name}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(answer: bytes) -> Script:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return script


async def drops(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Read the request, say nothing, hang up."""
    writer.transport.abort()


async def hangs(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Read the request, say nothing, stay."""
    await asyncio.Event().wait()


def secret_json(**more: Any) -> dict[str, Any]:
    meta = {"name": "db", "namespace": "default", "uid": "u-1", "resourceVersion": "7"}
    return {"kind": "Secret", "apiVersion": "v1", "metadata": meta, "type": "Opaque", "data": {}, **more}


def table_json(*names: str, token: str = "", version: str = "7") -> dict[str, Any]:
    """A Table of Secrets, as the API server sends it."""
    rows = [
        {
            "cells": [name, "Opaque", 1, "5d"],
            "object": {
                "kind": "PartialObjectMetadata",
                "metadata": {
                    "name": name,
                    "namespace": "default",
                    "uid": f"u-{name}",
                    "resourceVersion": "7",
                },
            },
        }
        for name in names
    ]
    columns = [{"name": name} for name in ("Name", "Type", "Data", "Age")]
    meta = {"resourceVersion": version, **({"continue": token} if token else {})}
    return {"kind": "Table", "metadata": meta, "columnDefinitions": columns, "rows": rows}


def status_json(code: int, reason: str = "", message: str = "", **details: Any) -> dict[str, Any]:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, 1)


def target_at(url: str, **more: Any) -> LoginTarget:
    given: dict[str, Any] = {"token": TOKEN, **more}
    return LoginTarget("rude", "rude", "jane", url, "default", **given)


@asynccontextmanager
async def cluster_at(
    url: str, *, read_only: bool = False, request_timeout: float | None = None, **target: Any
) -> AsyncIterator[Cluster]:
    """A Cluster on that server, closed at the end."""
    where = target_at(url, **target)
    cluster = Cluster(
        where, Credentials(where, Plugin()), read_only=read_only, request_timeout=request_timeout
    )
    try:
        yield cluster
    finally:
        await cluster.close()
