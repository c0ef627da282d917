"""asyncio tasks of the session: kept, named, cancelled at the end, and reported when one fails."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context


class Tasks:
    """Starter of tasks, which keeps them until they end.

    A failure is passed to the loop's exception handler at once, which is the crash guard: asyncio itself
    would report it only when the task is garbage collected.
    """

    def __init__(self, failed: Callable[[str], None] = lambda what: None) -> None:
        """Prepare. `failed` is called at once with the name of what failed, without a value."""
        self._failed = failed
        self._running: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self._context: Context | None = None
        """Context of the first task: a command's own context refers to its screen, and so to the values
        there."""

    def forget_context(self) -> None:
        """Forget the context of the first task, whose app ended; the next task's is taken."""
        self._context = None

    def start(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        """Run it until it ends or is cancelled; refuse new tasks after the end of the session."""
        if self._context is None:
            self._context = copy_context()
        task = asyncio.get_running_loop().create_task(work, name=name, context=self._context.copy())
        self._running.add(task)
        task.add_done_callback(self._ended)
        if self._is_closed:
            task.cancel()
        return task

    async def close(self) -> None:
        """Cancel all running tasks, and wait until they have ended."""
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
    """Type of the error, and for OSError its reason; other texts may quote a value."""
    reason = f" ({os.strerror(error.errno)})" if isinstance(error, OSError) and error.errno else ""
    return type(error).__name__ + reason
