"""Edit all keys of the open Secret as one text, in the built-in editor or in $EDITOR."""

from __future__ import annotations

from functools import partial
from typing import Final

from tui.model.draft.draft import draft_problem
from tui.model.draft.whole_text import FieldChanges, TextProblem
from tui.model.secret.fields import keys_among
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.process.threads import run_in_thread
from tui.ui import router
from tui.ui.base.job import ask, start_job
from tui.ui.browser.commands.at_source import SourceOffer
from tui.ui.browser.commands.checks import not_ready
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.value.canceled_edits import Canceled

_MOST_NAMED: Final = 3


class WholeTextCommands:
    """Commands that edit all keys as one text. One undo step of the draft holds all changes of an edit."""

    def __init__(self, browser: BrowserPanes, source: SourceOffer) -> None:
        self.browser, self.shared, self.source = browser, browser.shared, source

    def _not_whole(self) -> str | None:
        """Return why no part of the Secret can be edited; None if a part can be edited.

        Labels can be edited even in an immutable Secret.
        """
        secret = self.browser.secret.secret
        return not_ready(self) or (draft_problem(secret, ()) if secret is not None else None)

    @unless(_not_whole)
    async def run_edit_all(self) -> None:
        if (whole := await self._whole_text()) is not None:
            await self._edit_whole(whole)

    @unless(_not_whole)
    async def run_edit_outside(self) -> None:
        if (whole := await self._whole_text()) is not None:
            hold = partial(self.browser.canceled.hold, self.browser)
            await router.edit_whole_outside(self.browser, whole, partial(self._take_whole, whole), hold=hold)

    async def _whole_text(self) -> router.WholeText | None:
        pane = self.browser.secret
        if not await self.source.may_edit_here(pane.data):
            return None
        ref, interruptions = pane.ref, self.shared.app.interruptions
        if ref is None:
            return None
        whole = await run_in_thread(partial(router.WholeText, ref, pane.secret, pane.draft))
        is_here = (pane.ref, self.shared.app.interruptions) == (ref, interruptions)
        return whole if is_here else None

    async def _edit_whole(self, whole: router.WholeText, typed: Canceled | None = None) -> bool:
        if not self.browser.may_reveal(whole.shown.ref, whole.shown.data, "to edit"):
            return False
        await self._open_whole(whole, typed)
        return True

    async def _open_whole(self, whole: router.WholeText, typed: Canceled | None) -> None:
        fields = await ask(self.browser, router.WholeEditorScreen(self.shared, whole, typed))
        if isinstance(fields, Canceled):
            title = f"Edit of all keys of {whole.shown.ref.name}"
            self.browser.canceled.hold(self.browser, title, partial(self._edit_whole, whole, fields))
        elif fields is not None:
            self._keep_whole(whole, fields)

    def _take_whole(self, whole: router.WholeText, after: Value) -> str | None:
        """Put the changes from $EDITOR into the draft. If the text has an error, open the built-in editor.

        Return the error if the built-in editor cannot open the text.
        """
        try:
            fields = whole.read(after.reveal().decode())
        except UnicodeDecodeError:
            return "The text is not UTF-8."
        except TextProblem as problem:
            if router.cannot_load(after):
                return str(problem)
            start_job(self.browser, self._open_whole(whole, Canceled(after)))
        else:
            self._keep_whole(whole, fields)
        return None

    def _keep_whole(self, whole: router.WholeText, fields: FieldChanges) -> None:
        if not fields:
            self.browser.show_message("Nothing changed.")
            return
        secret, shown = whole.secret, whole.shown
        self.shared.session.drafts.change(
            shown.ref, secret, lambda draft: draft.edit_all(secret, shown.fields, fields), shown.type
        )
        self.browser.hide_values(secret.uid if secret is not None else "", keys_among(fields))
        self.shared.session.events.notify_now()
        names = ", ".join(fields) if len(fields) <= _MOST_NAMED else counted(len(fields), "change")
        self.browser.show_message(
            f"{names} kept in the draft. {self.shared.keys.of('review_changes')} reviews it."
        )
