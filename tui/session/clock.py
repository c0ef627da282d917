"""The session's clock, which tests and pictures can freeze; and whether the machine slept."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Final, Protocol


class Clock(Protocol):
    """Wall time for display, monotonic time for waiting."""

    @property
    def tz(self) -> tzinfo:
        """The zone in which times are shown."""
        ...

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an unnamed start."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that long by this clock."""
        ...


class SystemClock:
    """The computer's own time."""

    def __init__(self) -> None:
        self.tz: tzinfo = datetime.now().astimezone().tzinfo or UTC

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an unnamed start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)


class StillClock:
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
        """How many seconds each sleeper has still to wait, the next first."""
        due = sorted(due for due, _, woken in self._sleepers if not woken.done())
        return tuple(due - self._passed for due in due)

    def advance(self, seconds: float) -> None:
        """Move on; everybody whose time has come is woken, in that order."""
        self._passed += seconds
        while self._sleepers and self._sleepers[0][0] <= self._passed:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)


BEAT: Final = 5.0
"""Seconds between checks."""
SLEPT: Final = 15.0
"""Difference of the clocks, in seconds, after which no connection is trusted."""


async def notice(clock: Clock, beat: Callable[[], Awaitable[None]], woke: Callable[[], None]) -> None:
    """Call `woke` after each sleep of the machine, for as long as it is not cancelled.

    The wall clock advanced then, and the monotonic one did not. A wall clock that is set forward looks the
    same: to connect anew for it costs little. `beat` waits BEAT seconds of the machine's running time.
    """
    while True:
        before = clock.now() - clock.monotonic()
        await beat()
        if clock.now() - clock.monotonic() - before > SLEPT:
            woke()
