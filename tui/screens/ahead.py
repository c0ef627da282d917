"""Ahead of the bindings: presses are answered one after the other, and those that nobody meant are left out.

Textual hands every press on to where the focus is when it comes. Of presses that come together (a slow link,
a program that is busy) the first may open a field, and the rest went to what was there before it. Which are
left out, and why, is waiting.py's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import ClassVar, Final

from textual import on
from textual.app import App
from textual.events import Event, Key, MouseDown, Paste
from textual.widget import Widget

from tui.keys import DEFAULT, keys_under
from tui.screens.room import Roomy, is_cramped
from tui.screens.waiting import AskAgain, PressKind, Waiting
from tui.widgets.in_order import InOrder

MOST_TURNS: Final = 500
"""Turns of the loop after which a press counts as answered, whatever is still on its way."""
LONGEST_PAINT: Final = 1.0
"""Seconds after which what a press opened counts as painted: a terminal that is too small paints nothing."""


class OneByOne(App[int]):
    """Mixed into the App: the next press is handed on when the last one is answered, and painted."""

    NEVER_DROPPED: ClassVar[frozenset[str]] = frozenset()
    """Commands, by their ids, whose keys are never left out."""
    press_clock: Callable[[], float] = staticmethod(time.monotonic)
    """The clock of Textual's own events."""
    press_sleep: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)
    """Waits so many seconds by that clock."""

    def __init__(self) -> None:
        super().__init__()
        self.keys_now = DEFAULT
        """The keys of every command; `map_keys` sets them."""
        self.was_clicked = False
        """Was the mouse used last, not a key?"""
        self._waiting = Waiting()
        self._answering: asyncio.Task[None] | None = None
        self._is_begun, self._is_unseen = False, True
        self._taker: Widget | None = None
        """Where the last press went."""
        self._framed: Widget | None = None
        self._framed_at = 0.0
        """Since when it has been on screen."""
        self._was_seen: frozenset[Widget] | None = None
        """What could have taken a press when that one was handed on; None once that one is answered."""

    def map_keys(self, keymap: Mapping[str, str]) -> None:
        """Before the first press: other keys for commands, by their ids."""
        self.keys_now = keys_under(keymap)
        self._waiting.never_dropped = self.keys_now.pressed(*self.NEVER_DROPPED)

    @property
    def _takes_now(self) -> Widget:
        return self.focused or self.screen

    def frame_sent(self) -> None:
        """Something was sent to the terminal: the first time that it shows what takes presses now counts."""
        taker = self._takes_now if self.screen_stack else None
        if taker is not None and taker is not self._framed and self._is_seen():
            self._framed, self._framed_at = taker, self.press_clock()

    def before_input(self) -> None:
        """A key or a click is about to be handed on."""

    def say_dropped(self, sentence: str) -> None:
        """Say on screen what was dropped."""
        raise NotImplementedError

    async def on_event(self, event: Event) -> None:
        """Ahead of all bindings: presses and pastes wait for the one before them."""
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            if isinstance(event, MouseDown):
                self.was_clicked = True
                self.before_input()
            await super().on_event(event)
            return
        self.was_clicked = False
        self._waiting.add(event)
        if self._is_begun and self._answering is None:
            if not self._is_unseen:
                await self._hand_on()
            if self._answering is None:
                self._go_on()

    def is_not_seen_yet(self) -> None:
        """What takes presses became something else: what comes before it is painted is not meant for it."""
        self._is_begun = self._is_unseen = True
        self._framed = None
        if self._answering is None:
            self._go_on()

    @property
    def is_answering(self) -> bool:
        """Is a press still being answered, or something not painted that takes presses?"""
        return self._answering is not None

    @property
    def has_waiting(self) -> bool:
        """Is there a press that was neither handed on yet nor left out?"""
        return len(self._waiting) > 0

    async def on_mount(self) -> None:
        """A screen may open or close by itself too: at the end of a write, of a login."""
        if self.is_running:
            self.screen_change_signal.subscribe(self, lambda screen: self.is_not_seen_yet(), immediate=True)

    async def on_unmount(self) -> None:
        """Nothing is answered any more."""
        if self._answering is not None:
            self._answering.cancel()

    def _go_on(self) -> None:
        self._answering = asyncio.create_task(self._answer_all())

    async def _answer_all(self) -> None:
        """Until nothing waits."""
        try:
            while True:
                await self._is_still()
                if self._is_unseen:
                    await self._is_painted()
                found = await self._hand_on()
                if found is None:
                    break
                if isinstance(found, AskAgain):
                    await self.press_sleep(found.seconds)
        finally:
            self._answering = None
        self._tell()

    def _tell(self) -> None:
        way_back = self.focused.way_back if isinstance(self.focused, InOrder) else ""
        if sentence := self._waiting.tell(way_back):
            self.say_dropped(sentence)
        if not is_cramped(self.screen) and (sentence := self._waiting.tell_blind()):
            self.say_dropped(sentence)

    @on(Roomy.HasRoom)
    def see_again(self) -> None:
        """It is large enough again: what was pressed before that was not meant for what is there."""
        self._waiting.painted(self.press_clock())
        self._tell()

    async def _hand_on(self) -> Key | Paste | AskAgain | None:
        """The next press, to where the focus is; or when there will be one."""
        found = self._waiting.next(self._kind_of, self.press_clock())
        if isinstance(found, Key | Paste):
            self._taker = self._takes_now
            here = {widget for widget in self.screen.focus_chain if widget.is_on_screen}
            self._was_seen = frozenset({self._taker, *here})
            self.before_input()
            await super().on_event(found)
        return found

    def _kind_of(self, event: Key | Paste) -> PressKind:
        from tui.screens.kinds import kind_of  # with the first press, not before the first frame

        return kind_of(event, self.screen, self.focused, self.keys_now)

    async def _is_still(self) -> None:
        """Wait until the press, and what its answer posted, came to its end.

        Both go up from queue to queue, and a change of focus goes through the app's.
        """
        for _ in range(MOST_TURNS):
            await asyncio.sleep(0)
            ways = [taker.ancestors_with_self for taker in (self._takes_now, self._taker) if taker]
            if not any(node.message_queue_size for way in ways for node in way):
                break
        if self._was_seen is not None and self._takes_now not in self._was_seen:
            self._is_unseen = True
        self._was_seen = None

    async def _is_painted(self) -> None:
        """Wait until what takes presses now is on screen."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_PAINT):
                while self._framed is not self._takes_now:
                    painted = asyncio.Event()
                    self.screen.call_after_refresh(painted.set)
                    await painted.wait()
                    if self.is_headless:
                        self.frame_sent()
        self._is_unseen = False
        self._waiting.painted(min(self._framed_at, self.press_clock()))

    def _is_seen(self) -> bool:
        return self.screen.is_mounted if self.focused is None else self.focused.is_on_screen
