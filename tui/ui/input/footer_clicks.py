"""A click on a key in the footer presses it, unless it would write, delete or answer a question."""

from __future__ import annotations

from typing import Final

from textual.events import Key
from textual.keys import key_to_character

from tui.ui.base.screen import TuiScreen, by_key_alone
from tui.ui.commands import commands_in
from tui.ui.input.dispatcher import KeyDispatcher

_LEAVE: Final = ("esc", "escape")
"""The one key of a dialog that the mouse may press, as it is shown and as Textual names it."""


def press(app: KeyDispatcher, shown: str) -> str:
    """Press a key that the footer shows, as if it were typed now; "" or why not, in a sentence.

    It joins the queue of presses, and is dropped where a press would be.
    """
    key = _key_of(app, shown)
    if key is None:
        return by_key_alone(shown)
    pressed = Key(key, key_to_character(key))
    pressed.time = app.press_clock()
    pressed.set_sender(app)
    app.post_message(pressed)
    return ""


def _key_of(app: KeyDispatcher, shown: str) -> str | None:
    """The key as Textual names it; None: it is left to the keyboard."""
    screen, keys = app.screen, app.keys_now
    if not isinstance(screen, TuiScreen):
        return dict([_LEAVE]).get(shown)
    for command in commands_in(screen.place):
        named = dict(zip(keys.shown(command.id), keys.by_id[command.id], strict=True))
        if shown in named or shown == screen.footer_key(command):
            return None if command.sends else named.get(shown, shown)
    return None
