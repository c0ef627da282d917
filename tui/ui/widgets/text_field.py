"""Apply keys that arrive together in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.widget import Widget


def own_actions(kind: type[Widget]) -> Mapping[str, str]:
    """The keys of a widget class, with their actions."""
    return {binding.key: binding.action for binding in Binding.make_bindings(kind.BINDINGS)}


def press_of(own: Mapping[str, str], action: str) -> str:
    """The first key that a field binds to one of its own actions."""
    return next(press for press, name in own.items() if name == action)


class EventOrder:
    """Mixed into a text field: runs the field's own bindings where its letters are handled.

    Textual handles letters in the field, but the action of a backspace goes up to the app first: in a burst
    (a slow link delivers many presses at once) letters overtake the backspaces typed before them.
    """

    OWN_ACTIONS: ClassVar[Mapping[str, str]] = {}
    way_back: str = ""
    """The key that clears the field, as the end of a sentence."""

    @property
    def keeps_on_enter(self) -> bool:
        """Does a press of enter hand over what stands here?"""
        return False

    async def _on_key(self, event: events.Key) -> None:
        action = self.OWN_ACTIONS.get(event.key)
        if action is None:
            return
        event.stop()
        event.prevent_default()
        widget: Any = self
        await widget.app.run_action(action, widget)
