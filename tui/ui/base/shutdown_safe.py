"""A screen that ignores messages once the program ends."""

from __future__ import annotations

from typing import TypeVar

from textual.events import Callback, Event, Unmount
from textual.screen import Screen

T = TypeVar("T")


class ShutdownSafeScreen(Screen[T]):
    """A screen whose parts may be missing, because the program ended while it opened.

    Textual still calls its mount handler (measured on 8.2), and a query for a missing part would fail.
    """

    async def on_event(self, event: Event) -> None:
        """Once the program ends it hears of its own end alone, and calls who waits for it."""
        if self.app.is_running or isinstance(event, Unmount | Callback):
            await super().on_event(event)
