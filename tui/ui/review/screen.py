"""Review of one draft: changes, readers (e.g. pods), dry run, write. Conflicts are resolved key by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.events import ScreenResume

from tui.model.draft.draft import Change, Draft
from tui.model.draft.former_values import FormerHeld, former_held, sentences, with_new_values
from tui.model.errors import ClusterError
from tui.model.secret.fields import is_key
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, listed
from tui.session.session import Topic
from tui.session.several.plans import newest
from tui.session.writes.outcome import sent_word
from tui.session.writes.review import Review, WriteTarget
from tui.ui.base.job import ask
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.commands import bindings
from tui.ui.dialogs.confirm_context import confirm_context
from tui.ui.dialogs.prompt import Question
from tui.ui.review.change_screen import ChangeScreen
from tui.ui.review.changed_values import ShownDiffs, ValueWarnings
from tui.ui.review.conflict import ConflictCommands
from tui.ui.review.discard import discard, open_draft, why_not_discarded
from tui.ui.review.lines import (
    LEAD,
    AffectedReaders,
    changes_words,
    conflict_verdict,
    is_other_there,
    last_writers,
    other_drafts,
    refusal_words,
    unchanged,
    verdict,
    what_is_sent,
)
from tui.ui.review.target_lines import about_plan
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lists.change_table import (
    CHANGE_COLUMNS,
    COLLISION_COLUMNS,
    NARROW_COLUMNS,
    change_lines,
    collision_lines,
    fits_in_rows,
    unchanged_line,
)
from tui.ui.widgets.table.table import Column, VirtualTable

_WORDS: Final = "the server's message"
"""Name of the server's message in `revealed`. It equals no key, because keys contain no blanks."""

_DRY_RUN_PENDING: Final = "Nothing sent: the dry run is not finished."


