"""Hand key presses to Textual one at a time, each after the one before was answered and drawn.

Textual hands every press at once to what has the focus. If presses arrive together (a slow link, a busy
program), the first may open a field while the rest still go to what was there before. key_queue.py decides
which presses are dropped.
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

from tui.ui.base.min_size import MinSizeScreen, is_cramped
from tui.ui.input.classify import kind_of
from tui.ui.input.key_queue import AskAgain, KeyQueue, PressKind
from tui.ui.keymap import DEFAULT, keys_under
from tui.ui.widgets.event_order import EventOrder

MOST_TURNS: Final = 500
"""Turns of the event loop after which a press counts as answered in any case."""
LONGEST_PAINT: Final = 1.0
"""Seconds after which a screen counts as drawn: a terminal that is too small draws nothing."""


class KeyDispatcher(App[int]):
    """Mixed into the App: hands on the next key press when the last one was answered and drawn."""

    NEVER_DROPPED: ClassVar[frozenset[str]] = frozenset()
    """Ids of commands whose keys are never dropped."""
    press_clock: Callable[[], float] = staticmethod(time.monotonic)
    """The clock of Textual's own events."""
    press_sleep: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)
    """Sleeps by that clock."""

    def __init__(self) -> None:
        super().__init__()
        self.keys_now = DEFAULT
        """The keys of every command; `map_keys` sets them."""
        self.was_clicked = False
        """Was the mouse used last, not a key?"""
        self._waiting = KeyQueue()
        self._answering: asyncio.Task[None] | None = None
        self._is_begun, self._is_unseen = False, True
        self._taker: Widget | None = None
        """The widget that got the last press."""
        self._framed: Widget | None = None
        self._framed_at = 0.0
        """Since when the framed widget has been on screen."""
        self._was_seen: frozenset[Widget] | None = None
        """Widgets on screen when the press was handed on; None once it is answered."""

    def map_keys(self, keymap: Mapping[str, str]) -> None:
        """Set the keymap; before the first press."""
        self.keys_now = keys_under(keymap)
        self._waiting.never_dropped = self.keys_now.pressed(*self.NEVER_DROPPED)

    @property
    def _takes_now(self) -> Widget:
        return self.focused or self.screen

    def frame_sent(self) -> None:
        """Called after each frame: note when the target of presses was first on screen."""
        taker = self._takes_now if self.screen_stack else None
        if taker is not None and taker is not self._framed and self._is_seen():
            self._framed, self._framed_at = taker, self.press_clock()

    def before_input(self) -> None:
        """Called before a key or a click is handed on."""

    def say_dropped(self, sentence: str) -> None:
        """Say on screen what was dropped."""
        raise NotImplementedError

    async def on_event(self, event: Event) -> None:
        """Queue presses and pastes before any binding sees them."""
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
        """The target of presses changed: presses from before it is drawn are not meant for it."""
        self._is_begun = self._is_unseen = True
        self._framed = None
        if self._answering is None:
            self._go_on()

    @property
    def is_answering(self) -> bool:
        """Is a press being answered, or its target not drawn yet?"""
        return self._answering is not None

    @property
    def has_waiting(self) -> bool:
        """Is there a press that was neither handed on nor dropped?"""
        return len(self._waiting) > 0

    async def on_mount(self) -> None:
        """Watch for screens that open or close without a press: after a write or a login."""
        if self.is_running:
            self.screen_change_signal.subscribe(self, lambda screen: self.is_not_seen_yet(), immediate=True)

    async def on_unmount(self) -> None:
        """Stop handing on presses."""
        if self._answering is not None:
            self._answering.cancel()

    def _go_on(self) -> None:
        self._answering = asyncio.create_task(self._answer_all())

    async def _answer_all(self) -> None:
        """Hand on presses until the queue is empty."""
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
        way_back = self.focused.way_back if isinstance(self.focused, EventOrder) else ""
        if sentence := self._waiting.tell(way_back):
            self.say_dropped(sentence)
        if not is_cramped(self.screen) and (sentence := self._waiting.tell_blind()):
            self.say_dropped(sentence)

    @on(MinSizeScreen.HasRoom)
    def see_again(self) -> None:
        """The terminal is large enough again: earlier presses were not meant for the content."""
        self._waiting.painted(self.press_clock())
        self._tell()

    async def _hand_on(self) -> Key | Paste | AskAgain | None:
        """Hand the next press to the focus; returns it, or when to ask again."""
        found = self._waiting.next(self._kind_of, self.press_clock())
        if isinstance(found, Key | Paste):
            self._taker = self._takes_now
            here = {widget for widget in self.screen.focus_chain if widget.is_on_screen}
            self._was_seen = frozenset({self._taker, *here})
            self.before_input()
            await super().on_event(found)
        return found

    def _kind_of(self, event: Key | Paste) -> PressKind:
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
        """Wait until the target of presses is drawn."""
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
