"""Paint moved widgets, also if a region was requested while a layout was due.

Textual then places the widgets early, without painting. The layout that follows finds nothing moved, and the
screen stays as it was: under load about one of eight Secrets was opened without its warnings.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget


class WholeCompositor(Compositor):
    """Compositor that finds moved widgets by their regions in the layout before."""

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}
        """The places of the last layout that was painted."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result


def paint_all_moves(screen: Screen[Any]) -> None:
    """Give the screen this compositor, before it has a layout."""
    screen._compositor = WholeCompositor()
