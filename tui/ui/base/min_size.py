"""Show "terminal too small" below 30x8, and ignore commands."""

from __future__ import annotations

from typing import Final, TypeVar

from textual.events import Callback, Event, ScreenResume, Unmount
from textual.geometry import Size
from textual.screen import Screen

from tui.ui.base.compositor import WholeCompositor
from tui.ui.widgets.lines import Lines

T = TypeVar("T")

_LEAST: Final = (30, 8)
"""Minimum columns and lines."""


class ShutdownSafeScreen(Screen[T]):
    """A screen whose parts may be missing, because the program ended while it opened.

    Textual still calls its mount handler (measured on 8.2), and a query for a missing part would fail.
    """

    async def on_event(self, event: Event) -> None:
        """Once the program ends it hears of its own end alone, and calls who waits for it."""
        if self.app.is_running or isinstance(event, Unmount | Callback):
            await super().on_event(event)


class MinSizeScreen(ShutdownSafeScreen[T]):
    """A screen with a minimum size. Below it a notice lies over the content, and no press acts on that."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = WholeCompositor()

    def on_resize(self) -> None:
        self._fit()

    def on_screen_resume(self, event: ScreenResume) -> None:
        # It may have become another size beneath a dialog.
        self._fit()

    def _fit(self) -> None:
        notices = self.query("#too-small")
        if not is_too_small(self.size):
            notices.remove()
        elif self.is_attached and not notices:
            words = ["The terminal is too small.", "Make it larger; nothing is lost."]
            self.mount(Lines(words, id="too-small"))


def is_too_small(size: Size) -> bool:
    """Is it below the minimum size?"""
    return size.width < _LEAST[0] or size.height < _LEAST[1]
