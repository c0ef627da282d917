"""What is known of the row under the cursor, below the list where the Secret has no room beside it."""

from __future__ import annotations

from typing import Final

from tui.screens.desk import Desk
from tui.widgets.drawn import Lines
from tui.widgets.frame import Pane
from tui.widgets.secret_list import Known

_LINES: Final = 4
"""As the style sheet has it."""


class Peek(Pane):
    """Its name and the summary of its row; nothing is asked of the cluster for it."""

    def __init__(self, desk: Desk) -> None:
        self._lines = Lines(id="peek-lines", wrap=False)
        super().__init__(self._lines, id="peek")
        self._desk = desk

    def show(self, row: Known | None) -> None:
        """Of this row; None where there is none."""
        if row is None:
            self.head("")
            self._lines.show([])
            return
        from tui.screens.secret_notes import summary_of

        has_draft = self._desk.session.drafts.get(row.ref) is not None
        self.head(row.ref.name, "* has a draft" if has_draft else "")
        lines = summary_of(self._desk, row)
        if len(lines) > _LINES:
            del lines[2]  # the last change makes way for what is marked
        self._lines.show(lines)
