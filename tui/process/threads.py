"""Run a blocking call on a daemon thread, so that a slow file server does not block the program.

The event loop's default executor would not help: when the loop closes, it waits for the executor's threads.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

_Result = TypeVar("_Result")

LONGEST_WORK: Final = 1.0
"""Seconds to wait for work on a thread, before the caller gives up or warns the user."""


async def run_in_thread(work: Callable[[], _Result]) -> _Result:
    """Run `work` on a thread and wait for its result. Canceling the wait does not stop `work`."""
    done: Future[_Result] = Future()
    done.set_running_or_notify_cancel()  # from here on, a canceled wait does not cancel `done`

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, name="secret-tui aside", daemon=True).start()
    return await asyncio.wrap_future(done)


async def looked_into(work: Callable[[], _Result], longest: float = LONGEST_WORK) -> _Result | None:
    """Run `work` on a thread and return its result, or None after `longest` seconds."""
    try:
        return await asyncio.wait_for(run_in_thread(work), longest)
    except TimeoutError:
        return None
