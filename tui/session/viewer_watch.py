"""ViewerWatch: check for terminal recorders and tmux clients, at key presses and while a value is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from tui.model.viewers import Viewers
from tui.process.threads import run_in_thread
from tui.session.clock import Clock

CHECKS_APART: Final = 0.5
"""Minimum seconds between two checks at key presses."""
CHECK_AGAIN: Final = 2.0
"""Seconds between two checks while a value is shown. Key presses cause additional checks."""
LONGEST_CHECK: Final = 0.5
"""Timeout in seconds of the check before a value is shown."""


class ViewerWatch:
    """Repeated check for viewers: recorders of the terminal, and tmux clients that show it."""

    def __init__(self, look: Callable[[], Viewers] | None = None) -> None:
        self.found = Viewers(is_known=look is None)
        self._look = look
        self._clock: Clock | None = None
        self._tell: Callable[[Viewers], None] = lambda viewers: None
        self._is_shown: Callable[[], bool] = lambda: False
        self._looking: asyncio.Task[None] | None = None
        self._staying: asyncio.Task[None] | None = None
        self._is_wanted = False

    def begin(
        self, clock: Clock, tell: Callable[[Viewers], None], is_shown: Callable[[], bool] = lambda: False
    ) -> None:
        """Start the checks.

        `tell` gets each result that differs from the previous one. `is_shown` returns True while a value is
        shown.
        """
        self._clock, self._tell, self._is_shown = clock, tell, is_shown
        self.pressed()

    def pressed(self) -> None:
        """Check for viewers in the background, at most once in CHECKS_APART seconds."""
        if self._look is None or self._clock is None:
            return
        self._is_wanted = True
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._go_on(self._look, self._clock))

    async def fresh(self) -> Viewers:
        """Check now and return the viewers.

        If the check takes longer than LONGEST_CHECK seconds, return the result of the last finished check.
        """
        if self._look is not None and self._clock is not None:
            try:
                async with asyncio.timeout(LONGEST_CHECK):
                    await self._once(self._look)
            except TimeoutError:
                pass
            self.pressed()  # starts the repeated checks, because a value may be shown next
        return self.found

    def close(self) -> None:
        for task in (self._looking, self._staying):
            if task is not None:
                task.cancel()

    async def _go_on(self, look: Callable[[], Viewers], clock: Clock) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                await self._once(look)
                await clock.sleep(CHECKS_APART)
            if self._staying is None and self._is_shown():
                self._staying = asyncio.get_running_loop().create_task(self._stay(look, clock))
        finally:
            self._looking = None

    async def _stay(self, look: Callable[[], Viewers], clock: Clock) -> None:
        try:
            while self._is_shown():
                await clock.sleep(CHECK_AGAIN)
                if self._is_shown():
                    await self._once(look)
        finally:
            self._staying = None

    async def _once(self, look: Callable[[], Viewers]) -> None:
        try:
            viewers = await run_in_thread(look)
        except Exception:  # a failed check does not prove that there are no viewers
            viewers = Viewers(is_known=False)
        viewers = viewers.after(self.found)
        if viewers != self.found:
            self.found = viewers
            self._tell(viewers)
