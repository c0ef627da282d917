"""Waits: one that an event can end early, and one of varying length, out of step with a periodic writer."""

from __future__ import annotations

import asyncio
from typing import Final

from tui.session.clock import Clock
from tui.session.tasks import Tasks

AT_ONCE: Final = 2
"""The first tries follow at once, because most changes by others are single ones."""
_SPREAD: Final = 0.3
_GOLDEN: Final = 0.618


async def out_of_step(clock: Clock, attempt: int) -> None:
    """Wait before try number `attempt`, up to 0.3 s, each time differently.

    What is tried at even distances meets a controller that writes at even distances at the same point each
    time: measured at 100 ms to the server, labels every 200 ms, half of the edits never got through.
    """
    if attempt > AT_ONCE:
        await clock.sleep(_SPREAD * (attempt * _GOLDEN % 1))


async def pause(clock: Clock, tasks: Tasks, seconds: float, woken: asyncio.Event) -> None:
    """Wait by the session's clock, or until `woken` is set."""
    sleep = tasks.start(clock.sleep(seconds), "pause")
    waking = tasks.start(_until(woken), "pause cut short")
    try:
        await asyncio.wait((sleep, waking), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
        waking.cancel()


async def _until(woken: asyncio.Event) -> None:
    await woken.wait()
