"""Tasks: start the asyncio tasks of a session, report their failures, and cancel them at the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context


class Tasks:
    """The asyncio tasks of one session that have not ended.

    The exception of a failed task goes immediately to the loop's exception handler, which is the program's
    crash guard. asyncio alone would call the handler only at garbage collection of the task.
    """

    def __init__(self, failed: Callable[[str], None] = lambda what: None) -> None:
        """`failed` is called with a text that names the error and the task, but quotes no Secret value."""
        self._failed = failed
        self._running: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self._context: Context | None = None
        """Context variables of the first task, used for every task.

        A task in the context of a screen would keep a reference to that screen and its values.
        """

    def forget_context(self) -> None:
        """Drop the context of the first task. Call this when another app takes over the session."""
        self._context = None

    def start(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        """Run `work` in a task. If `close` was called before, the new task is canceled at once."""
        if self._context is None:
            self._context = copy_context()
        task = asyncio.get_running_loop().create_task(work, name=name, context=self._context.copy())
        self._running.add(task)
        task.add_done_callback(self._ended)
        if self._is_closed:
            task.cancel()
        return task

    async def close(self) -> None:
        self._is_closed = True
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            context = {"message": f"the task {task.get_name()} failed", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)
            self._failed(f"{kind_of(error)} in the task {task.get_name()}")


def kind_of(error: BaseException) -> str:
    """Return the error's type, and the reason of an OSError. Messages of other errors may quote a value."""
    reason = f" ({os.strerror(error.errno)})" if isinstance(error, OSError) and error.errno else ""
    return type(error).__name__ + reason
