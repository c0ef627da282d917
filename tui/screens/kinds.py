"""What a press would do where it would land now: go into a text, move, or act. The registry tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.events import Key, Paste
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.commands import acting_keys
from tui.screens.base import TuiScreen
from tui.screens.waiting import Kind
from tui.widgets.in_order import InOrder


def kind_of(
    event: Key | Paste, screen: Screen[Any], focused: Widget | None, keymap: Mapping[str, str]
) -> Kind:
    """In a question every press is an answer; in a field of one line enter hands over what stands there."""
    is_field = isinstance(focused, Input | InOrder)
    if isinstance(event, Paste):
        return Kind.TEXT if is_field else Kind.MOVES
    if is_field and (event.is_printable or event.key == "backspace"):
        return Kind.TEXT
    if isinstance(focused, Input) and event.key == "enter":
        return Kind.ACTS
    if isinstance(screen, TuiScreen):
        acting = acting_keys(screen.place, tuple(keymap.items()))
        return Kind.ACTS if event.key in acting or event.character in acting else Kind.MOVES
    return Kind.MOVES if is_field or event.key == "escape" else Kind.ACTS
