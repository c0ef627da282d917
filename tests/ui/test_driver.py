"""The driver: what signals do that come when the program has ended."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from textual.app import App

from tui.ui.app.driver import CleanExitDriver


def test_a_signal_to_stop_or_to_go_on_that_comes_after_the_end_of_the_loop_does_nothing() -> None:
    heard: list[str] = []

    async def begin() -> CleanExitDriver:
        app: App[Any] = App()
        driver = CleanExitDriver(app)
        driver.to_stop = lambda: heard.append("stop")
        return driver

    former = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    try:
        asyncio.run(begin())
        for number in former:
            signal.raise_signal(number)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    assert heard == []
