"""Waits for what a test expects, so that no test sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from textual.pilot import Pilot

PATIENCE: Final = 20.0
"""Seconds until a condition that does not come true fails its test."""


async def until(pilot: Pilot[Any], is_true: Callable[[], object], what: str = "") -> None:
    """Let the app run until the condition holds; fails if it never does, or if the app crashed."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not is_true():
        crashed = pilot.app.return_code not in (None, 0)
        assert not crashed, f"the app crashed while waiting for {what or 'a condition'}"
        assert loop.time() < end, f"waited {PATIENCE:g} s in vain for {what or 'a condition'}"
        await pilot.pause(0.005)


async def eventually(is_true: Callable[[], object], what: str = "", *, seconds: float = PATIENCE) -> None:
    """Let the loop run until the condition holds; for tests without an app."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not is_true():
        assert loop.time() < end, f"waited {seconds:g} s in vain for {what or 'a condition'}"
        await asyncio.sleep(0.002)
