"""The base of all screens: repaints all that moves, and says so where the terminal is too small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual._styles_cache import StylesCache
from textual.await_complete import AwaitComplete
from textual.events import Callback, Event, ScreenResume, Unmount
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tui.ui.widgets.lines import Lines

T = TypeVar("T")

_LEAST: Final = (30, 8)
"""Minimum columns and lines."""

# Textual (8.2) remembers 1,024 results by widget, and so keeps what was painted of that many that are gone:
# 16 MB after some hundred screens.
_Cache: Any = StylesCache
_Cache.get_inner_outer = classmethod(_Cache.get_inner_outer)


def hears(screen: Screen[Any], event: Event) -> bool:
    """True unless the program ends: then a screen hears of its own end alone, and calls who waits for it.

    Its parts may be missing, if it was opened then. Textual still calls its mount handler (measured on 8.2),
    and a query for a missing part would fail.
    """
    return screen.app.is_running or isinstance(event, Unmount | Callback)


class WholeCompositor(Compositor):
    """Textual's, which finds what moved by the places of the layout before.

    Textual (8.2) places widgets again, without painting, if the place of one is asked for while a layout is
    due. With the layout nothing has moved then, and it stays on screen as it was: under load about one of
    eight Secrets was opened without its warnings.
    """

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}
        """The places of the last layout that was painted."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result


class MinSizeScreen(Screen[T]):
    """A screen with a minimum size. Below it a notice lies over the content, and no press acts on that."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = WholeCompositor()
        self.on_closed: Callable[[], object] = lambda: None
        """Called when the screen is gone without having been dismissed with an answer."""

    async def on_event(self, event: Event) -> None:
        if hears(self, event):
            await super().on_event(event)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer."""
        closing = super().dismiss(result)
        self.on_closed = lambda: None
        return closing

    def on_unmount(self) -> None:
        self.on_closed()

    @property
    def has_refused(self) -> bool:
        """Was the last press refused here, or did it do nothing?"""
        return False

    def forget_dead_key(self) -> None:
        """Another key came."""

    def say_more(self, sentence: str) -> None:
        """Show a sentence behind what is said of the last press, in place of an earlier such one."""

    def close_for_cover(self) -> None:
        """The screen is covered: close, and keep what was typed for a draft."""
        self.dismiss(None)

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
    return size.width < _LEAST[0] or size.height < _LEAST[1]
