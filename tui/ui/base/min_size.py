"""Base class of screens, with a minimum size and correct repaints of moved widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from textual.await_complete import AwaitComplete
from textual.events import Event, ScreenResume
from textual.geometry import Size
from textual.screen import Screen

from tui.ui.textual_fixes import styles_cache as styles_cache
from tui.ui.textual_fixes.compositor import paint_all_moves
from tui.ui.textual_fixes.shutdown import may_handle
from tui.ui.widgets.lines import Lines

T = TypeVar("T")

_LEAST: Final = (30, 8)
"""Minimum columns and lines of the terminal."""


class MinSizeScreen(Screen[T]):
    """Screen that a notice covers while the terminal is too small."""

    def __init__(self) -> None:
        super().__init__()
        paint_all_moves(self)
        self.on_closed: Callable[[], object] = lambda: None
        """Called when the screen is removed without `dismiss`."""

    async def on_event(self, event: Event) -> None:
        if may_handle(self, event):
            await super().on_event(event)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        closing = super().dismiss(result)
        self.on_closed = lambda: None
        return closing

    def on_unmount(self) -> None:
        self.on_closed()

    @property
    def has_refused(self) -> bool:
        """True if the last key press was refused or did nothing."""
        return False

    def forget_dead_key(self) -> None:
        """Remove the message that the last key does nothing, if the screen shows this message."""

    def show_more(self, sentence: str) -> None:
        """Add a sentence to the message about the last key press. The next call replaces this sentence."""

    def close_for_cover(self) -> None:
        """Close this screen before `CoverScreen` hides all screens."""
        self.dismiss(None)

    def on_resize(self) -> None:
        self._fit()

    def on_screen_resume(self, event: ScreenResume) -> None:
        # The terminal may have been resized while a dialog was above this screen.
        self._fit()

    def _fit(self) -> None:
        notices = self.query("#too-small")
        if not is_too_small(self.size):
            notices.remove()
        elif self.is_attached and not notices:
            words = ["The terminal is too small.", "Make it larger; nothing is lost."]
            self.mount(Lines(words, id="too-small"))


def is_too_small(size: Size) -> bool:
    return size.width < _LEAST[0] or size.height < _LEAST[1]
