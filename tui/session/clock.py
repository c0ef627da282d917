"""Clock of the session, which tests and pictures replace; waits by it, and sleeps of the machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.model.text.times import moment
from tui.session.tasks import Tasks


class Clock:
    """The computer's own time: wall time for display, monotonic time for waiting."""

    def __init__(self) -> None:
        self.tz: tzinfo = datetime.now().astimezone().tzinfo or UTC
        """The zone in which times are shown."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def moment(self, t: float) -> str:
        """Time of a screen: "14:03" today, "12 Nov 08:40" on another day."""
        return moment(t, self.now(), self.tz)

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
    """Call `woke` after each sleep of the machine, until it is cancelled.

    After a sleep the wall clock has advanced, and the monotonic one has not. A wall clock that is set forward
    looks the same: a reconnection for it costs little. `beat` waits BEAT seconds of the machine's running
    time.
    """
    while True:
        before = clock.now() - clock.monotonic()
        await beat()
        if clock.now() - clock.monotonic() - before > SLEPT:
            woke()


TRIES_AT_ONCE: Final = 2
"""Number of first tries that follow at once, because most changes by others are single ones."""
_SPREAD: Final = 0.3
_GOLDEN: Final = 0.618


async def out_of_step(clock: Clock, attempt: int) -> None:
    """Wait before try number `attempt`, up to 0.3 s, each time differently.

    Tries at even distances meet a controller that writes at even distances at the same point each time:
    measured at 100 ms to the server, labels every 200 ms, half of the edits never got through.
    """
    if attempt > TRIES_AT_ONCE:
        await clock.sleep(_SPREAD * (attempt * _GOLDEN % 1))


async def pause(clock: Clock, tasks: Tasks, seconds: float, woken: asyncio.Event) -> None:
    """Wait by the session's clock, or until `woken` is set."""
    sleep = tasks.start(clock.sleep(seconds), "pause")
    early = tasks.start(_until(woken), "pause cut short")
    try:
        await asyncio.wait((sleep, early), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
        early.cancel()


async def _until(woken: asyncio.Event) -> None:
    await woken.wait()
