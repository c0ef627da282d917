"""A ScrollView that is told of every change of its size."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView

from tui.ui.widgets.tones import Inked


class Sized(Inked, ScrollView):
    """Lays itself out on Resize, also where Textual does not send one.

    Textual compares the regions of all widgets before and after a layout. If they were read in between (a
    focus does), it finds no change, and a widget that was just displayed is not told its size.
    """

    _told: Size | None = None

    def on_mount(self) -> None:
        self.screen.screen_layout_refresh_signal.subscribe(self, self._was_laid_out, immediate=True)

    def on_resize(self) -> None:
        self._told = self.size

    def _was_laid_out(self, _screen: Screen[object]) -> None:
        if self._told != self.size:
            self.call_later(self._catch_up)

    def _catch_up(self) -> None:
        """Lay out, unless a Resize has come by now."""
        if self._told != self.size:
            self.post_message(events.Resize(self.size, self.virtual_size, self.container_size))
