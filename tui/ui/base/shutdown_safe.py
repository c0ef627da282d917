"""A screen that ignores messages once the program ends."""

from __future__ import annotations

from typing import TypeVar

from textual.events import Callback, Event, Unmount
from textual.screen import Screen

T = TypeVar("T")


class Ending(Screen[T]):
    """A screen of which parts are gone, or never came, when the program ends while it opens.

    Textual tells it of its mount all the same (measured on 8.2), and whatever looks for a part then ends in
    an error.
    """

    async def on_event(self, event: Event) -> None:
        """Once the program ends it hears of its own end alone, and calls who waits for it."""
        if self.app.is_running or isinstance(event, Unmount | Callback):
            await super().on_event(event)
