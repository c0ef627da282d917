"""A view of how two values differ, line by line; scrolls."""

from __future__ import annotations

from functools import partial
from typing import Final

from rich.segment import Segment

from tui.model.secret.value import Value
from tui.process.threads import run_in_thread
from tui.ui.widgets import text
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.diff_rows import diff_rows

AT_ONCE: Final = 4_096
"""Bytes of both values that are compared between two presses; more are on a thread."""
COMPARING: Final = Styled("Comparing …", "muted", flows=True)


class DiffView(Scroller):
    """Holds no value while nothing is shown."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._values: tuple[Value, Value] | None = None
        self._rows: list[Styled] = []

    def show(self, before: Value, after: Value) -> None:
        """Show how these differ, from the start."""
        self._values = before, after
        self.scroll_to(y=0, animate=False)
        self.reflow()

    def forget(self) -> None:
        """Drop the values and the drawn lines."""
        self._values = None
        self.reflow()

    def lay_out(self, width: int) -> int:
        self._rows = []
        if self._values is not None:
            if sum(value.size for value in self._values) <= AT_ONCE:
                self._rows = diff_rows(*self._values, width)
            else:
                self._rows = [COMPARING]
                self.run_worker(self._lay_out_in_thread(width), group="diff", exclusive=True)
        return len(self._rows)

    async def _lay_out_in_thread(self, width: int) -> None:
        if (values := self._values) is None:
            return
        rows = await run_in_thread(partial(diff_rows, *values, width))
        if self._values is values:
            self._rows = rows
            self.virtual_size = self.virtual_size.with_height(len(rows))
            self._count()
            self.refresh()

    def draw_line(self, number: int, width: int) -> list[Segment]:
        row = self._rows[number]
        return text.segments(row, self.ink(row.style))
