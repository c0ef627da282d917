"""Base class of screens with a table of changed keys. Values are masked until the user shows them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.model.draft.draft import Change
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.review.changed_values import ShownDiffs
from tui.ui.value.viewer import ValueScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lists.change_table import ChangeLine, ChangeTable, is_by_leaves
from tui.ui.widgets.review_page import ReviewPanes
from tui.ui.widgets.table.table import Column


class ChangeScreen(RevealScreen[None]):
    """Screen with the changed keys of one Secret."""

    @property
    def subject(self) -> SecretRef:
        raise NotImplementedError

    def __init__(self, shared: ScreenContext) -> None:
        super().__init__(shared)
        self.panes = ReviewPanes(ChangeTable(id="changes"))
        self.diffs = ShownDiffs(self, self.draw_values)

    def compose_body(self) -> ComposeResult:
        yield self.panes

    def on_mount(self) -> None:
        table = self.panes.table
        self.watch(table, "cursor_key", self.refresh_footer, init=False)
        table.focus()

    def on_resize(self) -> None:
        if is_staying(self):
            self.draw_values()

    def share_width(self, changes: Sequence[Change], *, is_wide: bool = False) -> None:
        self.panes.widen_table(is_wide=is_wide or bool(self.revealed) or any(map(is_by_leaves, changes)))

    def use_columns(self, columns: tuple[Column, ...]) -> None:
        """Set the columns. Rows made for the old columns are removed first."""
        table = self.panes.table
        if columns != table.columns:
            table.show([])
            table.set_columns(columns)

    def line(self) -> ChangeLine | None:
        return self.panes.table.cursor_row_value

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(key for _, key in self.revealed)

    def run_reveal_key(self) -> None:
        if (line := self.line()) is not None:
            self.diffs.is_whole = self.diffs.is_whole and bool(self.shown)
            self.toggle_values(self.subject, "", {line.key})

    def run_reveal_all(self) -> None:
        keys = [key for _, key in self.every_value()]
        self.diffs.is_whole = not self.shown.issuperset(keys)
        self.toggle_values(self.subject, "", keys)

    def every_value(self) -> list[tuple[str, str]]:
        return [("", line.key) for line in self.panes.table.rows if line.is_key]

    @property
    def hides_here(self) -> bool:
        line = self.line()
        return line is not None and line.key in self.shown

    def look_closer(self, line: ChangeLine, after: Value, of_key: str = "") -> None:
        """Open `after` on a screen of its own.

        `of_key`: key whose value contains the path `line.key`; "" if `line.key` is a key itself.
        """
        screen = ValueScreen(
            self.shared,
            self.subject,
            of_key or line.key,
            lambda: after,
            is_shown=line.key in self.shown,
            why_not_edit=f"{self.shared.keys.of('go_back')} goes back; edit the value in its Secret.",
            before=line.before,
            path=line.key if of_key else "",
        )
        screen.other_side = self.other_side
        self.app.push_screen(screen)
