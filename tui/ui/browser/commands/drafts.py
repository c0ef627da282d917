"""Review drafts, discard one, and undo what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.model.draft.plan import Plan
from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.session.writes.intents import CHANGE, CREATE, DELETE
from tui.session.writes.review import WriteTarget
from tui.session.writes.undo import Undoable
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
"""Letters to press for the latest writes that can be undone; the letters left out move the cursor."""
_ALL: Final = "A"
"""Letter to press for all that one press wrote."""


class DraftCommands:
    """Commands for drafts and undo. Undo is a write too: its draft is reviewed, its deletion asked about."""

    def __init__(self, browser: BrowserPanes, rename: RenameCommands, whole_secret: SecretCommands) -> None:
        self.browser, self.shared = browser, browser.shared
        self.rename, self.whole_secret = rename, whole_secret

    def _no_draft(self) -> str | None:
        return None if self.shared.session.has_drafts else "No draft to review."

    # Review

    @unless(_no_draft)
    async def run_review_changes(self) -> None:
        """The draft of the Secret under the cursor; else the only one there is, or all of them.

        In an open Secret without a draft the list says of which Secret the only one is.
        """
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
        """Every draft of this context in one review; those of other contexts are named."""
        drafts = self.shared.session.drafts.all()
        self.browser.app.push_screen(router.DraftListScreen(self.shared, drafts))

    # Discard

    def _keeps_draft(self) -> str | None:
        draft = self.browser.secret.draft
        return "No draft to discard." if draft is None else router.why_not_discarded(self.browser, draft)

    @unless(_keeps_draft)
    async def run_discard_draft(self) -> None:
        """Throw the draft away, after a question; of a Secret that is still to be created nothing is left."""
        draft = self.browser.secret.draft
        if draft is None or not await router.discard(self.browser, draft):
            return
        if draft.is_new:
            self.browser.go_to("secrets")
        else:
            self.shared.session.events.tell_now()

    # Undo

    def _nothing_to_undo(self) -> str | None:
        """Reason why nothing can be undone; in an open Secret also where a former value may be."""
        pane, keys, why = self.browser.secret, self.shared.keys, self.browser.nothing_written()
        ref, key = pane.ref, pane.key
        if why is None or ref is None or key is None or self.browser.place is not Where.SECRET:
            return why
        if former_in_pod(self.shared.session, ref, key) is not None:
            return f"{why} A running pod may still have the old value: {keys.of('copy_as')}, then o."
        return f"{why} {keys.of('describe_secret')} says who wrote which key."

    @unless(_nothing_to_undo)
    async def run_undo_write(self) -> None:
        """Choose a write of this run, first those of the open Secret; its review begins, all as it was."""
        session = self.shared.session
        opened = session.open_ref if self.browser.place is Where.SECRET else None
        newest = session.writes.undo.writes[::-1]
        latest = sorted(newest, key=lambda write: write.ref != opened)
        writes = dict(zip(_LETTERS, latest, strict=False))
        together = session.writes.undo.latest_together

        def when(write: Undoable) -> str:
            return session.clock.moment(write.at)

        every = [(_ALL, f"{when(together[-1])}  {self._all_words(together)}")] if together else []
        answers = [
            (letter, f"{when(write)}  {write.ref}: {write.words}{', undone' * write.is_undone}")
            for letter, write in writes.items()
        ]
        lines = (
            "Take back one of these writes: what was before it becomes a draft.",
            "Nothing is sent until you review and write that.",
        )
        question = Question("Undo a write", lines, [*every, *answers], default=_LETTERS[0])
        letter = await ask(self.browser, question)
        if letter == _ALL:
            self._undo_all(together)
        elif letter is not None:
            await self._undo(writes[letter])

    def _all_words(self, together: Sequence[Undoable]) -> str:
        """Count what one press wrote, and how much of it can be undone."""
        kinds = {one.words.removesuffix(" again") for one in together}
        done = next(iter(kinds)) if kinds in ({CREATE.done}, {DELETE.done}) else CHANGE.done
        count = len(together)
        if not (dropped := self.shared.session.writes.undo.dropped_with(together[0])):
            return f"all {count} {done} together"
        return f"{count} of {count + dropped} {done} together; the others are not kept"

    def _undo_all(self, together: Sequence[Undoable]) -> None:
        """Review together what undoes each: Secrets that are created again, changes, deletions."""
        if self._has_draft(*together):
            return
        session = self.shared.session
        undoing = [one.draft for one in together if not one.draft.deletes]
        for draft in undoing:
            session.drafts.put(draft)
        plans = list[Plan]()
        for one in together:
            if one.draft.deletes and (why := self._not_deletable(one.ref)):
                plans.append(Plan(one.ref, word="not deletable", why=why))
            elif one.draft.deletes:
                when = f"{one.words[:1].upper()}{one.words[1:]} at {session.clock.moment(one.at)}."
                plans.append(Plan(one.ref, one.draft, notes=(when,)))
        self.browser.app.push_screen(router.DraftListScreen(self.shared, undoing, plans))

    def _has_draft(self, *writes: Undoable) -> bool:
        """True, after a message, if one of these Secrets has a draft that is not the undo of its write."""
        session, review = self.shared.session, self.shared.keys.of("review_changes")
        for one in writes:
            draft = session.drafts.get(one.ref)
            if draft is not None and session.writes.undo.of(draft) is not one:
                self.browser.say(f"{one.ref} has a draft; {review} reviews it first.", "warning")
                return True
        return False

    def _not_deletable(self, ref: SecretRef) -> str:
        """Reason why the Secret may not be deleted, a sentence; "" if it may."""
        if self.shared.session.may("delete", "secrets", ref.namespace, ref.name) is not False:
            return ""
        right = Right("delete", "secrets", ref.namespace, ref.name)
        return f"Not undone. {not_yours(right, self.shared.keys)}"

    async def _undo(self, one: Undoable) -> None:
        if self._has_draft(one):
            return
        if not one.draft.deletes:
            self.shared.session.drafts.put(one.draft)
            await self.rename.review_target(WriteTarget(one.draft))
        elif why := self._not_deletable(one.ref):
            self.browser.say(why, "warning")
        else:
            await self.whole_secret.delete(one.ref)
