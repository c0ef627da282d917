"""Commands as coroutines, which can ask the user: `name = await ask(screen, NameScreen(…))`.

The next key press waits until the command has ended or rests. A command rests while it waits for
the user (`ask`), for a read of the cluster (`reading`), or for other work (`resting`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from contextvars import ContextVar
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from textual.app import App
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from tui.ui.base.min_size import MinSizeScreen
from tui.ui.base.screen_context import READING
from tui.ui.base.status import StatusScreen
from tui.ui.widgets.text import Tone

T = TypeVar("T")

_GROUP: Final = "jobs"


class RunningJob:
    def __init__(self, *, has_rested: bool = False) -> None:
        self._rests = asyncio.Event()
        self._has_ended = False
        self.is_reading = False
        """True while `reading` runs for the command.

        A login may then ask the user a question. After the user's answer, the next key press does not wait
        for the command.
        """
        self.has_rested = has_rested
        """True if another screen may be open: the command has rested, or was started without a key press."""

    def rest(self) -> None:
        """Let the next key press be handled, because the command waits."""
        self.has_rested = True
        self._rests.set()

    def end(self) -> None:
        self._has_ended = True
        self._rests.set()

    async def go_on(self) -> None:
        """Hold the next key press until the command ends or rests again."""
        if not self._has_ended:
            self._rests.clear()
            await self._rests.wait()

    async def rested(self) -> None:
        await self._rests.wait()


class AskingScreen(Protocol):
    @property
    def app(self) -> App[Any]: ...

    def show_message(self, text: str, tone: Tone = "", /) -> None: ...


_JOB: Final[ContextVar[RunningJob]] = ContextVar("job")


async def run_job(
    screen: Screen[Any], work: Coroutine[Any, Any, object], *, has_rested: bool = False
) -> None:
    """Run a command as a worker of `screen`. Returns when the command has ended or rests."""
    job = RunningJob(has_rested=has_rested)

    async def run() -> None:
        _JOB.set(job)
        try:
            await work
        finally:
            job.end()

    worker = screen.run_worker(run(), group=_GROUP)
    ends = asyncio.ensure_future(worker.wait())
    rests = asyncio.ensure_future(job.rested())
    await asyncio.wait((ends, rests), return_when=asyncio.FIRST_COMPLETED)
    # retrieve the exception, so that asyncio does not log it; the worker reports it to the app
    ends.add_done_callback(lambda done: done.cancelled() or done.exception())
    rests.cancel()


def start_job(screen: Screen[Any], work: Coroutine[Any, Any, object]) -> None:
    """Start a command without a key press, for example after a list was read."""
    screen.call_later(partial(run_job, screen, work, has_rested=True))


async def ask(screen: AskingScreen, question: MinSizeScreen[T]) -> T | None:
    """Show a question, or any other screen with a result; returns the result, or None if there is none.

    The command is canceled if another screen replaces the question. A command with `has_rested` is canceled
    at once if another screen covers `screen`.
    """
    job = _JOB.get()
    if job.has_rested and not is_still_here(screen):
        raise asyncio.CancelledError
    answered: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()

    async def take(answer: T | None) -> None:
        if not answered.done():
            answered.set_result(answer)
            if not job.is_reading:
                await job.go_on()

    question.on_closed = answered.cancel
    await screen.app.push_screen(question, take)
    job.rest()
    return await answered


def is_still_here(screen: AskingScreen) -> bool:
    """True if `screen` is the top screen. If it is not, show a message that the command stops."""
    top: object = screen.app.screen
    is_here = top is screen
    if not is_here:
        screen.show_message("Command stopped: another screen opened.", "warning")
    return is_here


async def reading(screen: StatusScreen[Any], work: Coroutine[Any, Any, T]) -> T:
    """Read from the cluster and return the result. Raises what `work` raises.

    `TuiScreen.stop_reading` cancels the read and the command.
    """
    job = _JOB.get()
    job.is_reading = True
    job.rest()
    answers: list[T] = []

    async def read() -> None:
        answers.append(await work)  # Worker.result would keep Secret values in memory

    worker = screen.run_worker(read(), group=READING, exclusive=True, exit_on_error=False)
    try:
        await worker.wait()
    except WorkerFailed:
        assert worker.error is not None
        raise worker.error from None
    except WorkerCancelled:
        raise asyncio.CancelledError from None
    finally:
        job.is_reading = False
    return answers.pop()


async def resting(work: Awaitable[T]) -> T:
    """Wait for `work`, such as a thread, and return its result. Key presses are handled meanwhile."""
    _JOB.get().rest()
    return await work
