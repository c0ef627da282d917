"""Review drafts, discard a draft, and undo writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.model.draft.plan import Plan
from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.session.writes.intents import CHANGE, CREATE, DELETE
from tui.session.writes.review import WriteTarget
from tui.session.writes.undo import UndoEntry
from tui.ui import router
from tui.ui.base.freshness import former_in_pod
from tui.ui.base.job import ask
from tui.ui.base.screen import not_yours
from tui.ui.browser.commands.rename import RenameCommands
from tui.ui.browser.commands.whole_secret import SecretCommands
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.prompt import Question

_LETTERS: Final = "abcdefhilmnopqrstuvw"
"""Letters that choose one of the latest writes. Letters that move the cursor are left out."""
_ALL: Final = "A"


class DraftCommands:
    """Commands that review drafts, discard a draft, or undo writes.

    Each undo is reviewed before it is sent.
    """

    def __init__(self, browser: BrowserPanes, rename: RenameCommands, whole_secret: SecretCommands) -> None:
        self.browser, self.shared = browser, browser.shared
        self.rename, self.whole_secret = rename, whole_secret

    def _no_draft(self) -> str | None:
        return None if self.shared.session.has_drafts else "No draft to review."

    @unless(_no_draft)
    async def run_review_changes(self) -> None:
        drafts = self.shared.session.drafts.all()
        ref = self.browser.subject
        draft = self.browser.secret.draft if ref is not None and ref == self.browser.secret.ref else None
        draft = draft or next((draft for draft in drafts if draft.ref == ref), None)
        if draft is None and len(drafts) == 1 and self.browser.place is not Where.SECRET:
            draft = drafts[0]
        if draft is None:
            self.run_review_drafts()
        else:
            await self.rename.review_target(WriteTarget(draft))

    @unless(_no_draft)
    def run_review_drafts(self) -> None:
        """Open the list of drafts, which also names the drafts of other contexts."""
        drafts = self.shared.session.drafts.all()
        self.browser.app.push_screen(router.DraftListScreen(self.shared, drafts))

    def _keeps_draft(self) -> str | None:
        draft = self.browser.secret.draft
        return "No draft to discard." if draft is None else router.why_not_discarded(self.browser, draft)

    @unless(_keeps_draft)
    async def run_discard_draft(self) -> None:
        draft = self.browser.secret.draft
        if draft is None or not await router.discard(self.browser, draft):
            return
        if draft.is_new:
            self.browser.go_to("secrets")
        else:
            self.shared.session.events.notify_now()

    def _nothing_to_undo(self) -> str | None:
        pane, keys, why = self.browser.secret, self.shared.keys, self.browser.nothing_written()
        ref, key = pane.ref, pane.key
        if why is None or ref is None or key is None or self.browser.place is not Where.SECRET:
            return why
        if former_in_pod(self.shared.session, ref, key) is not None:
            copies = f"{keys.of('copy_as')} offers a command that prints it."
            return f"{why} A running pod may still have the old value. {copies}"
        return f"{why} {keys.of('describe_secret')} shows who wrote each key."

    @unless(_nothing_to_undo)
    async def run_undo_write(self) -> None:
        """Ask which write to undo. The writes of the open Secret come first.

        Then create a draft with the old values of each chosen write. For a write that created a Secret, ask
        to delete this Secret instead.
        """
        session = self.shared.session
        opened = session.open_ref if self.browser.place is Where.SECRET else None
        newest = session.writes.undo.writes[::-1]
        latest = sorted(newest, key=lambda write: write.ref != opened)
        writes = dict(zip(_LETTERS, latest, strict=False))
        together = session.writes.undo.latest_together

        def when(write: UndoEntry) -> str:
            return session.clock.moment(write.at)

        all_answers = [(_ALL, f"{when(together[-1])}  {self._all_words(together)}")] if together else []
        answers = [
            (letter, f"{when(write)}  {write.ref}: {write.words}{', undone' * write.is_undone}")
            for letter, write in writes.items()
        ]
        lines = (
            "Choose what to undo. Old values become a draft, which you review and write.",
            "If the write created a Secret, you are asked to delete this Secret.",
        )
        question = Question("Undo a write", lines, [*all_answers, *answers], default=_LETTERS[0])
        letter = await ask(self.browser, question)
        if letter == _ALL:
            self._undo_all(together)
        elif letter is not None:
            await self._undo(writes[letter])

    def _all_words(self, together: Sequence[UndoEntry]) -> str:
        """Text such as "all 3 changed together"."""
        kinds = {write.words.removesuffix(" again") for write in together}
        done = next(iter(kinds)) if kinds in ({CREATE.done}, {DELETE.done}) else CHANGE.done
        count = len(together)
        if not (dropped := self.shared.session.writes.undo.dropped_with(together[0])):
            return f"all {count} {done} together"
        return f"{count} of {count + dropped} Secrets {done} together; the others cannot be undone"

    def _undo_all(self, together: Sequence[UndoEntry]) -> None:
        if self._has_draft(*together):
            return
        session = self.shared.session
        drafts = [write.draft for write in together if not write.draft.deletes]
        for draft in drafts:
            session.drafts.put(draft)
        plans = list[Plan]()
        for write in together:
            if write.draft.deletes and (why := self._not_deletable(write.ref)):
                plans.append(Plan(write.ref, word="not deletable", why=why))
            elif write.draft.deletes:
                when = f"{write.words[:1].upper()}{write.words[1:]} at {session.clock.moment(write.at)}."
                plans.append(Plan(write.ref, write.draft, notes=(when,)))
        self.browser.app.push_screen(router.DraftListScreen(self.shared, drafts, plans))

    def _has_draft(self, *writes: UndoEntry) -> bool:
        """True if the Secret of a write has a draft that does not undo the write. Tells the user if so."""
        session, review = self.shared.session, self.shared.keys.of("review_changes")
        for write in writes:
            draft = session.drafts.get(write.ref)
            if draft is not None and session.writes.undo.of(draft) is not write:
                self.browser.show_message(f"{write.ref} has a draft. Review it first ({review}).", "warning")
                return True
        return False

    def _not_deletable(self, ref: SecretRef) -> str:
        if self.shared.session.may("delete", "secrets", ref.namespace, ref.name) is not False:
            return ""
        right = Right("delete", "secrets", ref.namespace, ref.name)
        return f"Not undone. {not_yours(right, self.shared.keys)}"

    async def _undo(self, write: UndoEntry) -> None:
        if self._has_draft(write):
            return
        if not write.draft.deletes:
            self.shared.session.drafts.put(write.draft)
            await self.rename.review_target(WriteTarget(write.draft))
        elif why := self._not_deletable(write.ref):
            self.browser.show_message(why, "warning")
        else:
            await self.whole_secret.delete(write.ref)
