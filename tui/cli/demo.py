"""`--demo`: start the embedded cluster, load its story, and freeze the clock at the story's time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from tui.cluster.kubeconfig.target import Target
from tui.embedded.demo.story import load_story
from tui.embedded.server import EmbeddedCluster
from tui.session.clock import SystemClock

STORY_TIME: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC).timestamp()
"""The story's time: its certificate is about to expire then, and its pods are days old."""


class TourClock(SystemClock):
    """The computer's clock, moved to the story's day."""

    def __init__(self) -> None:
        super().__init__()
        self._shift = STORY_TIME - super().now()

    def now(self) -> float:
        """Seconds since the epoch, UTC, as the story has it."""
        return super().now() + self._shift


@asynccontextmanager
async def tour(clock: TourClock) -> AsyncIterator[Target]:
    """Start the story's cluster on this event loop. Its token stays inside this process."""
    async with EmbeddedCluster(load_story(), now=clock.now) as server:
        yield Target("tour", "tour", "guest", server.url, "default", token=server.token)
