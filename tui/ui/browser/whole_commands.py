"""Commands on the open Secret as one text: in the editor of all keys, or in $EDITOR."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.model.draft.draft import draft_problem
from tui.process.threads import run_in_thread
from tui.ui import router
from tui.ui.browser.secret_commands import SecretCommands
from tui.ui.commands import unless


class WholeCommands(SecretCommands):
    """Each makes one step of the draft."""

    def _not_whole(self) -> str | None:
        """Of an immutable Secret the labels and annotations are."""
        secret = self.secret.secret
        return self.not_ready() or (draft_problem(secret, ()) if secret is not None else None)

    @unless(_not_whole)
    async def run_edit_all(self) -> None:
        """All keys, labels and annotations as one text."""
        if not self.offers_source("edit_all", self._held_data):
            await self._edit_whole(router.WholeSecret.edit)

    @unless(_not_whole)
    async def run_edit_outside(self) -> None:
        """The same text in $EDITOR."""
        if not self.offers_source("edit_outside", self._held_data):
            await self._edit_whole(router.WholeSecret.edit_outside)

    async def _edit_whole(self, edit: Callable[[router.WholeSecret], object]) -> None:
        """Make the text, which takes a moment for a large one; then open it, unless it was covered."""
        pane, desk = self.secret, self.desk
        ref, interruptions = pane.ref, desk.interruptions()
        if ref is None:
            return
        about = (self, ref, pane.secret, pane.draft, self.cancelled)
        whole = await run_in_thread(partial(router.WholeSecret, *about, pane.update_all))
        if (pane.ref, desk.interruptions()) == (ref, interruptions):
            edit(whole)