class ReviewScreen(ChangeScreen):
    """Review of a draft, against the newest version of its Secret."""

    BINDINGS = bindings((Where.REVIEW, Where.CONFLICT))

    def __init__(self, shared: ScreenContext, target: WriteTarget) -> None:
        super().__init__(shared)
        self._target, self._conflict = target, ConflictCommands(self, target, self.start_review)
        self.groups = (self._conflict,)
        self._is_own = target not in shared.session.writes.reviews.targets
        self._former = target.outcome
        self._has_former = False
        """True if another key held an old value when the review was last drawn."""
        self._inside = ValueWarnings(self, self.draw_values)
        self._server_diffs = ShownDiffs(self, self.draw_values)

    def on_mount(self) -> None:
        if self._is_own:
            self.start_review(self.draft)
        else:
            self.draw_values()
        # The readers must be known before the user writes.
        self.shared.session.want_readers(self.draft.ref.namespace)

    def on_unmount(self) -> None:
        self._inside.forget()
        self.diffs.keep(())
        self._server_diffs.keep(())
        if self._is_own:
            self.shared.session.writes.reviews.leave(self._target)

    @property
    def place(self) -> Where:
        return Where.CONFLICT if self.review.stage == "conflict" else Where.REVIEW

    @property
    def subject(self) -> SecretRef:
        return self.draft.ref

    @property
    def draft(self) -> Draft:
        return self._target.draft

    @property
    def review(self) -> Review:
        return self._target.current_review

    def start_review(self, draft: Draft) -> None:
        self._conflict.start_over()
        self.shared.session.writes.reviews.start(draft, self._target)
        self.draw_values()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if "writes" in topics and self._is_over():
            self._leave_if_on_top()
            return
        if topics & {"writes", "readers"}:
            self.draw_values()
        if self.review.dry_run.kind != "pending":
            self.clear_message(_DRY_RUN_PENDING)

    def on_screen_resume(self, event: ScreenResume) -> None:
        if self._is_over():
            self._leave_if_on_top()

    def _leave_if_on_top(self) -> None:
        if self.app.screen is self:
            self.leave_by_itself()

    def _is_over(self) -> bool:
        outcome = self._target.outcome
        return outcome is not self._former and outcome is not None and outcome.kind in ("written", "unknown")

    # Drawing

    def draw_values(self) -> None:
        review = self.review
        is_conflict = review.stage == "conflict"
        changes = review.draft.change_list()
        self.diffs.keep(self.shown if is_conflict else [change.key for change in changes])
        self._server_diffs.keep(self.shown if is_conflict else ())
        self.share_width(changes, is_wide=is_conflict)
        if is_conflict:
            self._draw_conflict(review)
        else:
            self._draw_review(review, changes)
        self.refresh_footer()

    def _draw_conflict(self, review: Review) -> None:
        panes, mine, diffs = self.panes, self._conflict.collisions(), (self._server_diffs.of, self.diffs.of)
        self.use_columns(COLLISION_COLUMNS)
        panes.table.show(
            collision_lines(mine, self._conflict.taken, self.shown, diffs, width=panes.table_width)
        )
        undecided = self._conflict.undecided()
        mergeable = [key for key in undecided if self._conflict.both(key) is not None]
        verdict_lines = conflict_verdict(self.shared.keys, review, len(undecided), mergeable)
        panes.set_text(last_writers(review), lead=LEAD, blocks=[verdict_lines])
        panes.verdict_pane.head(f"Conflict: {self.draft.ref.name}", self._conflict_word())
        panes.table_pane.head("Changed by both", counted(len(mine), "key"))
        panes.text_pane.head("Last written by", "from managedFields")

    def _draw_review(self, review: Review, changes: Sequence[Change]) -> None:
        panes, session = self.panes, self.shared.session
        self._has_former = bool(self._left_behind())
        is_narrow = not fits_in_rows(changes, panes.table_width)
        columns: tuple[Column, ...] = NARROW_COLUMNS if is_narrow else CHANGE_COLUMNS
        self.use_columns(columns)
        lines = change_lines(changes, self.shown, self.diffs.of, width=panes.table_width, is_narrow=is_narrow)
        others = unchanged(review)
        panes.table.show([*lines, *([unchanged_line(others, is_narrow=is_narrow)] if others else [])])
        fix_key, plan = self.shared.keys.of("put_new_values"), self._target.plan
        affected, shows_words = AffectedReaders(self.shared, review), ("", _WORDS) in self.revealed
        inside = self._inside.of(review)
        blocks = verdict(self.shared, review, affected, inside, fix_key, shows_words=shows_words)
        compared = about_plan(plan, review) if plan is not None else ()
        drafts = other_drafts(self.shared, self.draft.ref) if self._is_own else []
        blocks[-1] += [*compared, *drafts]
        about = [] if session.read_only else affected.lines(panes.text_width)
        panes.set_text(about, lead=LEAD, blocks=blocks)
        panes.verdict_pane.head(f"Review: {self.draft.ref.name}", self._review_word(review))
        panes.table_pane.head("Changes", changes_words(review.draft))
        panes.text_pane.head("Affected readers, worst first", affected.count)

    def _review_word(self, review: Review) -> str:
        writes = self.shared.session.writes
        if writes.busy_with(self.draft.ref) is not None:
            return "being written …"
        if review.stage == "ready" and not review.has_changes:
            return "nothing to write"
        return sent_word(writes.outcomes, review.draft)

    def _conflict_word(self) -> str:
        left = len(self._conflict.undecided())
        return f"{left} {'key' if left == 1 else 'keys'} to resolve" if left else "all resolved"

    # Showing values

    def every_value(self) -> list[tuple[str, str]]:
        return [*super().every_value(), *([("", _WORDS)] if refusal_words(self.review) is not None else [])]

    @property
    def shown(self) -> frozenset[str]:
        return super().shown | {name for name in self.draft.changes().keys if not is_key(name)}

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        if (line := self.line()) is not None and line.after is not None:
            self.look_closer(line, line.after)

    # Writing

    def _not_writable(self) -> str | None:
        review = self.review
        is_asked = review.stage == "loading" or (review.stage == "ready" and review.has_changes)
        if is_asked and review.dry_run.kind == "pending":
            return f"{_DRY_RUN_PENDING} Press {self.shared.keys.of('write_changes')} again later."
        return review.why_not or self.shared.session.writes.problem(self.draft.ref)

    @unless(_not_writable)
    async def run_write_changes(self) -> None:
        """Write the draft. If other keys still hold an old value that the draft replaces, ask first."""
        held, review = self._left_behind(), self.review
        if held:
            lines = tuple(f"{sentence}." for sentence in sentences(held))
            fix = (self.shared.keys.of("put_new_values"), "put the new value in other keys too")
            answers = (fix, ("y", "write anyway"))
            answer = await ask(self, Question("An old value remains", lines, answers))
            if answer == fix[0]:
                await self.go_on_with("put_new_values")
            if answer != "y":
                return
        typed = await confirm_context(self, *what_is_sent(review), [self.draft.ref.namespace])
        if typed is None:
            return
        if review is not self.review:
            self.show_message("Nothing sent: the review changed after you started the write.", "warning")
            return
        problem = self.shared.session.writes.write(review, typed=typed)
        if problem is not None:
            self.show_message(problem, "warning")
            return
        self.show_status(f"Writing {self.draft.ref} …")
        self.draw_values()

    def run_refresh_now(self) -> None:
        self.shared.session.refresh()
        if not self.shared.session.writes.is_sending(self._target):
            self.start_review(newest(self.shared.session, self._target))

    def _left_behind(self) -> tuple[FormerHeld, ...]:
        secret = self.review.secret
        return former_held(self.draft, secret) if secret is not None else ()

    def _none_left(self) -> str | None:
        return self._is_sent() if self._has_former else "No other key holds an old value."

    @unless(_none_left)
    def run_put_new_values(self) -> None:
        """Replace, in the draft, the old values that other keys still hold.

        A message names the keys in which the old value cannot be replaced. One undo reverts all replacements.
        """
        secret, held = self.review.secret, self._left_behind()
        if secret is None:
            return
        before, draft = self.draft, with_new_values(self.draft, secret)
        keys = sorted({key for former in held for key in former.keys})
        changed = [key for key in keys if draft.value(secret, key) != before.value(secret, key)]
        unchanged_keys = [key for key in keys if key not in changed]
        more = (
            f" Not changed: {listed(unchanged_keys)} (not text, or YAML in which the new value needs quotes)."
            if unchanged_keys
            else ""
        )
        if not changed:
            self.show_message(more.strip(), "warning")
            return
        self.shared.session.drafts.put(draft)
        self.show_message(
            f"The draft has the new value in {listed(changed)} too.{more}",
            "warning" if unchanged_keys else "",
        )
        self.start_review(draft)

    def _is_sent(self) -> str | None:
        return why_not_discarded(self, self.draft)

    @unless(_is_sent)
    async def run_discard_draft(self) -> None:
        if await discard(self, self.draft):
            self.dismiss()

    def run_open_draft(self) -> None:
        line = self.line()
        open_draft(self, self.draft.ref, line.key if line is not None and is_key(line.key) else "")

    def _still_there(self) -> str | None:
        is_gone = self.review.gone == "deleted"
        return None if is_gone else f"Not created: Secret {self.draft.ref.name} exists."

    @unless(_still_there)
    def run_make_new(self) -> None:
        new = self.shared.session.drafts.make_new(self.review.draft)
        if new is None:
            self.show_message("Not created: another draft of a new Secret has this name.", "warning")
            return
        if self.shared.session.open_ref == new.ref:
            # The main screen under this screen must show the new draft instead of the deleted Secret.
            self.shared.session.open(new.ref)
        self.show_status(f"The draft now creates a new Secret {new.ref}.")
        self.start_review(new)

    def _no_other(self) -> str | None:
        if not is_other_there(self.review):
            return f"Nothing done: no other Secret is named {self.draft.ref.name}."
        return self.shared.session.writes.problem(self.draft.ref)

    @unless(_no_other)
    def run_change_existing(self) -> None:
        # In a worker, so that a slow server does not block key presses.
        self.run_worker(self._put_on_other(), group="retarget", exclusive=True)

    async def _put_on_other(self) -> None:
        session, ref = self.shared.session, self.draft.ref
        self.show_status(f"Reading the existing Secret {ref} …")
        try:
            existing = await session.read(ref)
        except ClusterError as error:
            self.show_message(f"{error.sentence} The draft is unchanged.", "bad")
            return
        if not is_staying(self):
            return
        moved = session.drafts.put_on(self.review.draft, existing)
        if moved is None:
            self.show_message(
                f"The existing Secret {ref.name} already has a draft. Write or discard that draft first.",
                "warning",
            )
        else:
            self.show_status(f"The draft now applies to the existing Secret {ref}.")
            self.start_review(moved)
