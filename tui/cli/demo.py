"""`--demo`: start the embedded cluster with its story and played controllers, on the day of the story."""

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
"""Seconds between two steps of the controllers."""


class TourClock(Clock):
    """The computer's clock, moved to the story's day."""

    def __init__(self) -> None:
        super().__init__()
        self._shift = STORY_TIME - super().now()

    def now(self) -> float:
        """Seconds since the epoch, UTC, as the story has it."""
        return super().now() + self._shift


@asynccontextmanager
async def tour(clock: TourClock) -> AsyncIterator[LoginTarget]:
    """Start the story's cluster on this event loop. Its token stays inside this process."""
    async with EmbeddedCluster(load_story(), now=clock.now) as server:
        playing = asyncio.create_task(_play(server.store))
        try:
            yield LoginTarget(
                "payments-cluster", "payments-cluster", "guest", server.url, "payments", token=server.token
            )
        finally:
            playing.cancel()


async def _play(store: Store) -> None:
    """Run the controllers, which are imported when the first frame is drawn."""
    await asyncio.sleep(PACE)
    from tui.embedded.demo import controllers

    await controllers.run(store, PACE)
