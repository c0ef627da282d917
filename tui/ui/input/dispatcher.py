"""Pass key presses to Textual one at a time, each after the effect of the previous one was drawn.

Over a slow link, several presses may arrive together. Textual would pass them all to the focused widget,
although the first press may open the field in which the user wants to type the others.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import chain
from math import inf
from typing import Any, Final, TypeGuard

from textual import on
from textual.app import App
from textual.events import Callback, Event, Key, MouseDown, Paste
from textual.keys import key_to_character
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.ui.base.min_size import MinSizeScreen, is_too_small
from tui.ui.base.screen import TuiScreen, by_key_alone
from tui.ui.commands import commands_in
from tui.ui.input.key_guard import ALONE, ANSWERS, HELD, KeyGuard, PressKind, may_be_pasted
from tui.ui.keymap import DEFAULT, shown_key
from tui.ui.textual_fixes.terminal_input import PastesMarked
from tui.ui.widgets.field import FilterField
from tui.ui.widgets.value.accept_text import TextField

LONGEST_ANSWER: Final = 1.0
"""Maximum time in seconds to wait until a key press is handled and the screen is drawn."""
MOST_ROUNDS: Final = 20
"""Maximum number of rounds in `_wait_until_drawn`, because messages may post new messages without end."""
MOST_TURNS: Final = 500
"""Number of checks, one per turn of the event loop, after which `_passes` sleeps between two checks."""
BETWEEN_LOOKS: Final = 0.002
"""Seconds that `_passes` sleeps between two checks, after it has made MOST_TURNS checks without sleep."""
_LEAST: Final = 0.001
"""Minimum seconds to wait before a press of kind ACTS is passed on, if the terminal does not mark pastes.

