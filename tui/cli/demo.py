"""`--demo`: start the embedded cluster with the demo's objects, controllers and date."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.demo.story import STORY_TIME, load_story
from tui.embedded.objects.store import Store
from tui.embedded.server import EmbeddedCluster
from tui.session.clock import Clock

PACE: Final = 1.0
"""Seconds between two steps of the simulated controllers."""


class TourClock(Clock):
    """A clock that starts at the demo's date and runs at normal speed."""

    def __init__(self) -> None:
        super().__init__()
        self._shift = STORY_TIME - super().now()

    def now(self) -> float:
        return super().now() + self._shift


@asynccontextmanager
async def tour(clock: TourClock) -> AsyncIterator[LoginTarget]:
    async with EmbeddedCluster(load_story(), now=clock.now) as server:
        playing = asyncio.create_task(_play(server.store))
        try:
            yield LoginTarget(
                "payments-cluster", "payments-cluster", "guest", server.url, "payments", token=server.token
            )
        finally:
            playing.cancel()


async def _play(store: Store) -> None:
    await asyncio.sleep(PACE)
    from tui.embedded.demo import controllers  # imported late, so that it does not delay the first frame

    await controllers.run(store, PACE)
