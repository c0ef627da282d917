"""Paint all widgets that a layout moved.

If the region of a widget is read while a layout is pending, Textual places the widgets early, without
painting. The layout that follows finds that no widget has moved, so the screen stays as it was. Before this
fix, about one in eight Secrets that were opened under load showed no warnings.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget


class WholeCompositor(Compositor):
    """Compositor that compares each new layout with the layout that was painted last."""

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result


def paint_all_moves(screen: Screen[Any]) -> None:
    """Give the screen a WholeCompositor. Call this before the first layout of the screen."""
    screen._compositor = WholeCompositor()