The press may then be part of a paste, and more keys of the paste may arrive during the wait.
"""


class KeyDispatcher(App[int]):
    """Mixin for the App. It passes on each key press after the effect of the previous one was drawn."""

    press_clock: Callable[[], float] = staticmethod(time.monotonic)
    """Clock that gives the times of Textual's events."""
    press_sleep: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)

    def __init__(self) -> None:
        super().__init__()
        self.keys_now = DEFAULT
        self.was_clicked = False
        self._guard = KeyGuard()
        self._waiting: deque[Key | Paste] = deque()
        self._answering: asyncio.Task[None] | None = None
        self._is_begun = False
        self._taker: Widget | None = None
        """Focused widget after the last key press, or the screen if no widget had the focus."""
        self._early = ""
        """Key of a press that was dropped; "" if none.

        The press would have sent changes before the screen was drawn.
        """

    def before_input(self) -> None:
        """Hook for subclasses, called before a key press or a click is passed on."""

    def show_dropped(self, sentence: str) -> None:
        raise NotImplementedError

    async def on_event(self, event: Event) -> None:
        """Queue key presses and pastes before Textual looks for their bindings."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.was_clicked = False
            self._waiting.append(event)
            self._go_on()
            return
        if isinstance(event, MouseDown) and not event.is_forwarded:
            self.was_clicked = True
            self._guard.rest.end()
            self.before_input()
        await super().on_event(event)

    @on(PastesMarked)
    def take_all_keys(self) -> None:
        """Stop looking for pastes among key presses, because the terminal marks its pastes."""
        self._guard.is_marked = True

    def take_presses(self) -> None:
        self._is_begun = True
        self._go_on()

    def drop_repeated(self) -> None:
        """Drop presses of the last key and of Escape for a short time.

        Called when the screen has changed without a key press. The user may have meant these presses for the
        previous screen.
        """
        self._guard.screen_changed(self.press_clock())

    def forget_waiting(self) -> None:
        """Drop the waiting key presses, because another screen covers their screen."""
        self._waiting.clear()

    def press_shown(self, shown: str) -> str:
        """Press the key that the footer shows as `shown`, and return "".

        If this key works only on the keyboard, e.g. because it writes or begins a deletion, do not press it,
        and return a sentence that says so.
        """
        screen, keys = self.screen, self.keys_now
        key = "escape" if shown == "esc" else None
        if isinstance(screen, TuiScreen):
            here = [command for command in commands_in(screen.place) if not command.sends]
            named = {shown_key(key): key for command in here for key in keys.by_id[command.id]}
            is_here = shown in named or shown in map(screen.footer_key, here)
            key = named.get(shown, shown) if is_here else None
        if key is None:
            return by_key_alone(shown)
        pressed = Key(key, key_to_character(key))
        pressed.time = self.press_clock()
        self.post_message(pressed.set_sender(self))
        return ""

    @property
    def is_answering(self) -> bool:
        """True if a key press is being handled, or its result is not drawn yet."""
        return self._answering is not None

    @property
    def has_waiting(self) -> bool:
        return len(self._waiting) > 0

    async def on_unmount(self) -> None:
        if self._answering is not None:
            self._answering.cancel()

    def _go_on(self) -> None:
        if self._is_begun and self._answering is None:
            self._answering = asyncio.create_task(self._answer_all())

    async def _answer_all(self) -> None:
        """Pass on the waiting presses, and report dropped ones.

        Presses that came before the first screen are dropped, unless they stop a command or quit the program.
        """
        is_first = self._taker is None
        try:
            await self._wait_until_drawn()
            if is_first:
                self._waiting = deque(
                    press for press in self._waiting if self._kind_of(press) is PressKind.ENDS
                )
            while self._waiting:
                event = self._waiting[0]
                if self._kind_of(event) is PressKind.ACTS and not self._guard.is_marked:
                    await self.press_sleep(max(event.time + ALONE - self.press_clock(), _LEAST))
                    await self._wait_until_drawn()
                if not self._waiting or self._waiting[0] is not event:
                    continue  # `forget_waiting` has emptied the queue meanwhile
                self._waiting.popleft()
                await self._hand_on(event)
        finally:
            self._answering = None
        if early := self._early:
            self._early = ""
            key = shown_key(early)
            why = f"{key} was pressed before this screen was drawn"
            self.show_dropped(f"Nothing sent: {why}. Press {key} again.")
        is_typing, screen = isinstance(self.focused, Input | TextField), self.screen
        takes_paste = screen.paste_taker if isinstance(screen, TuiScreen) else ""
        if sentence := self._guard.report(is_typing=is_typing, takes_paste=takes_paste):
            self.show_dropped(sentence)
        if isinstance(screen, MinSizeScreen) and (sentence := self._guard.rest.report()):
            screen.show_more(sentence)
        if isinstance(screen, MinSizeScreen) and (key := self._guard.repeated.report()):
            screen.show_more(f"Ignored {shown_key(key)}: pressed for the previous screen.")

    async def _hand_on(self, event: Key | Paste) -> None:
        kind = self._kind_of(event)
        following = next((press.time for press in self._waiting if may_be_pasted(press)), inf)
        if kind is not None and self._guard.takes(event, kind, following):
            asked = self.screen
            if self._sends_unseen(event):
                self._early = event.key
                return
            self._taker = self._target
            self.before_input()
            await super().on_event(event)
            await self._wait_until_drawn(least=2)  # messages of the press may post more messages
            if kind is not PressKind.TEXT:
                self._begin_word(event, asked)

    def _sends_unseen(self, event: Key | Paste) -> TypeGuard[Key]:
        """True if the press would send changes before the user can have seen them on this screen.

        If the screen opened without a key press, the user may still hold down the last key. So its repeats
        are refused for HELD seconds after the screen is drawn.
        """
        screen = self.screen
        if not isinstance(event, Key) or not isinstance(screen, TuiScreen):
            return False
        if event.time >= screen.drawn_at + (HELD if self._guard.repeated.is_again(event) else 0.0):
            return False
        command = self.keys_now.command_at(event.key, screen.place)
        return command is not None and command.sends

    def _begin_word(self, event: Key | Paste, asked: Screen[Any]) -> None:
        """Begin to drop the rest of a typed word if `event` may be the first letter of the word.

        Two kinds of press may be this letter: a press that a screen refused, and a "y" or "n" that answered a
        dialog.
        """
        screen, is_answer = self.screen, isinstance(asked, ModalScreen) and asked not in self.screen_stack
        if isinstance(screen, ModalScreen) or isinstance(self.focused, Input | TextField):
            is_answer = False
        if is_answer and not (isinstance(event, Key) and event.is_printable):
            return
        if isinstance(screen, MinSizeScreen) and screen.has_refused and (screen is asked or is_answer):
            self._guard.rest.begin(self.press_clock())
        elif is_answer and isinstance(event, Key) and (rest := ANSWERS.get(event.key)) is not None:
            self._guard.rest.begin(self.press_clock(), rest)

    def _kind_of(self, event: Key | Paste) -> PressKind | None:
        """Return the kind of the press; None if the terminal is too small and the press is ignored."""
        screen, keys = self.screen, self.keys_now
        field: object = self.focused
        key = event.key if isinstance(event, Key) else ""
        if key in keys.pressed("stop_running", "quit_program"):
            return PressKind.ENDS
        if is_too_small(self.size) and key != "escape":
            return None
        is_field = isinstance(field, Input | TextField)  # only the palette's Input is no TextField
        if isinstance(event, Paste) and isinstance(screen, TuiScreen) and screen.takes_paste:
            return PressKind.TEXT
        if is_field and (isinstance(event, Paste) or event.is_printable or key == "backspace"):
            return PressKind.TEXT
        keeps_on_enter = field.keeps_on_enter if isinstance(field, TextField) else is_field
        if keeps_on_enter and (key == "enter" or key in keys.pressed("keep_value")):
            return PressKind.ACTS
        if key == "enter" and isinstance(field, FilterField):
            return PressKind.MOVES
        if isinstance(screen, TuiScreen):
            return PressKind.ACTS if key in keys.acting(screen.place) else PressKind.MOVES
        return PressKind.MOVES if is_field or key in ("", "escape") else PressKind.ACTS

    @property
    def _target(self) -> Widget:
        return self.focused or self.screen

    async def _wait_until_drawn(self, least: int = 1) -> None:
        """Wait until the last press is handled and the screen is drawn, for at most LONGEST_ANSWER.

        Each round waits for the queues of the focused widget and its ancestors, up to the app. One round may
        not be enough, because messages bubble up from queue to queue.

        `least`: minimum number of rounds, even if all queues are empty. A message that is being handled is in
        no queue, and may post other messages.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_ANSWER):
                for rounds in range(1, MOST_ROUNDS + 1):
                    targets = dict.fromkeys(widget for widget in (self._taker, self._target) if widget)
                    paths = [widget.ancestors_with_self for widget in targets]
                    for node in chain.from_iterable(paths):
                        await _passes(node)
                    is_empty = not any(node.message_queue_size for node in chain.from_iterable(paths))
                    if is_empty and rounds >= least:
                        break
                while self._target is not self._taker:
                    self._taker = self._target
                    await _passes(self.screen, self.screen.call_after_refresh)
                    # The screen below a question handles the answer, and may open another question.
                    for node in (self.screen, self):
                        await _passes(node)
        self._taker = self._target


async def _passes(node: MessagePump, calls: Callable[[Callable[[], None]], bool] | None = None) -> None:
    """Wait until a node has handled the messages in its queue, or has ended.

    If `calls` is given, e.g. `call_after_refresh`, wait instead until `calls` has run its callback.
    """
    passed = asyncio.Event()
    # `call_later` would post the same message, but it makes Textual inspect a signature each time.
    if calls(passed.set) if calls is not None else node.post_message(Callback(callback=passed.set)):
        turns = 0
        while not passed.is_set() and node.is_running:
            turns += 1
            await asyncio.sleep(0 if turns < MOST_TURNS else BETWEEN_LOOKS)
