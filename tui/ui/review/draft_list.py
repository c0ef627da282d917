"""List of drafts under review. The user opens the review of a draft, or writes all ready drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.events import ScreenResume

from tui.model.access.report import copy_words
from tui.model.draft.draft import Draft
from tui.model.draft.former_values import former_held, sentences
from tui.model.draft.plan import SAME_ALREADY, Plan
from tui.model.rollout.owners import PodOwner
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, listed
from tui.session.copy_access import CopyAccess
from tui.session.health.known import why_no_start
from tui.session.several.plans import newest
from tui.session.writes.intents import CHANGE
from tui.session.writes.outcome import sent_word
from tui.session.writes.review import Review, WriteTarget
from tui.ui.base.job import ask
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.dialogs.confirm_context import confirm_context, destination_lines
from tui.ui.dialogs.prompt import Question
from tui.ui.review.changed_values import ValueWarnings
from tui.ui.review.delete import DeleteScreen
from tui.ui.review.discard import discard, open_draft, why_not_discarded
from tui.ui.review.lines import undo_limits, what_is_sent
from tui.ui.review.row_panes import RowPanesScreen
from tui.ui.review.screen import ReviewScreen
from tui.ui.review.target_lines import (
    TargetPage,
    about_target,
    changes_of,
    is_pending,
    readers_of_changes,
    state_of,
)
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone

_MOST_LEFT: Final = 6
"""Maximum number of sentences about old values in the question of `run_write_changes`."""
_DONE: Final = ("written", "deleted")
_FAILED: Final = ("not written", "not deleted", "conflict")
_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("secret", "SECRET", 18, most=50, grow=2, cut="middle"),
    Column("changes", "CHANGES", 7),
    Column("readers", "READ BY", 15, drop=1, is_late=True),
    Column("state", "STATE", 20, most=40, grow=2),
)


class DraftListScreen(RowPanesScreen[WriteTarget]):
    """List of drafts, rebased on the newest versions of their Secrets. `W` sends all ready drafts."""

    PLACE = Where.DRAFTS
    TOPICS = frozenset({"writes", "readers", "drafts", "rights"})

    def __init__(
        self,
        shared: ScreenContext,
        drafts: Sequence[Draft] = (),
        plans: Sequence[Plan] = (),
    ) -> None:
        table = TableWithPage[WriteTarget](
            _COLUMNS,
            key=lambda target: str(id(target)),
            cells=lambda target: self._cells[target],
            id="changes",
        )
        super().__init__(shared, table)
        self._plans = {plan.ref: plan for plan in plans}
        self._drafts = [*drafts, *(plan.draft for plan in plans if plan.draft is not None)]
        self._left_out = [WriteTarget(Draft.new(plan.ref), plan=plan) for plan in plans if plan.draft is None]
        self._own: list[WriteTarget] = []
        self._cells: dict[WriteTarget, tuple[Cell, ...]] = {}
        self._parked = [WriteTarget(draft, context) for (context, _), draft in shared.session.parked]
        self._ready: list[Review] = []
        self._inside = ValueWarnings(self, self.draw)
        self._begun = 0
        """Number of drafts that the last `W` sent; 0 once these writes ended."""
        self._later = 0
        """Length of `writes.later` when the user last confirmed a write.

        Each entry of `writes.later` says whether others changed or deleted a Secret after a write.
        """
        self._copy_words = dict[SecretRef, str]()
        self._is_reported = self._stays = self._is_led_on = False
        """`_is_reported`: the result was reported. `_stays`: the list stays open, because pods need restarts.

        `_is_led_on`: the user has opened the restart screen.
        """

    def on_mount(self) -> None:
        session = self.shared.session
        for draft in self._drafts:
            target = session.writes.reviews.start(draft)
            target.plan = self._plans.get(draft.ref)
            self._own.append(target)
        for namespace in {draft.ref.namespace for draft in self._drafts if draft.is_new}:
            # Undoing the creation of a Secret needs the right to delete it.
            session.access.ask_rights(namespace)
        session.want_readers(*self._namespaces())
        self.run_worker(self._read_copy_readers(), group="copies")

    async def _read_copy_readers(self) -> None:
        access, shows = CopyAccess(self.shared.session.cluster), self.shared.keys.of("show_who")
        copies = [
            (draft.source, draft.ref)
            for draft in self._drafts
            if draft.source and not draft.source.is_replaced
        ]
        for source, place in copies:
            readers = await access.of(source.secret.ref, place)
            asks = [right.words for right in readers.ask_for]
            words = copy_words(readers.subjects, is_known=readers.is_known, ask_for=asks)
            lists = f"; {shows} lists them" if readers.subjects and readers.is_known else ""
            self._copy_words[place] = f"{words}{lists}"
            if is_staying(self):
                self.draw()

    def on_unmount(self) -> None:
        self._inside.forget()
        self.shared.session.writes.reviews.leave(*self._own)
        # A closed screen may stay in memory, but must not hold values.
        self._plans, self._drafts, self._ready, self._own, self._cells = {}, [], [], [], {}

    @property
    def rights_on(self) -> SecretRef | None:
        return self.row.draft.ref if self.row is not None else None

    def title_of(self, command: Command) -> str:
        if command.id == "go_back" and self._is_reported:
            return command.title
        if command.id != "write_changes":
            return super().title_of(command)
        deletes = sum(review.draft.deletes for review in self._ready)
        counts = (("write", len(self._ready) - deletes), ("delete", deletes))
        return ", ".join(f"{verb} {count}" for verb, count in counts if count) or "write 0"

    def on_screen_resume(self, event: ScreenResume) -> None:
        self.draw()

    def _show_written(self) -> None:
        self._is_reported, self._stays = True, bool(self._stale())
        key = self.shared.keys.of("show_messages")
        refused = [
            str(target.draft.ref)
            for target in self._left_out
            if target.plan and target.plan.word != SAME_ALREADY
        ]
        refs = [target.draft.ref for target in self._own if _is_written(target)]
        later = self.shared.session.writes.later[self._later :]
        undone = [str(target.ref) for target in later if target.kind == "undone" and target.ref in refs]
        more = f" Others then changed or deleted: {listed(undone)}." if undone else ""
        more += self._who_restarts() + (f" Not written: {listed(refused)}." if refused else "")
        if len(refs) > 1:
            undo = self.shared.keys.of("undo_write")
            more += f" {undo} offers to undo all." if self._can_undo(refs) else ""
            tone: Tone = "warning" if refused or undone else "good"
            are_deletions = all(target.draft.deletes for target in self._own if _is_written(target))
            lists = f"{key} lists each {'deletion' if are_deletions else 'write'}."
            self.show_message(f"{self._done_words()}. {lists}{more}", tone)
        elif refused:  # if nothing was refused, the message about the single write is enough
            self.show_message(f"Written: {refs[0]}.{more}", "warning")

    def _done_words(self) -> str:
        deleted = sum(_is_written(target) and target.draft.deletes for target in self._own)
        done = sum(map(_is_written, self._own)) - deleted
        word = "Written" if self._changed() else "Created"
        if not deleted:
            return f"{word}: {counted(done, 'Secret')}"
        before = f"{word}: {counted(done, 'Secret')}, deleted: " if done else "Deleted: "
        return before + (str(deleted) if done else counted(deleted, "Secret"))

    def _can_undo(self, refs: Sequence[SecretRef]) -> bool:
        session = self.shared.session
        writes = session.writes.undo.latest_together
        rights = [
            session.may("delete", "secrets", write.ref.namespace, write.ref.name)
            for write in writes
            if write.draft.deletes
        ]
        return {write.ref for write in writes}.issuperset(refs) and False not in rights

    def _changed(self) -> list[SecretRef]:
        ends = ((target.draft.ref, target.outcome) for target in self._own if _is_written(target))
        return [ref for ref, end in ends if end is not None and end.intent is CHANGE]

    def _stale(self) -> list[PodOwner]:
        owners = self.shared.session.rollouts.owners(*self._changed())
        return [owner for owner in owners if owner.needs_restart]

    def _who_restarts(self) -> str:
        key, stale = self.shared.keys.of("restart_readers"), self._stale()
        bad = sum(bool(why_no_start(self.shared.session, owner)) for owner in stale)
        words = ""
        if count := len(stale) - bad:
            words = f" {key} restarts {counted(count, 'workload')} whose pods keep an old value."
        return words + (
            f" The next start of {counted(bad, 'workload')} may FAIL ({key} says why)." * bool(bad)
        )

    def _nothing_changed(self) -> str | None:
        return None if self._changed() else "Nothing to restart: no Secret in this list was changed yet."

    @unless(_nothing_changed)
    def run_restart_readers(self) -> None:
        self._is_led_on = True
        self.shared.app.show_restarts(*self._changed())

    def _not_undone_here(self) -> str | None:
        is_busy = self.shared.session.writes.busy is not None
        return "Cannot undo while Secrets are being written." if is_busy else self.nothing_written()

    @unless(_not_undone_here)
    async def run_undo_write(self) -> None:
        await super().run_undo_write()

    # Drawing

    def draw(self) -> None:
        """Draw the list, or close it.

        The list closes once all drafts are discarded, or once some are written and no other needs a write.
        If admission altered a value, the list stays open. If workloads need a restart, the list stays open
        until the user has opened the restart screen.
        """
        self._own = [target for target in self._own if target.review or target.outcome]
        is_written = any(map(_is_written, self._own))
        is_over = all(_is_written(target) or _needs_no_write(target) for target in self._own)
        if self.app.screen is self and self._drafts and is_over and (is_written or not self._own):
            if is_written and not self._is_reported:
                self.shared.app.show_news()
                self._show_written()
            if self._is_led_on or not self._stays:
                self.leave_by_itself()
                return
        writes = self.shared.session.writes
        reviews = (target.review for target in self._own if writes.blocked(target.draft.ref) is None)
        self._ready = [review for review in reviews if review is not None and review.can_write]
        if self._begun and writes.busy is None:
            self._begun = 0
            self.shared.app.show_news()
            self._show_failed()
        super().draw()

    def rows(self) -> list[WriteTarget]:
        targets = [*self._own, *self._left_out, *self._parked]
        self._cells = {target: self._cells_of(target) for target in targets}
        return targets

    def head(self) -> tuple[str, str]:
        deletes = sum(target.draft.deletes for target in self._own)
        counts = ("draft", len(self._own) - deletes), ("deletion", deletes)
        count = ", ".join(counted(many, word) for word, many in counts if many) or "0 drafts"
        if self._parked and not self._own:
            count = f"{counted(len(self._parked), 'draft')} in other contexts"
        return f"Review: {count}", self._word()

    def _show_failed(self) -> None:
        """Name each Secret that was not written, because the status line names only the last one."""
        ends = ((str(target.draft.ref), target.outcome) for target in self._own if target.outcome is not None)
        if failed := [ref for ref, end in ends if end.kind in _FAILED]:
            opens = f"{self.shared.keys.of('go_in')} opens a review."
            all_stay = all(
                target.draft.deletes
                for target in self._own
                if target.outcome and target.outcome.kind in _FAILED
            )
            self.show_message(
                f"Not {'deleted' if all_stay else 'written'}: {listed(failed)}. {opens}", "warning"
            )

    def _cells_of(self, target: WriteTarget) -> tuple[Cell, ...]:
        mark = Styled("!", "warning") if self._about(target).needs_care else ""
        name, changes = str(target.draft.ref), changes_of(target)
        return (mark, name, changes, readers_of_changes(self.shared, target), state_of(self.shared, target))

    def _word(self) -> str:
        writes, count = self.shared.session.writes, len(self._own)
        if self._begun > 1:
            return f"writing {self._begun - len(writes.following)} of {self._begun} …"
        unknown = sum(writes.blocked(target.draft.ref) is not None for target in self._own)
        kinds = [target.outcome.kind for target in self._own if target.outcome is not None]
        if not count:
            return "nothing to write"
        if not kinds and not unknown:
            refused = sum(
                target.plan is not None and target.plan.word != SAME_ALREADY for target in self._left_out
            )
            left = f" · {refused} without a draft" if refused else ""
            sent = {sent_word(writes.outcomes, target.draft) for target in self._own}
            word = sent.pop() if len(sent) == 1 else "not all written"
            return f"{len(self._ready)} of {count} ready{left} · {word}"
        done, failed = (sum(kind in which for kind in kinds) for which in (_DONE, _FAILED))
        deletes = sum(target.draft.deletes for target in self._own)
        word = "deleted" if deletes == count else "done" if deletes else "written"
        parts = [(unknown, "unknown"), (failed, f"not {word}")]
        more = "".join(f" · {number} {word}" for number, word in parts if number)
        return f"{done} of {count} {word}{more}"

    def page(self, row: WriteTarget | None) -> RowPage | None:
        if row is None:
            return None
        head = list[Line]()
        if any(target.review is not None for target in self._own):
            ready = sorted({review.draft.ref.namespace for review in self._ready})
            head = destination_lines(
                self.shared, "  Writes to  ", "write_changes", *(ready or self._namespaces())
            )
            written = [review.draft for review in self._ready if not review.draft.deletes]
            head += undo_limits(self.shared, written, len(self._ready) - len(written))
        return RowPage(self._about(row).lines, head=head)

    def title_of_row(self, row: WriteTarget) -> tuple[str, str]:
        return str(row.draft.ref), state_of(self.shared, row).text

    def _about(self, target: WriteTarget) -> TargetPage:
        inside = self._inside.of(target.review) if target.review is not None else []
        readers_words = self._copy_words.get(target.draft.ref, "")
        return about_target(self.shared, target, inside, self.text_width, copy_words=readers_words)

    def _namespaces(self) -> list[str]:
        return sorted({target.draft.ref.namespace for target in self._own})

    # Opening a row

    def open_row(self, row: WriteTarget) -> None:
        if row.draft.deletes and row.review is not None:
            self.app.push_screen(DeleteScreen(self.shared, row.draft.ref))
        elif row.review is not None:
            self.app.push_screen(ReviewScreen(self.shared, row))
        elif row.outcome is not None:
            self.show_message(f"Nothing to review: {row.draft.ref} is {row.outcome.intent.done}.")
        elif row.plan is not None:
            self.show_message(row.plan.why, "warning")
        else:
            self.shared.app.show_contexts(row.context)

    def _not_here(self) -> str | None:
        return None if self.row in self._own else "The cursor is not on a draft of this context."

    @unless(_not_here)
    def run_open_draft(self) -> None:
        if (target := self.row) is not None:
            open_draft(self, target.draft.ref)

    def _no_draft_here(self) -> str | None:
        target = self.row
        if target is None or target not in self._own or target.review is None or target.draft.deletes:
            return "Nothing to discard: the cursor is not on a draft of this context."
        return why_not_discarded(self, target.draft)

    @unless(_no_draft_here)
    async def run_discard_draft(self) -> None:
        if (target := self.row) is None:
            return
        others = [
            other.draft
            for other in self._own
            if other is not target and other.review and not other.draft.deletes
        ]
        free = [draft for draft in others if why_not_discarded(self, draft) is None]
        discarded = {(draft.ref, draft.uid) for draft in await discard(self, target.draft, free)}
        self._own = [other for other in self._own if (other.draft.ref, other.draft.uid) not in discarded]
        self.draw()

    def run_show_who(self) -> None:
        if (target := self.row) is not None:
            self.shared.app.show_who(target.draft.ref)

    def run_search_readers(self) -> None:
        if (target := self.row) is not None:
            self.shared.session.search_more(target.draft.ref.namespace)

    # Writing

    def _not_writable(self) -> str | None:
        for review in self._ready[:1]:
            if (problem := self.shared.session.writes.problem(review.draft.ref)) is not None:
                return problem
        reviews = [target.review for target in self._own if target.review is not None]
        if pending := sum(map(is_pending, reviews)):
            return f"Nothing sent: still waiting for {counted(pending, 'dry run')}."
        opens = f"{self.shared.keys.of('go_in')} opens a review."
        return None if self._ready else f"Nothing sent: no draft is ready. {opens}"

    @unless(_not_writable)
    async def run_write_changes(self) -> None:
        """Write all ready drafts.

        If another key still holds a value that a draft replaces, ask before writing.
        """
        reviews = self._ready
        left = [
            f"{review.draft.ref}: {sentence}." for review in reviews for sentence in _old_values_left(review)
        ]
        if left:
            more = [f"{len(left) - _MOST_LEFT} more."] if len(left) > _MOST_LEFT else []
            keys = self.shared.keys
            puts = f"To replace old values: go back, open the review with {keys.of('go_in')}, "
            puts += f"and press {keys.of('put_new_values')}."
            answers = (("y", "write anyway"),)
            lines = (*left[:_MOST_LEFT], *more, "", puts)
            if await ask(self, Question("An old value remains", lines, answers)) is None:
                return
        namespaces = sorted({review.draft.ref.namespace for review in reviews})
        if (typed := await confirm_context(self, *_what_is_sent(reviews), namespaces)) is None:
            return
        writes = self.shared.session.writes
        self._later = len(writes.later)
        if not all(map(writes.reviews.shows, reviews)):
            self.show_message("Nothing sent: a review changed after you started the write.", "warning")
            return
        problem = writes.write(*reviews, typed=typed)
        if problem is not None:
            self.show_message(problem, "warning")
            return
        self._begun = len(reviews)
        verb = "Deleting" if all(review.draft.deletes for review in reviews) else "Writing"
        self.show_status(f"{verb} {counted(len(reviews), 'Secret')} …")
        self.draw()

    def run_refresh_now(self) -> None:
        """Review all drafts again. A draft that copies a Secret takes the Secret's current values."""
        writes = self.shared.session.writes
        self.shared.session.refresh()
        for target in self._own:
            if target.review is not None and not writes.is_sending(target):
                writes.reviews.start(newest(self.shared.session, target), target)
        self.draw()

    def run_go_back(self) -> None:
        """Leave the list, and send no more of the queued writes."""
        self._send_no_more()
        self.dismiss()

    def close_for_cover(self) -> None:
        self._send_no_more()
        super().close_for_cover()

    def _send_no_more(self) -> None:
        kept = any(
            isinstance(review, Review) and not review.draft.deletes
            for review in self.shared.session.writes.following
        )
        if count := self.shared.session.writes.stop_following():
            drafts = "; the drafts are kept" if kept else ""
            self.show_message(f"Stopped: {counted(count, 'Secret')} not sent{drafts}.", "warning")


def _is_written(target: WriteTarget) -> bool:
    outcome = target.outcome
    return outcome is not None and outcome.kind in _DONE and not outcome.altered


def _needs_no_write(target: WriteTarget) -> bool:
    review = target.review
    if review is not None and review.draft.deletes:
        return review.gone is not None
    return review is not None and review.stage == "ready" and not review.has_changes


def _what_is_sent(reviews: Sequence[Review]) -> tuple[str, str]:
    if len(reviews) == 1 and not reviews[0].draft.deletes:
        return what_is_sent(reviews[0])
    parts = list[str]()
    for verb, deletes in (("Writes", False), ("Deletes", True)):
        if names := [str(review.draft.ref) for review in reviews if review.draft.deletes is deletes]:
            parts.append(f"{verb} {counted(len(names), 'Secret')}: {listed(names)}.")
    return "write" if any(not review.draft.deletes for review in reviews) else "delete", " ".join(parts)


def _old_values_left(review: Review) -> list[str]:
    return sentences(former_held(review.draft, review.secret)) if review.secret is not None else []
