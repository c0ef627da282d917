"""Detect that the machine slept: the wall clock advanced, the monotonic clock did not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from tui.session.clock import Clock

BEAT: Final = 5.0
"""Seconds between checks."""
SLEPT: Final = 15.0
"""Difference of the clocks, in seconds, after which no connection is trusted."""


async def notice(clock: Clock, beat: Callable[[], Awaitable[None]], woke: Callable[[], None]) -> None:
    """Call `woke` after each sleep of the machine, for as long as it is not cancelled.

    A wall clock that is set forward looks the same: to connect anew for it costs little. `beat` waits BEAT
    seconds of the machine's running time.
    """
    while True:
        before = clock.now() - clock.monotonic()
        await beat()
        if clock.now() - clock.monotonic() - before > SLEPT:
            woke()
