"""Run a blocking call on a daemon thread: one that hangs (a resolver, a dead file server) delays nothing.

The event loop's default executor is not used: closing the loop waits for its threads.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


async def run_in_thread(work: Callable[[], _Result]) -> _Result:
    """Run `work` on a thread and wait for it; a cancelled wait abandons the thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def set_result(result: _Result | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        try:
            loop.call_soon_threadsafe(set_result, result, error)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    threading.Thread(target=run, name="secret-tui aside", daemon=True).start()
    return await future
