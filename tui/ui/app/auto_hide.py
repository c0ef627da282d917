"""Hide values if the user is idle, the computer slept, the focus was lost, or others see the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from textual.app import App
from textual.events import Event, Key, MouseDown, MouseScrollDown, MouseScrollUp, Paste

from tui.model.viewers import Viewers
from tui.session.clock import Clock
from tui.session.viewer_watch import ViewerWatch
from tui.ui.app.cover import cover
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.input.dispatcher import KeyDispatcher
from tui.ui.widgets.bars.frame import is_staying

FOCUS_LOST: Final = 10.0
"""Seconds from the loss of the focus until values are hidden."""
_PRESENCE: Final = (Key, Paste, MouseDown, MouseScrollDown, MouseScrollUp)


class AutoHide(KeyDispatcher):
    """Mixin that lets the App hide values. Its `on_event` runs before KeyDispatcher queues a pressed key."""

    shared: ScreenContext
    lookout: ViewerWatch

    def __init__(self) -> None:
        super().__init__()
        self._hide_clock: Clock = Clock()
        self._cover_seconds = 0.0
        self._cover_keys: frozenset[str] = frozenset()
        self._pressed_at = self._pressed_on = 0.0
        """Time of the last event in `_PRESENCE`.

        `_pressed_at` is the time of the monotonic clock, `_pressed_on` the time of the wall clock.
        """
        self._was_pressed = asyncio.Event()
        self._is_lent = self._is_cover_due = False
        self.interruptions = 0
        """Counter that grows when the screen is covered, or the program is suspended or resumed.

        Several commands stop if the counter grew while they waited.
        """

    def begin_hiding(self, clock: Clock, cover_seconds: float) -> None:
        self._hide_clock = clock
        self._cover_keys = self.keys_now.pressed("cover_screen")
        self._pressed_at, self._pressed_on = clock.monotonic(), clock.now()
        if not self.is_running:
            return  # the app ended before it was ready
        self.cover_within(cover_seconds)
        self.lookout.begin(clock, self._others_look, lambda: bool(self._showing))
        self.app_suspend_signal.subscribe(self, self._hide_for_others, immediate=True)
        self.app_resume_signal.subscribe(self, self._hide_for_others, immediate=True)

    def cover_within(self, seconds: float) -> None:
        self._cover_seconds = seconds
        self.run_worker(self._cover_when_idle(), group="cover", exclusive=True)

    async def on_event(self, event: Event) -> None:
        """Record the time of each event in `_PRESENCE`, and cover the screen on a key of "cover_screen".

        KeyDispatcher gets every event except these keys.
        """
        if isinstance(event, _PRESENCE) and not event.is_forwarded:
            self._pressed_at, self._pressed_on = self._hide_clock.monotonic(), self._hide_clock.now()
            self._was_pressed.set()
            self.lookout.pressed()
            screen = self.screen if self.screen_stack else None
            if isinstance(event, Key) and event.key in self._cover_keys:
                if isinstance(screen, TuiScreen):
                    await screen.action_run_command("cover_screen")
                else:
                    self.cover()
                return
            if isinstance(event, Key) and isinstance(screen, TuiScreen) and screen.is_mounted:
                screen.touched()
        await super().on_event(event)

    async def _cover_when_idle(self) -> None:
        while True:
            seconds = self._pressed_at + self._cover_seconds - self._hide_clock.monotonic()
            seconds = self._cover_seconds if self._is_lent else seconds
            if seconds > 0:
                await self._hide_clock.sleep(seconds)
                continue
            self.cover()
            self._was_pressed.clear()
            await self._was_pressed.wait()

    @contextmanager
    def lending(self) -> Iterator[None]:
        """Delay the cover while another program has the terminal, because the user works in that program."""
        self._is_lent = True
        try:
            yield
        finally:
            self._is_lent = False
            self._pressed_at, self._pressed_on = self._hide_clock.monotonic(), self._hide_clock.now()
            if self._is_cover_due:
                self._is_cover_due = False
                self.call_later(self.cover)

    def cover(self) -> None:
        if self._is_lent:
            self._is_cover_due = True
            return
        if self.is_running and self.screen_stack and not self.screen.is_mounted:
            self.call_later(self.cover)  # a screen cannot be dismissed before it is mounted
            return
        self.interruptions += 1
        if not self.is_running:
            return  # Textual is removing the screens
        self.forget_waiting()
        cover(self)
        self.covered()

    def _others_look(self, found: Viewers) -> None:
        for screen in self._staying:
            screen.refresh_header()
        if self.shared.unasked(found, "show"):
            shown = self._showing
            self._hide_edited_too("Covered: someone else may see this terminal, and an editor was open.")
            if shown and not any(screen.IS_NEVER_MASKED for screen in shown):
                badges = f" ({', '.join(found.badges)})" if found.badges else ""
                shown[-1].show_message(f"Masked: someone else may see this terminal now{badges}.", "warning")

    @property
    def _staying(self) -> list[TuiScreen[Any]]:
        """Mounted screens, the topmost last; [] while the program ends."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, TuiScreen)]
        return [screen for screen in screens if is_staying(screen)]

    @property
    def _showing(self) -> list[TuiScreen[Any]]:
        return [screen for screen in self._staying if screen.shows_values()]

    def covered(self) -> None:
        """Called after the screen was covered."""

    def hide_shown(self) -> None:
        for screen in self._staying:
            screen.hide_shown()

    def _hide_edited_too(self, why: str) -> None:
        """Mask shown values; if an editor is open, also cover the screen and show `why`."""
        self.hide_shown()
        screens = self._staying
        if any(screen.IS_NEVER_MASKED for screen in screens):
            self.cover()
            # The message is delayed twice: the command that opened the editor shows its own message first.
            self.call_later(screens[0].call_later, screens[0].show_message, why, "warning")

    def slept(self) -> None:
        """Hide values after the computer slept, because timers did not run meanwhile.

        If `_cover_seconds` have passed since the last event in `_PRESENCE`, also cover the screen.
        """
        self._hide_edited_too("Covered: the computer slept while an editor was open.")
        if self._hide_clock.now() - self._pressed_on >= self._cover_seconds:
            self.cover()

    def _hide_for_others(self, _: App[Any]) -> None:
        self.interruptions += 1
        self.hide_shown()

    async def on_app_blur(self) -> None:
        self.run_worker(self._hide_soon(), group="focus", exclusive=True)

    async def on_app_focus(self) -> None:
        self.workers.cancel_group(self, "focus")

    async def _hide_soon(self) -> None:
        """Mask shown values, `FOCUS_LOST` seconds after the focus was lost.

        An open editor stays visible, because the user may be copying a text from another window into the
        editor.
        """
        await self._hide_clock.sleep(FOCUS_LOST)
        self.hide_shown()

    async def on_unmount(self) -> None:
        self.lookout.close()
