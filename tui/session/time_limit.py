"""Run a look into a value on a thread, and give up after one second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from tui.process.threads import run_in_thread

LONGEST: Final = 1.0
"""Seconds that a look into a value may take."""

_Found = TypeVar("_Found")


async def looked_into(work: Callable[[], _Found]) -> _Found | None:
    """Run `work` on a thread; None if it takes too long, and the thread is abandoned."""
    try:
        return await asyncio.wait_for(run_in_thread(work), LONGEST)
    except TimeoutError:
        return None
