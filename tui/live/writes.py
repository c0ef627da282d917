"""Writes: one at a time, each with a known end, in tasks that no press of a key cancels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tui.cluster.cluster import Cluster
from tui.live.clock import Clock
from tui.live.outcome import SURE_AFTER, End, Outcome, Sent, outcome_of, unknown
from tui.live.review import Review, prepare, to_send
from tui.live.sending import look, send
from tui.live.tasks import Tasks
from tui.model.draft import Changes, Draft
from tui.model.errors import ClusterError
from tui.model.secret import Secret, SecretRef

GRACE: Final = 5.0
"""Seconds that a write in flight gets when the program ends."""

_LONGEST_WAIT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Effects:
    """What a write does to the rest of the session."""

    written: Callable[[Sent, Secret], None]
    deleted: Callable[[Sent], None]
    tell: Callable[[], None]


class Writes:
    """Reviews, the write in flight, those whose end is being looked into, and what became of all."""

    def __init__(self, cluster: Cluster, clock: Clock, tasks: Tasks, effects: Effects) -> None:
        self.current: Review | None = None
        """The review that is prepared or looked at."""
        self.outcomes: tuple[Outcome, ...] = ()
        """The ends of this run's writes, the latest last."""
        self.busy: Sent | None = None
        """The write in flight."""
        self._cluster, self._clock, self._tasks, self._effects = cluster, clock, tasks, effects
        self._unknown: dict[SecretRef, Outcome] = {}
        self._reviewing: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._looking: dict[SecretRef, asyncio.Task[None]] = {}
        self._look_now = asyncio.Event()

    # -- reviews: reads, which a newer one supersedes

    def review(self, draft: Draft) -> Review:
        """Begin to read, rebase and rehearse; `current` follows it until another is begun or it is left."""
        self.leave_review()
        begun = self.current = Review(draft)
        self._reviewing = self._tasks.start(prepare(self._cluster, self._clock, draft, self._show), "review")
        self._effects.tell()
        return begun

    def leave_review(self) -> None:
        """Let go of it and of the values in it; the draft is the session's."""
        if self._reviewing is not None:
            self._reviewing.cancel()
        self._reviewing, self.current = None, None

    def _show(self, review: Review) -> None:
        self.current = review
        self._effects.tell()

    # -- writes

    def problem(self, ref: SecretRef) -> str | None:
        """Why nothing can be written to it now, as a sentence; None if it can."""
        if self.busy is not None:
            return f"{self.busy.ref} is still being written: one write at a time."
        pending = self._unknown.get(ref)
        return None if pending is None else f"Wait until this is known: {pending.sentence}"

    def blocked(self, ref: SecretRef) -> Outcome | None:
        """The write to it whose outcome is not known yet."""
        return self._unknown.get(ref)

    @property
    def unknown(self) -> Mapping[SecretRef, Outcome]:
        """Every write whose outcome is not known yet."""
        return dict(self._unknown)

    def write(self, review: Review) -> str | None:
        """Send what the review shows; says why not if it cannot be sent now (then nothing was)."""
        if not review.can_write:
            return "This review cannot be written: it is not ready, or there is nothing to write."
        return self._begin(to_send(review))

    def delete(self, secret: Secret) -> str | None:
        """Delete that version of that life of it, and no other; says why not if it cannot be sent now."""
        nothing = Changes(set={}, removed=frozenset())
        return self._begin(Sent("delete", secret.ref, secret.uid, secret.resource_version, nothing))

    def _begin(self, sent: Sent) -> str | None:
        why_not = self.problem(sent.ref)
        if why_not is None:
            self.busy = sent
            self._sending = self._tasks.start(self._run(sent), "write")
            self._effects.tell()
        return why_not

    async def _run(self, sent: Sent) -> None:
        try:
            sent, end = await send(self._cluster, self._clock, sent, self._sends)
            if end is None:
                end = await self._first_look(sent)
        finally:
            self.busy = None
        if end is not None:
            self._ended(sent, end)
            return
        self._looking[sent.ref] = self._tasks.start(self._settle(sent), "look")
        self._effects.tell()

    def _sends(self, sent: Sent) -> None:
        self.busy = sent
        self._effects.tell()

    # -- looking into what is not known

    def look_now(self) -> None:
        """Do not wait for the next look: somebody has reconnected."""
        self._look_now.set()

    async def _first_look(self, sent: Sent) -> End | None:
        """Most lost answers are cleared up by the first look, and need no word about doubts."""
        try:
            end = await look(self._cluster, self._clock, sent)
        except ClusterError as error:
            self._doubt(unknown(sent, self._clock.tz, error))
            return None
        if end is None:
            self._doubt(unknown(sent, self._clock.tz))
        return end

    def _doubt(self, outcome: Outcome) -> None:
        self._unknown[outcome.ref] = outcome
        self.outcomes = (*self.outcomes, outcome)

    async def _settle(self, sent: Sent) -> None:
        wait = 1.0
        while True:
            left = sent.started + SURE_AFTER - self._clock.monotonic()
            await self._pause(min(wait, left) if left > 0 else wait)
            wait = min(2 * wait, _LONGEST_WAIT)
            try:
                end = await look(self._cluster, self._clock, sent)
            except ClusterError as error:
                self._unknown[sent.ref] = unknown(sent, self._clock.tz, error)
                self._effects.tell()
                continue
            if end is not None:
                break
        del self._unknown[sent.ref], self._looking[sent.ref]
        self._ended(sent, end)

    async def _pause(self, seconds: float) -> None:
        """Wait for the clock, or for somebody who asks to look now."""
        self._look_now.clear()
        waits = [
            self._tasks.start(self._clock.sleep(seconds), "pause"),
            self._tasks.start(self._woken(), "look now"),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def _woken(self) -> None:
        await self._look_now.wait()

    # -- ends

    def _ended(self, sent: Sent, end: End) -> None:
        self.outcomes = (*self.outcomes, outcome_of(sent, end, self._clock.now(), self._clock.tz))
        if end.kind == "written" and end.secret is not None:
            self._effects.written(sent, end.secret)
        elif end.kind == "deleted":
            self._effects.deleted(sent)
        shown = self.current
        if shown is not None and sent.draft is not None and shown.draft.ref == sent.ref:
            if end.kind == "written":
                self.leave_review()
            elif end.kind == "conflict" and not sent.draft.is_new:
                self.review(sent.draft)
        self._effects.tell()

    async def close(self) -> tuple[Outcome, ...]:
        """End everything; a write in flight gets 5 s. The outcomes that stay unknown are returned."""
        self.leave_review()
        sending, in_flight = self._sending, self.busy
        if sending is not None and not sending.done():
            grace = self._tasks.start(self._clock.sleep(GRACE), "grace")
            await asyncio.wait([sending, grace], return_when=asyncio.FIRST_COMPLETED)
            grace.cancel()
            in_flight = self.busy
            if not sending.done():
                sending.cancel()
        for task in self._looking.values():
            task.cancel()
        left = dict(self._unknown)
        if in_flight is not None:
            left[in_flight.ref] = unknown(in_flight, self._clock.tz)
        return tuple(left.values())
