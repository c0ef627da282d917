"""The session's clock, which tests and pictures replace; and whether the machine slept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Final


class Clock:
    """The computer's own time: wall time for display, monotonic time for waiting."""

    def __init__(self) -> None:
        self.tz: tzinfo = datetime.now().astimezone().tzinfo or UTC
        """The zone in which times are shown."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an unnamed start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that long by this clock."""
        await asyncio.sleep(seconds)


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
