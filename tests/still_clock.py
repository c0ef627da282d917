"""A session's clock that tests and pictures move."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, tzinfo

from tui.session.clock import Clock


class StillClock(Clock):
    """A clock that moves only by `advance`, which also wakes sleepers."""

    def __init__(self, now: float, tz: tzinfo = UTC) -> None:
        self.tz = tz
        self._start = now
        self._passed = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return self._start + self._passed

    def monotonic(self) -> float:
        """Seconds that this clock was moved by."""
        return self._passed

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was moved that far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._passed + seconds, next(self._order), woken))
        await woken

    @property
    def waits(self) -> tuple[float, ...]:
        """Seconds that each sleeper has still to wait, the next first."""
        due = sorted(due for due, _, woken in self._sleepers if not woken.done())
        return tuple(due - self._passed for due in due)

    def advance(self, seconds: float) -> None:
        """Move on and wake the sleepers whose time has come, the earliest first."""
        self._passed += seconds
        while self._sleepers and self._sleepers[0][0] <= self._passed:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
