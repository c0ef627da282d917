"""Commands on the open Secret as one text: in the editor of all keys, or in $EDITOR."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from tui.model.draft.draft import draft_problem
from tui.process.threads import run_in_thread
from tui.ui import router
from tui.ui.base.revealed import RevealScreen
from tui.ui.browser.at_source import SourceChoice
from tui.ui.browser.secret_commands import SecretCommands
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.commands import unless


class WholeCommands:
    """Each makes one step of the draft."""

    def __init__(
        self, screen: RevealScreen[Any], pane: SecretPane, others: SecretCommands, choice: SourceChoice
    ) -> None:
        self._screen, self._pane, self._others, self._choice = screen, pane, others, choice

    def _not_editable(self) -> str | None:
        """Of an immutable Secret the labels and annotations are."""
        secret = self._pane.secret
        return self._others.not_ready() or (draft_problem(secret, ()) if secret is not None else None)

    @property
    def _keys(self) -> Iterable[str]:
        return self._pane.secret.data if self._pane.secret is not None else ()

    @unless(_not_editable)
    async def run_edit_all(self) -> None:
        """All keys, labels and annotations as one text."""
        if not self._choice.is_first("edit_all", self._keys):
            await self._edit(router.WholeSecret.edit)

    @unless(_not_editable)
    async def run_edit_outside(self) -> None:
        """The same text in $EDITOR."""
        if not self._choice.is_first("edit_outside", self._keys):
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
