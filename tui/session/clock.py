"""Clock of a session, waits on this clock, and detection of a suspended computer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.model.text.times import moment
from tui.session.tasks import Tasks


class Clock:
    """Wall time for display, and monotonic time for waits. Tests replace this class."""

    def __init__(self) -> None:
        self.tz: tzinfo = datetime.now().astimezone().tzinfo or UTC

    def now(self) -> float:
        """Return the wall time in seconds since the epoch."""
        return time.time()

    def moment(self, t: float) -> str:
        """Format a time as "14:03" today, and as "12 Nov 08:40" on another day."""
        return moment(t, self.now(), self.tz)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


BEAT: Final = 5.0
"""Seconds between two checks for a suspension of the computer."""
SLEPT: Final = 15.0
"""Seconds by which the wall clock must outrun the monotonic clock between two checks.

A smaller difference does not count as a suspension.
"""


async def notice(clock: Clock, beat: Callable[[], Awaitable[None]], woke: Callable[[], None]) -> None:
    """Call `woke` each time the computer was suspended for more than SLEPT seconds.

    `beat` waits until the next check. During a suspension the wall clock advances, but the monotonic clock
    stands still. If the user sets the wall clock forward, `woke` is called too. This costs only a
    reconnection.
    """
    while True:
        before = clock.now() - clock.monotonic()
        await beat()
        if clock.now() - clock.monotonic() - before > SLEPT:
            woke()


TRIES_AT_ONCE: Final = 2
"""Number of times that a write or dry run is repeated without a wait. Further repeats wait before they start.

If another client changes the Secret once, the first repeat is enough.
"""
_SPREAD: Final = 0.3
_GOLDEN: Final = 0.618


async def out_of_step(clock: Clock, attempt: int) -> None:
    """Wait up to 0.3 s before the third and each later repeat of a write or dry run.

    With equal waits, every attempt could collide with a controller that writes at even intervals. Without any
    wait, half of the edits failed (measured with 100 ms latency, and another client's write every 200 ms).
    """
    if attempt > TRIES_AT_ONCE:
        await clock.sleep(_SPREAD * (attempt * _GOLDEN % 1))


async def pause(clock: Clock, tasks: Tasks, seconds: float, woken: asyncio.Event) -> None:
    sleep = tasks.start(clock.sleep(seconds), "pause")
    early = tasks.start(_until(woken), "pause cut short")
    try:
        await asyncio.wait((sleep, early), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
        early.cancel()


async def _until(woken: asyncio.Event) -> None:
    await woken.wait()
