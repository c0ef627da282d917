"""What one Secret held, version by version, as a watch of the server told it."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.controlplane.plane import ControlPlane

_LONGEST_LINE = 4 << 20


@dataclass
class History:
    """An async context manager that follows one Secret, from the version it has at the start.

    `values` has the values that each key took, in order; `data` what is held now.
    """

    plane: ControlPlane
    path: str
    name: str
    values: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    version: str = ""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            self.plane.url,
            headers={"Authorization": f"Bearer {self.plane.users['admin'].token}"},
            connector=aiohttp.TCPConnector(ssl=self.plane.tls()),
            read_bufsize=_LONGEST_LINE,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        self._take(await self._now())
        self._moved = asyncio.Event()
        self._task = asyncio.create_task(self._follow(self.version))
        self._task.add_done_callback(lambda _: self._moved.set())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._session.close()

    async def complete(self) -> None:
        """Waits until the version that the server has now was told."""
        newest = (await self._now())["metadata"]["resourceVersion"]
        while self.version != newest:
            if self._task.done():
                self._task.result()
                raise AssertionError("the server ended the watch")
            self._moved.clear()
            await self._moved.wait()

    async def _now(self) -> Any:
        async with self._session.get(f"{self.path}/{self.name}") as answer:
            return await answer.json()

    async def _follow(self, version: str) -> None:
        query = {"watch": "1", "resourceVersion": version, "fieldSelector": f"metadata.name={self.name}"}
        async with self._session.get(self.path, params=query) as answer:
            async for line in answer.content:
                event = json.loads(line)
                assert event["type"] == "MODIFIED", event["type"]
                self._take(event["object"])
                self._moved.set()

    def _take(self, secret: Any) -> None:
        self.version, self.labels = (
            secret["metadata"]["resourceVersion"],
            secret["metadata"].get("labels", {}),
        )
        data = secret.get("data", {})
        for key, value in data.items():
            if self.data.get(key) != value:
                self.values.setdefault(key, []).append(base64.b64decode(value).decode())
        self.data = data
