"""Commands that show, copy, save or check values of the open Secret."""

from __future__ import annotations

from functools import partial

from tui.model.secret.compare import SoughtText
from tui.model.secret.formats.helm_record import NOT_WRITTEN, RECORD_KEY
from tui.model.secret.types.registry import HELM_RELEASE
from tui.ui import router
from tui.ui.base.job import ask
from tui.ui.browser.commands.checks import no_key, no_secret, no_value
from tui.ui.browser.commands.find import FindCommands
from tui.ui.browser.commands.leaf_edits import LeafEdits
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Where, unless
from tui.ui.widgets.table.table import VirtualTable


class KeyCommands:
    def __init__(self, browser: BrowserPanes, find: FindCommands, leaves: LeafEdits) -> None:
        self.browser, self.shared, self._find, self._leaves = browser, browser.shared, find, leaves

    def run_refresh_now(self) -> None:
        """Refresh the session.

        If the cursor is in the pane of the open Secret, and the Secret was deleted and created again, first
        open the new Secret.
        """
        pane = self.browser.secret
        if self.browser.place is Where.SECRET and pane.is_recreated and pane.ref is not None:
            self.browser.open_secret(pane.ref)
        self.browser.run_refresh_now()

    @unless(no_value)
    def run_reveal_key(self) -> None:
        key, _ = self.browser.secret.key_and_value
        self.browser.toggle_values(self.browser.here, self.browser.secret.uid, {key})

    @unless(no_key)
    def run_reveal_all(self) -> None:
        keys = [key for _, key in self.browser.every_value()]
        self.browser.toggle_values(self.browser.here, self.browser.secret.uid, keys)

    def run_filter_keys(self) -> None:
        self.browser.secret.start_filter()

    def run_hide_all(self) -> None:
        self.browser.hide_shown()
        self.browser.show_message("All values are masked.")

    def _nothing_here(self) -> str | None:
        if self.browser.place is Where.NAMESPACES:
            return None
        return no_value(self) if self.browser.place is Where.SECRET else no_secret(self)

    @unless(_nothing_here)
    async def run_go_in(self) -> None:
        if self.browser.place is Where.SECRET:
            await self._open_value()
        elif isinstance(self.browser.focused, VirtualTable):
            self.browser.focused.open_row()

    async def _open_value(self) -> None:
        pane, target = self.browser.secret, self.browser.target
        ref, key = self.browser.here, pane.key_and_value[0]
        is_shown = (pane.uid, key) in self.browser.revealed
        is_record = pane.secret is not None and pane.secret.type == HELM_RELEASE and key == RECORD_KEY
        # ValueScreen gets functions and not values, because it must show later changes of the values.
        value, on_server = partial(pane.value, key), partial(self._leaves.on_server, key)
        screen = router.ValueScreen(
            *(self.shared, ref, key, value),
            is_shown=is_shown,
            siblings=lambda: pane.data,
            editor=self._leaves if not is_record else None,
            why_not_edit=NOT_WRITTEN,
            on_server=on_server,
            ask_what_to_find=self._find.ask_over,
        )
        answer = await ask(self.browser, screen)
        if answer is not None and self.browser.target != target:  # for example, a refresh removed the key
            self.browser.show_message("Nothing done: the selection changed.", "warning")
        elif isinstance(answer, SoughtText):
            await self._find.find_everywhere(answer.text)
        elif answer is not None:
            await self.browser.go_on_with(answer.command)

    @unless(no_value)
    async def run_copy_value(self) -> None:
        """Copy the value without showing it."""
        await router.copy_value(self.browser, self.browser.here, *self.browser.secret.key_and_value)

    @unless(no_value)
    async def run_copy_as(self) -> None:
        await router.copy_as(self.browser, self.browser.here, *self.browser.secret.key_and_value)

    @unless(no_value)
    async def run_save_value(self) -> None:
        await router.save_value(self.browser, self.browser.here, *self.browser.secret.key_and_value)

    @unless(no_value)
    def run_check_value(self) -> None:
        pane = self.browser.secret
        key, draft = pane.key_and_value[0], pane.draft
        whose = "the draft's value" if draft is not None and key in draft.changes().keys else ""
        name = f"{self.browser.here.name} / {key}"
        screen = router.CompareScreen(self.shared, name, partial(pane.value, key), whose)
        self.browser.app.push_screen(screen)
