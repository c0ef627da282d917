"""Writes: send reviewed drafts and deletions, one at a time, in a task that no key press cancels."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from tui.model.errors import AlreadyExists, ClusterError, NotFound, PluginFailed, Unauthorized
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.session.cache.events import MayHaveChanged, Reachable, SecretGone, SecretSeen, Services
from tui.session.cache.lookup import SecretLookup
from tui.session.writes.audit import Journal
from tui.session.writes.intents import DELETE
from tui.session.writes.outcome import (
    NotWriting,
    Outcome,
    SentWrite,
    WriteBegun,
    WriteEnded,
    WriteResult,
    outcome_of,
    unknown,
)
from tui.session.writes.revert_watch import AfterWrite, RevertWatch
from tui.session.writes.review import Review, Reviews, WriteTarget, deletion, to_send, with_source
from tui.session.writes.send import send
from tui.session.writes.undo import UndoList
from tui.session.writes.unknown_outcomes import UnknownOutcomes

GRACE: Final = 5.0
"""Maximum seconds to wait for a write in flight when the program ends."""


class Writes:
    """Reviews, the write in flight, queued writes, and the outcomes of all writes."""

    def __init__(
        self,
        services: Services,
        lookup: SecretLookup,
        *,
        guard: str = "",
        journal: Journal | None = None,
        keeps_undo: bool = True,
    ) -> None:
        self._cluster, self._clock, self._tasks, events = services
        self._events = events
        self.reviews = Reviews(services)
        self.undo = UndoList(self._clock, events, keeps=keeps_undo)
        self.outcomes: tuple[Outcome, ...] = ()
        """Outcomes of all writes, the latest last.

        A write with an unknown outcome may later get a second entry.
        """
        self.later: tuple[AfterWrite, ...] = ()
        """Results of RevertWatch for the writes in `outcomes`, the latest last."""
        self.busy: SentWrite | None = None
        self._guard, self._journal = guard, journal or Journal()
        self._unknown_outcomes = UnknownOutcomes(services, self._publish, self._ended)
        self.aftermath = RevertWatch(services, lookup, self._publish_later)
        self._following: list[Review | SentWrite] = []
        self._sending: asyncio.Task[None] | None = None
        events.on(SecretSeen, lambda event: self._seen(event.row))
        events.on(SecretGone, lambda event: self._gone(event.ref, event.uid))
        for kind in (MayHaveChanged, Reachable):
            events.on(kind, lambda _: self._unknown_outcomes.look_now())
        events.on(Reachable, lambda _: self._review_again())

    def _seen(self, row: SecretSummary) -> None:
        self.aftermath.saw(row.ref, row.resource_version)
        for target in self.reviews.targets:
            source = target.draft.source.secret if target.draft.source is not None else None
            if (
                source is not None
                and source.ref == row.ref
                and source.resource_version != row.resource_version
            ):
                self._tasks.start(self._look_at_source(target), f"source {row.ref}")

    async def _look_at_source(self, target: WriteTarget) -> None:
        """Update the review of a copy whose source changed.

        A loading review is left alone, because it reads the source itself.
        """
        if target.review is None or target.review.stage == "loading":
            return
        newer, review = await with_source(self._cluster, target.review), target.review
        if review is not None and review.stage != "loading" and not self.is_sending(target):
            self.reviews.show(target, replace(review, newer=newer.newer))

    def _gone(self, ref: SecretRef, uid: str) -> None:
        self.aftermath.saw(ref)
        target = self.reviews.of(ref, uid)
        if target is None or target.review is None or self.busy_with(ref) is not None:
            return
        if target.review.stage != "loading" and target.review.gone is None:
            self.reviews.start(target.draft, target)

    def _review_again(self) -> None:
        """Repeat failed reviews, because the cluster answers again or the user logged in again."""
        for target in self.reviews.targets:
            review = target.review
            if review is not None and not self.is_sending(target):
                error = review.error or review.dry_run.error
                if error is not None and (error.can_retry or isinstance(error, Unauthorized | PluginFailed)):
                    self.reviews.start(target.draft, target)

    # -- writes

    def problem(self, ref: SecretRef) -> str | None:
        """Return a sentence why no write to the Secret can be sent now; None if one can be sent."""
        if self.busy is not None:
            return f"Wait: {self.busy.still}."
        pending = self._unknown_outcomes.of(ref)
        return None if pending is None else f"Wait for the write's result: {pending.sentence}"

    @property
    def unsettled(self) -> str | None:
        """Sentence about the write in flight, or else about a write with an unknown outcome, or else None."""
        if self.busy is not None:
            return f"{self.busy.still}."
        return next(
            (f"Wait for the write's result: {outcome.sentence}" for outcome in self.unknown.values()), None
        )

    def busy_with(self, ref: SecretRef) -> SentWrite | None:
        """Return the write in flight if it writes or deletes this Secret; else None."""
        return self.busy if self.busy is not None and self.busy.ref == ref else None

    def blocked(self, ref: SecretRef) -> Outcome | None:
        """Return the unknown outcome of a write to this Secret; None if there is none."""
        return self._unknown_outcomes.of(ref)

    @property
    def unknown(self) -> Mapping[SecretRef, Outcome]:
        return self._unknown_outcomes.all

    def write(self, *reviews: Review, typed: str = "") -> str | None:
        """Begin to send the reviewed drafts, one after the other. If no write begins, return the reason.

        If a change or creation fails, later deletions are skipped, but not later changes and creations. A
        draft whose review was closed or replaced is skipped too.
        """
        first, *following = reviews
        why_not = next((why for why in (review.why_not for review in reviews) if why), None)
        return why_not or self._begin(to_send(first), typed, following)

    @property
    def following(self) -> tuple[Review | SentWrite, ...]:
        """Queued reviews and deletions in their order."""
        return tuple(self._following)

    def is_sending(self, target: WriteTarget) -> bool:
        """True if the target is being written or is queued, so that its review must not change."""
        return self.busy_with(target.draft.ref) is not None or target.review in self._following

    def stop_following(self) -> int:
        """Remove the queued writes, keep their drafts, and return how many writes were removed."""
        count = len(self._following)
        self._following.clear()
        return count

    def delete(self, secret: Secret, *, typed: str = "") -> str | None:
        """Begin to delete exactly this version of the Secret. If no deletion begins, return the reason."""
        return self._begin(deletion(secret, secret.fields if self.undo.keeps else None), typed)

    def delete_all(self, rows: Sequence[SecretSummary], *, typed: str = "") -> str | None:
        """Begin to delete exactly the versions in `rows`, one after the other.

        If no deletion begins, return the reason.

        If deletions can be undone, a Secret that cannot be read is not deleted.
        """
        first, *following = map(deletion, rows)
        return self._begin(first, typed, following)

    def misnamed(self, typed: str) -> str | None:
        """Return a sentence if the user must type the context's name but typed something else; else None."""
        if typed == self._guard or not self._guard:
            return None
        return f"Nothing sent: type the context's name, {self._guard}."

    def _begin(self, sent: SentWrite, typed: str, following: Sequence[Review | SentWrite] = ()) -> str | None:
        why_not = self.problem(sent.ref) or self.misnamed(typed) or self._journal.sends(sent)
        if why_not is None:
            self._following = list(following)
            self.undo.begin_batch()
            self._take(sent)
            self._sending = self._tasks.start(self._run(sent), f"write {sent.ref}")
        return why_not

    def _take(self, sent: SentWrite) -> None:
        self.busy = sent
        self.aftermath.drop(sent.ref)
        self._events.emit(WriteBegun(sent))
        self._events.notify("writes")

    async def _run(self, sent: SentWrite) -> None:
        not_written = [] if await self._finish(sent) else [sent]
        while self._following:
            following = self._following.pop(0)
            if isinstance(following, SentWrite):
                sent = following
            elif self.reviews.shows(following):
                sent = to_send(following)
            else:
                continue
            why_not = _needed_still(sent, not_written) or self.problem(sent.ref)
            why_not = why_not or self._journal.sends(sent)
            if why_not is not None:
                end = WriteResult(sent.intent.undone, why=f"{why_not} {sent.intent.kept}".rstrip())
                self._publish(outcome_of(sent, end, self._clock.now(), self._clock.tz))
                continue
            self._take(sent)
            if not await self._finish(sent):
                not_written.append(sent)

    async def _finish(self, sent: SentWrite) -> bool:
        """Send the write and handle its result. Returns True only if the write is known to be done."""
        try:
            prepared = await self._read_first(sent)
            if isinstance(prepared, WriteResult):
                end: WriteResult | None = prepared
            else:
                sent, end = await send(self._cluster, self._clock, prepared, self._sends)
                if end is None:
                    end = await self._unknown_outcomes.find_out(sent)
        finally:
            self.busy = None
        if end is not None:
            self._ended(sent, end)
        self._events.emit(NotWriting(sent.ref))
        return end is not None and end.kind in ("written", "deleted")

    async def _read_first(self, sent: SentWrite) -> SentWrite | WriteResult:
        """Read the values of a Secret before a deletion that can be undone, and add them to `sent`.

        Return `sent` unchanged if it is no such deletion, or has values already. If the read fails, return an
        End. The request still names the version in `sent`, so it deletes no newer version.
        """
        if sent.intent is not DELETE or sent.base is not None or not self.undo.keeps:
            return sent
        try:
            current = await self._cluster.open(sent.ref)
        except NotFound as error:
            return DELETE.missing(sent, error)
        except ClusterError as error:
            why = f"The Secret could not be read, so you could not undo its deletion. {error.sentence}"
            return WriteResult(DELETE.undone, error=error, why=why)
        self._journal.opened(current)
        return replace(sent, base=current.fields)

    def _sends(self, sent: SentWrite) -> None:
        self.busy = sent
        self._events.notify("writes")

    # -- results of writes

    def _publish(self, outcome: Outcome) -> None:
        self.outcomes = (*self.outcomes, outcome)
        target = self.reviews.of(outcome.ref, outcome.uid)
        if target is not None and target.draft.deletes == (outcome.intent is DELETE):
            target.outcome = outcome
        self._journal.ended(outcome)
        self._events.publish(outcome, "writes")

    def _publish_later(self, later: AfterWrite) -> None:
        self.later = (*self.later, later)
        self._events.emit(later)
        self._events.publish(later, "writes")

    def _ended(self, sent: SentWrite, end: WriteResult) -> None:
        self._events.emit(WriteEnded(sent, end))
        self._publish(outcome_of(sent, end, self._clock.now(), self._clock.tz))
        if end.kind == "written" and end.secret is not None:
            self.aftermath.begin(sent, end.secret)
        target = self.reviews.of(sent.ref, sent.uid)
        if target is None or target.draft.deletes != (sent.intent is DELETE):
            return
        is_new = target.draft.is_new
        if end.kind in ("written", "deleted"):
            self.reviews.leave(target)
            # The written values need not stay in memory.
            target.draft, target.plan = replace(target.draft, steps=(), base={}), None
        elif (
            target.draft.deletes
            or (end.kind == "conflict" and not is_new)
            or isinstance(end.error, AlreadyExists | NotFound)
        ):
            self.reviews.start(target.draft, target)  # a new review shows the current state

    async def close(self) -> tuple[Outcome, ...]:
        """Stop all work, and wait up to GRACE seconds for a write in flight. Returns unknown outcomes."""
        self.reviews.leave(*self.reviews.targets)
        self._following.clear()
        sending, in_flight = self._sending, None
        if sending is not None and not sending.done():
            grace = self._tasks.start(self._clock.sleep(GRACE), "grace")
            await asyncio.wait((sending, grace), return_when=asyncio.FIRST_COMPLETED)
            grace.cancel()
            in_flight = self.busy
            sending.cancel()
        self._unknown_outcomes.close()
        still_unknown = self._unknown_outcomes.all
        if in_flight is not None and (cut_off := self._cut_off(in_flight)).kind == "unknown":
            still_unknown = {**still_unknown, cut_off.ref: cut_off}
            self._journal.ended(cut_off)
        elif in_flight is not None:
            self._publish(cut_off)
        return tuple(still_unknown.values())

    def hang_up(self) -> None:
        """Add the outcome of a write in flight to the journal, because the process is about to end."""
        if self.busy is not None:
            self._journal.ended(self._cut_off(self.busy))

    def _cut_off(self, sent: SentWrite) -> Outcome:
        """Return the outcome of a write that the end of the program interrupts."""
        if sent.at:
            return unknown(sent, self._clock.tz)
        end = WriteResult(sent.intent.undone, why="The write was not sent.")
        return outcome_of(sent, end, self._clock.now(), self._clock.tz)


def _needed_still(sent: SentWrite, not_written: Sequence[SentWrite]) -> str | None:
    """Return why a deletion is skipped after a failed change or creation; None if it is not skipped.

    Readers may still need the Secret, because the failed write may have been meant to replace it.
    """
    lacking = next((failed for failed in not_written if failed.intent is not DELETE), None)
    if sent.intent is not DELETE or lacking is None:
        return None
    return f"{lacking.ref} must be {lacking.intent.done} first."
