"""Controllers that never rest: each writes to one Secret of the real server, as its own field manager."""

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
    """One that writes what `patch` makes of a running number, every `seconds`; `writes` counts."""

    plane: ControlPlane
    path: str
    manager: str
    seconds: float
    patch: Callable[[int], dict[str, Any]]
    writes: int = 0
    wrote: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until it is cancelled. As controllers do, it asks for no version."""
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
    """It has written once, and goes on until the block ends."""
    task = asyncio.create_task(controller.run())
    try:
        await controller.wrote.wait()
        yield controller
    finally:
        task.cancel()
        (end,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(end, asyncio.CancelledError), end


def labels(number: int) -> dict[str, Any]:
    """Another label each time."""
    return {"metadata": {"labels": {"beat": str(number)}}}


def other_key(number: int) -> dict[str, Any]:
    """A key that nobody else writes."""
    return {"data": {"beat": base64.b64encode(str(number).encode()).decode()}}


def resets(key: str, value: bytes) -> Callable[[int], dict[str, Any]]:
    """The same value each time."""
    return lambda number: {"data": {key: base64.b64encode(value).decode()}}
