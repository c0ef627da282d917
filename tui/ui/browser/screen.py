"""The main screen: its panes, and all commands that work on them."""

from __future__ import annotations

from typing import Any, Final

from textual.events import Paste, ScreenResume

from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.ui.base.job import run_job
from tui.ui.base.screen_context import ScreenContext
from tui.ui.browser.commands.at_source import SourceOffer
from tui.ui.browser.commands.copies import CopyCommands
from tui.ui.browser.commands.drafts import DraftCommands
from tui.ui.browser.commands.find import FindCommands
from tui.ui.browser.commands.form import FormCommands
from tui.ui.browser.commands.go_to_pane import PaneCommands
from tui.ui.browser.commands.key_edits import EditCommands
from tui.ui.browser.commands.leaf_edits import LeafEdits
from tui.ui.browser.commands.lists import ListCommands
from tui.ui.browser.commands.new_secret import NewSecretCommands
from tui.ui.browser.commands.rename import RenameCommands
from tui.ui.browser.commands.rotate import RotateCommands
from tui.ui.browser.commands.same_change import SameChangeCommands
from tui.ui.browser.commands.secret_keys import KeyCommands
from tui.ui.browser.commands.whole_secret import SecretCommands
from tui.ui.browser.commands.whole_text import WholeTextCommands
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Command
from tui.ui.commands import BY_ID
from tui.ui.widgets.table.table import VirtualTable

_TITLES: Final = {
    "copy_secret": "copy",
    "save_secrets": "save",
    "delete_secret": "delete {}",
    "clear_marks": "unmark",
}
"""Footer words while Secrets are marked. {} is the number of marked Secrets."""
_FOR_MARKED: Final = frozenset({*_TITLES, "restart_readers", "mark_secret", "mark_shown", "open_palette"})
_FOR_FOUND: Final = frozenset({"go_in", "replace_found", "restart_readers", "mark_secret", "go_back"})


class BrowserScreen(BrowserPanes):
    def __init__(self, shared: ScreenContext, start: SecretRef | None = None) -> None:
        super().__init__(shared, start)
        source, rename, copies = SourceOffer(self), RenameCommands(self), CopyCommands(self)
        whole_secret = SecretCommands(self, copies)
        self._lists, self._edits = ListCommands(self), EditCommands(self, source)
        find, rotate = FindCommands(self), RotateCommands(self, source)
        leaves = LeafEdits(self, source, self._edits, rotate, rename.review_target)
        new_secret = NewSecretCommands(self, self._edits)
        self.compare_with = copies.compare_with
        self.begin_missing, self.review_target = new_secret.begin_missing, rename.review_target
        self.groups = (
            self._lists,
            PaneCommands(self),
            KeyCommands(self, find, leaves),
            self._edits,
            FormCommands(self, source, self._edits),
            WholeTextCommands(self, source),
            rotate,
            new_secret,
            whole_secret,
            rename,
            DraftCommands(self, rename, whole_secret),
            copies,
            SameChangeCommands(self),
            find,
        )

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Draw expiry times again, because the screen that covered this one may have read certificates."""
        if self._was_on_top:
            self.mark_certificates()

    async def on_paste(self, event: Paste) -> None:
        if self.takes_paste:
            event.stop()
            await run_job(self, self._edits.paste(event.text))

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        if table is self.secrets.table:
            self._lists.order_by_column(column)
        else:
            super().order_by_column(table, column)

    def title_of(self, command: Command) -> str:
        if command.id == "edit_form" and not self.secret.kind.has_editor:
            return "edit all"
        if command.id == "copy_secret" and self.shared.session.read_only:
            return "compare"
        if command.id == "go_back" and self.has_found and not self.is_filtered:
            return "all Secrets"
        if (marked := self.marked) and command.id in _TITLES:
            return _TITLES[command.id].format(len(marked))
        is_name = command.id == "filter_list" and self.secrets.is_refused
        return "type a name" if is_name else super().title_of(command)

    def is_in_footer(self, command: Command) -> bool:
        if self.marked:
            return command.id in _FOR_MARKED
        return command.id in _FOR_FOUND if self.has_found else super().is_in_footer(command)

    def footer_key(self, command: Command) -> str:
        return super().footer_key(BY_ID["go_back"] if command.id == "clear_marks" else command)

    def missing(self, command: Command) -> Right | None:
        # Commands that work on marked Secrets check the rights for each Secret when they run.
        return None if self.marked and command.id in _FOR_MARKED else super().missing(command)
