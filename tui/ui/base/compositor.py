"""Repaint all that a new layout moves, also where something asked for a place before it was done."""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class WholeCompositor(Compositor):
    """Textual's, which finds what moved by the places of the layout before.

    Textual (8.2) places widgets anew, without painting, if the place of one is asked for while a layout is
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
