"""Classify a key press by what it would do where the focus is: type, move or act."""

from __future__ import annotations

from typing import Any, Final

from textual.events import Key, Paste
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.ui.base.min_size import MinSizeScreen, is_cramped
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import commands_in
from tui.ui.input.key_queue import PressKind
from tui.ui.keymap import Keys
from tui.ui.widgets.event_order import EventOrder

_LEAVING: Final = frozenset(
    {"go_back", "go_back_or_quit", "leave_editor", "leave_dialog", "hide_all", "cover_screen"}
    | {"stop_running", "suspend_program", "quit_program"}
)
"""Commands, by their ids, that need nothing on screen."""


def kind_of(event: Key | Paste, screen: Screen[Any], focused: Widget | None, keys: Keys) -> PressKind:
    """In a question every press is an answer; in a field of one line enter hands over what stands there."""
    if is_cramped(screen) and not _leaves(event, screen, keys):
        return PressKind.BLIND
    is_field = isinstance(focused, Input | EventOrder)
    if isinstance(event, Paste):
        return PressKind.TEXT if is_field else PressKind.MOVES
    if is_field and (event.is_printable or event.key == "backspace"):
        return PressKind.TEXT
    keeps_on_enter = focused.keeps_on_enter if isinstance(focused, EventOrder) else is_field
    if keeps_on_enter and (event.key == "enter" or event.key in keys.pressed("keep_value")):
        return PressKind.ACTS
    if isinstance(screen, TuiScreen):
        return PressKind.ACTS if event.key in keys.acting(screen.place) else PressKind.MOVES
    return PressKind.MOVES if is_field or event.key == "escape" else PressKind.ACTS


def _leaves(event: Key | Paste, screen: Screen[Any], keys: Keys) -> bool:
    """Would it go back, hide, stop or quit? A letter would not where a text was edited."""
    if isinstance(event, Paste):
        return False
    before = screen.focused_before if isinstance(screen, MinSizeScreen) else screen.focused
    if event.is_printable and isinstance(before, Input | EventOrder):
        return False
    here = commands_in(screen.place) if isinstance(screen, TuiScreen) else ()
    ids = [command.id for command in here if command.id in _LEAVING]
    return event.key == "escape" or event.key in keys.pressed(*ids)
