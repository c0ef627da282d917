"""Controllers that write to one Secret of the real server again and again, each as its own field manager."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from tests.controlplane.plane import ControlPlane

MERGE: Final = {"Content-Type": "application/merge-patch+json"}


@dataclass
class Controller:
    """Controller that sends `patch(number)` every `seconds`; `writes` is the number of writes."""

    plane: ControlPlane
    path: str
    manager: str
    seconds: float
    patch: Callable[[int], dict[str, Any]]
    writes: int = 0
    wrote: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Write until canceled; like most controllers without a resourceVersion."""
        async with aiohttp.ClientSession(
            self.plane.url,
            headers={"Authorization": f"Bearer {self.plane.users['admin'].token}", **MERGE},
            connector=aiohttp.TCPConnector(ssl=self.plane.tls()),
        ) as session:
            while True:
                where = f"{self.path}?fieldManager={self.manager}"
                async with session.patch(where, json=self.patch(self.writes + 1)) as answer:
                    assert answer.status == 200, answer.status
                self.writes += 1
                self.wrote.set()
                await asyncio.sleep(self.seconds)


@asynccontextmanager
async def at_work(controller: Controller) -> AsyncIterator[Controller]:
    """Run the controller until the block ends; its first write is done when the block begins."""
    task = asyncio.create_task(controller.run())
    try:
        await controller.wrote.wait()
        yield controller
    finally:
        task.cancel()
        (end,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(end, asyncio.CancelledError), end


def labels(number: int) -> dict[str, Any]:
    """Patch that changes a label."""
    return {"metadata": {"labels": {"beat": str(number)}}}


def other_key(number: int) -> dict[str, Any]:
    """Patch that changes a key of the controller's own."""
    return {"data": {"beat": base64.b64encode(str(number).encode()).decode()}}


def resets(key: str, value: bytes) -> Callable[[int], dict[str, Any]]:
    """Patch that sets the key to the same value each time."""
    return lambda number: {"data": {key: base64.b64encode(value).decode()}}
