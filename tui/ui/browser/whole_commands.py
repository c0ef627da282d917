"""Commands on the open Secret as one text: in the editor of all keys, or in $EDITOR."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tui.model.draft.draft import draft_problem
from tui.process.threads import run_in_thread
from tui.ui import router
from tui.ui.base.revealed import RevealScreen
from tui.ui.browser.secret_commands import SecretCommands
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.commands import unless


class WholeCommands:
    """Each makes one step of the draft."""

    def __init__(self, screen: RevealScreen[Any], pane: SecretPane, others: SecretCommands) -> None:
        self._screen, self._pane, self._others = screen, pane, others

    def _not_editable(self) -> str | None:
        """Of an immutable Secret the labels and annotations are."""
        secret = self._pane.secret
        return self._others.not_ready() or (draft_problem(secret, ()) if secret is not None else None)

    @unless(_not_editable)
    async def run_edit_all(self) -> None:
        """All keys, labels and annotations as one text."""
        await self._edit(router.WholeSecret.edit)

    @unless(_not_editable)
    async def run_edit_outside(self) -> None:
        """The same text in $EDITOR."""
        await self._edit(router.WholeSecret.edit_outside)

    async def _edit(self, edit: Callable[[router.WholeSecret], object]) -> None:
        """Make the text, which takes a moment for a large one; then open it, unless it was covered."""
        pane, desk = self._pane, self._screen.desk
        ref, interruptions = pane.ref, desk.interruptions()
        if ref is None:
            return
        about = (self._screen, ref, pane.secret, pane.draft, self._others.cancelled)
        whole = await run_in_thread(partial(router.WholeSecret, *about, pane.update_all))
        if (pane.ref, desk.interruptions()) == (ref, interruptions):
            edit(whole)
