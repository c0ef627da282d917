"""Show "terminal too small" below 30x8, and ignore commands."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from textual.events import Callback, Event, ScreenResume, Unmount
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

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
    """A screen with a minimum size. Below it the style sheet shows a notice instead of the content."""

    is_notice_up = False
    """Is the content not drawn again yet?"""
    focused_before: Widget | None = None
    """The widget with the focus before: a hidden widget loses it, and gets it back."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = WholeCompositor()

    def on_resize(self) -> None:
        self._fit()

    def on_screen_resume(self, event: ScreenResume) -> None:
        # It may have become another size beneath a dialog.
        self._fit()

    def _fit(self) -> None:
        is_too_small = _is_too_small(self.size)
        if is_too_small == self.has_class("-too-small"):
            return
        if is_too_small:
            self.is_notice_up, self.focused_before = True, self.focused
            if self.is_attached and not self.query("#too-small"):
                words = ["The terminal is too small.", "Make it larger; nothing is lost."]
                self.mount(Lines(words, id="too-small"))
        else:
            self.call_after_refresh(self._return)
        self.set_class(is_too_small, "-too-small")

    def _return(self) -> None:
        if self.has_class("-too-small"):
            return
        if self.focused_before is not None and self.focused_before.is_attached:
            if isinstance(self.focused_before, Input):
                self.focused_before.select_on_focus = False  # the next letter would replace its text
            self.set_focus(self.focused_before)
        self.is_notice_up, self.focused_before = False, None


def is_cramped(screen: Screen[Any]) -> bool:
    """Is the content hidden, because the terminal is too small?"""
    return _is_too_small(screen.app.size) or (isinstance(screen, MinSizeScreen) and screen.is_notice_up)


def _is_too_small(size: Size) -> bool:
    return size.width < _LEAST[0] or size.height < _LEAST[1]
