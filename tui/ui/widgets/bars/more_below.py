"""A line below a page: how many lines are out of sight, and the key that scrolls."""

from __future__ import annotations

from tui.ui.widgets.lines import Lines
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.text import Styled


class More(Lines):
    """Blank while everything is in sight."""

    def __init__(self, page: Scroller, *, is_beside: bool = False) -> None:
        """`is_beside`: a table has the presses that move, until tab goes to the page."""
        super().__init__()
        self._page, self._is_beside = page, is_beside

    def on_mount(self) -> None:
        self.watch(self._page, "out_of_sight", self._tell)
        self.watch(self._page, "has_focus", self._tell, init=False)

    def _tell(self) -> None:
        above, below = self._page.out_of_sight
        words = more_words(above, below)
        if words and self._is_beside and not self._page.has_focus:
            words = f"{above + below} more {_lines(above + below)} (tab scrolls)"
        self.show([Styled(f"  … {words}", "accent") if words else ""])


def more_words(above: int, below: int) -> str:
    """ "8 more lines (down scrolls)", "3 above, 8 below (up, down scroll)"; empty where there are none."""
    if above and below:
        return f"{above} above, {below} below (up, down scroll)"
    if above:
        return f"{above} {_lines(above)} above (up scrolls)"
    return f"{below} more {_lines(below)} (down scrolls)" if below else ""


def _lines(count: int) -> str:
    return "line" if count == 1 else "lines"
