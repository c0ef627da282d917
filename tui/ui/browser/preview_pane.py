"""A preview of the Secret under the cursor, below the list where there is only one pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.ui.base.screen_context import ScreenContext
from tui.ui.browser.secret_warnings import summary_of
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Lines, cut, wrapped
from tui.ui.widgets.lists.secret_table import Known
from tui.ui.widgets.text import Cell

_LINES: Final = 4
"""As the style sheet has it."""


class _PeekLines(Lines):
    """One line each; the last, who reads it, goes on below while lines are left."""

    def _broken(self, width: int) -> list[Sequence[Cell]]:
        fitted = super()._broken(width)
        rest = list(wrapped(self.lines[-1:], width))
        left = _LINES + 1 - len(fitted)
        if len(rest) < 2 or left < 2:
            return fitted
        if len(rest) > left:
            rest[left - 1] = cut([cell for line in rest[left - 1 :] for cell in line], width)
        return [*fitted[:-1], *rest[:left]]


class PreviewPane(Pane):
    """The name and the summary of the row under the cursor; sends no request."""

    def __init__(self, desk: ScreenContext) -> None:
        self._lines = _PeekLines(id="peek-lines", wrap=False)
        super().__init__(self._lines, id="peek")
        self._desk = desk

    def show(self, row: Known | None) -> None:
        """Of this row; None where there is none."""
        if row is None:
            self.head("")
            self._lines.show([])
            return
        has_draft = self._desk.session.drafts.get(row.ref) is not None
        self.head(row.ref.name, "* has a draft" if has_draft else "")
        lines = summary_of(self._desk, row)
        if len(lines) > _LINES:
            del lines[2]  # the last change makes way for what is marked
        self._lines.show(lines)
