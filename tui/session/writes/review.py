"""Reviews: merge each draft with the newest version of its Secret, and send a dry run of the write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.cluster.client import Cluster
from tui.model.draft.admission import UNALTERED, AlteredKeys, altered
from tui.model.draft.copy_plan import NewerCopy, copy_again
from tui.model.draft.draft import Changes, Collision, CopySource, Draft, draft_problem
from tui.model.draft.plan import Plan
from tui.model.errors import (
    AlreadyExists,
    Clash,
    ClusterError,
    Conflict,
    ErrorHolder,
    Forbidden,
    Invalid,
    NoDryRun,
    NotFound,
    ReadOnly,
    Refused,
    Unauthorized,
)
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.value import Value
from tui.session.cache.events import SecretRead, Services
from tui.session.clock import Clock, out_of_step
from tui.session.writes.intents import CHANGE, CREATE, DELETE
from tui.session.writes.outcome import Outcome, SentWrite
from tui.session.writes.send import RESENDS

TRIES: Final = RESENDS + 1
"""Maximum number of dry runs in one review."""

_NO: Final = (Forbidden, Invalid, ReadOnly, Refused, Unauthorized, NotFound)


class DryRun(ErrorHolder, Struct, frozen=True):
    """Result of the dry run.

    The kind "cannot" means that the server supports no dry run of this write. The write may then be sent
    without a dry run.
    """

    kind: Literal["pending", "accepted", "refused", "cannot", "unanswered"] = "pending"
    warnings: tuple[str, ...] = ()
    error: ClusterError | None = None
    altered: AlteredKeys = UNALTERED
    """Changes that admission would make."""
    at: float | None = None
    """Time of the answer, in seconds since the epoch."""


class Review(ErrorHolder, Struct, frozen=True, eq=False):
    """State of a draft's review: newest version of the Secret, conflicts, and result of the dry run."""

    draft: Draft
    """Draft, rebased on `secret`."""
    stage: Literal["loading", "ready", "conflict", "broken"] = "loading"
    """"conflict": others changed keys of the draft too. "broken": the review failed because of `error`."""
    secret: Secret | None = None
    """Newest version of the Secret; None if it does not exist yet or was not read."""
    collisions: tuple[Collision, ...] = ()
    dry_run: DryRun = DryRun()
    error: ClusterError | None = None
    gone: Literal["deleted", "recreated"] | None = None
    """Reason why the Secret of the draft is gone; None if it still exists, or was not read."""
    problem: str = ""
    """Sentence that says why the draft cannot be written, or ""."""
    newer: NewerCopy | None = None
    """Draft with new values of the copied Secret, `draft.source`; None if no new values were found."""

    @property
    def has_changes(self) -> bool:
        return self.draft.deletes or self.draft.is_new or not self.draft.changes().is_empty

    @property
    def can_write(self) -> bool:
        """True if the draft can be sent as reviewed. A deletion needs no dry run."""
        may_send = self.draft.deletes or self.dry_run.kind in ("accepted", "cannot")
        return self.stage == "ready" and self.has_changes and not self.problem and may_send

    @property
    def why_not(self) -> str:
        if self.can_write:
            return ""
        if self.problem:
            return f"Not sent: {self.problem}"
        if self.stage == "conflict":
            return "Not sent: first resolve the conflicts between draft and server."
        if self.stage == "broken":
            if isinstance(self.error, AlreadyExists | Conflict):
                return self.error.sentence
            return f"Not sent. {self.error.sentence if self.error is not None else ''}".rstrip()
        if self.stage == "ready" and not self.has_changes:
            return "Nothing to write: the server already has the draft's changes."
        error = self.dry_run.error
        if error is None:
            return "Not sent: the review is not ready yet."
        how = "was refused" if self.dry_run.kind == "refused" else "failed"
        return f"Not sent: the dry run {how}. {error.sentence}"

    def __repr__(self) -> str:
        return f"<Review {self.draft.ref} {self.stage}>"


async def prepare(cluster: Cluster, clock: Clock, draft: Draft, show: Callable[[Review], None]) -> None:
    """Read the newest version of the Secret, merge the draft with it, and send the dry run.

    `show` gets each new state of the review.
    """
    review = Review(draft)
    for attempt in range(TRIES):
        await out_of_step(clock, attempt)
        review = review if draft.is_new else await _rebased(cluster, draft)
        review = await with_source(cluster, review)
        if review.stage in ("conflict", "broken") or review.problem or not review.has_changes:
            show(review)
            return
        review = replace(review, stage="ready")
        show(review)
        answered = await _with_dry_run(cluster, clock, review)
        if answered is not None:
            show(answered)
            return
    why = Clash("the Secret's version")
    show(replace(review, dry_run=DryRun("unanswered", error=why, at=clock.now())))


async def source_now(cluster: Cluster, source: CopySource) -> Secret:
    """Return the newest version of the copied Secret. Raises ClusterErrors.

    The values are fetched only if the Secret has changed since `source.secret` was read.
    """
    seen = await cluster.provenance(source.secret.ref)
    if (seen.uid, seen.resource_version) == (source.secret.uid, source.secret.resource_version):
        return source.secret
    return await cluster.open(source.secret.ref)


async def with_source(cluster: Cluster, review: Review) -> Review:
    """Return the review with `newer` from the newest version of the copied Secret, if the draft is a copy."""
    source = review.draft.source
    if source is None or review.stage == "broken":
        return review
    try:
        current = await source_now(cluster, source)
    except ClusterError:
        return review  # the source cannot be read
    return replace(review, newer=copy_again(review.draft, current, review.secret))


async def _look_at(cluster: Cluster, review: Review) -> Review:
    """Return the review of a deletion that undoes the creation of a Secret.

    Set `problem` if the Secret was changed after its creation.
    """
    draft = review.draft
    try:
        newest = await cluster.provenance(draft.ref)
    except NotFound as error:
        return replace(review, stage="broken", error=error, gone="deleted")
    except ClusterError as error:
        return replace(review, stage="broken", error=error)
    if newest.uid != draft.uid:
        return replace(review, stage="broken", error=Conflict(f"secret {draft.ref}"), gone="recreated")
    is_same = newest.resource_version == draft.resource_version
    problem = "" if is_same else f"{draft.ref} was changed after you created it."
    return replace(review, stage="ready", problem=problem)


async def _rebased(cluster: Cluster, draft: Draft) -> Review:
    try:
        newest = await cluster.open(draft.ref)
    except NotFound as error:
        return Review(draft, "broken", error=error, gone="deleted")
    except ClusterError as error:
        return Review(draft, "broken", error=error)
    if newest.uid != draft.uid:
        return Review(draft, "broken", error=Conflict(f"secret {draft.ref}"), gone="recreated")
    rebased = draft.rebase(newest)
    stage: Literal["conflict", "ready"] = "conflict" if rebased.collisions else "ready"
    problem = draft_problem(newest, rebased.draft.changes().keys) or ""
    return Review(rebased.draft, stage, newest, rebased.collisions, problem=problem)


async def _with_dry_run(cluster: Cluster, clock: Clock, review: Review) -> Review | None:
    """Send the dry run, and return the review with the result.

    Return None if the Secret changed after it was read.
    """
    draft = review.draft
    try:
        if draft.is_new:
            answer = await cluster.create(draft.ref, draft.type, draft.fields(None), dry_run=True)
        else:
            answer = await cluster.write(
                draft.ref, draft.uid, draft.resource_version, draft.changes(), dry_run=True
            )
    except Conflict:
        return None
    except AlreadyExists as error:
        return replace(review, stage="broken", error=error)
    except ClusterError as error:
        return replace(review, dry_run=DryRun(_kind(error), error=error, at=clock.now()))
    alteration = altered(_base(review), _changes(draft), answer.secret.fields)
    return replace(review, dry_run=DryRun("accepted", answer.warnings, altered=alteration, at=clock.now()))


def _base(review: Review) -> Mapping[str, Value]:
    return review.secret.fields if review.secret is not None else {}


def _changes(draft: Draft) -> Changes:
    return Changes(set=draft.fields(None), removed=frozenset()) if draft.is_new else draft.changes()


def _kind(error: ClusterError) -> Literal["refused", "cannot", "unanswered"]:
    if isinstance(error, NoDryRun):
        return "cannot"
    return "refused" if isinstance(error, _NO) else "unanswered"


def deletion(of: Draft | Secret | SecretSummary, kept: Mapping[str, Value] | None = None) -> SentWrite:
    nothing = Changes(set={}, removed=frozenset())
    return SentWrite(DELETE, of.ref, of.uid, of.resource_version, nothing, base=kept, type=of.type)


def to_send(review: Review) -> SentWrite:
    if review.draft.deletes:
        return deletion(review.draft)
    draft, changes = review.draft, _changes(review.draft)
    before = {} if draft.is_new else {key: draft.base.get(key) for key in changes.keys}
    return SentWrite(
        CREATE if draft.is_new else CHANGE,
        draft.ref,
        draft.uid,
        "" if draft.is_new else draft.resource_version,
        changes,
        before,
        base=_base(review),
        foreseen=review.dry_run.altered,
        type=draft.type,
        draft=draft,
    )


REVIEWS_AT_ONCE: Final = 4


class WriteTarget:
    """Draft to be written, with its review and the outcome of its write.

    If others changed the Secret after the review, the draft is written only if they changed no key of the
    draft. A new Secret is created only if no Secret has its name.
    """

    def __init__(self, draft: Draft, context: str = "", plan: Plan | None = None) -> None:
        """`plan`: plan for the Secret. If `plan.draft` is None, `draft` is empty and is not written."""
        self.draft, self.context, self.plan = draft, context, plan
        self.review: Review | None = None
        self.outcome: Outcome | None = None

    @property
    def current_review(self) -> Review:
        """Value of `review`; if it is None, an empty review with the stage "loading"."""
        return self.review or Review(self.draft)


class Reviews:
    """Targets under review. A review sends only reads and dry runs, so it is safe to cancel."""

    def __init__(self, services: Services) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._running: dict[WriteTarget, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(REVIEWS_AT_ONCE)

    @property
    def targets(self) -> tuple[WriteTarget, ...]:
        """Targets under review, in the order of their first reviews."""
        return tuple(self._running)

    def of(self, ref: SecretRef, uid: str) -> WriteTarget | None:
        targets = (target for target in self._running if (target.draft.ref, target.draft.uid) == (ref, uid))
        return next(targets, None)

    def start(self, draft: Draft, target: WriteTarget | None = None) -> WriteTarget:
        """Start or repeat a review in a task, which updates the target's `review`."""
        target = target or self.of(draft.ref, draft.uid) or WriteTarget(draft)
        target.draft, target.review = draft, Review(draft)
        former = self._running.get(target)
        if former is not None:
            former.cancel()
        self._running[target] = self._tasks.start(self._prepare(target), f"review {draft.ref}")
        self._events.notify("writes")
        return target

    def leave(self, *targets: WriteTarget) -> None:
        """Close reviews and drop their values."""
        for target in targets:
            task = self._running.pop(target, None)
            if task is not None:
                task.cancel()
            target.review = None

    def shows(self, review: Review) -> bool:
        """True if `review` is the current review of a target. False for a replaced or closed review."""
        return any(target.review is review for target in self._running)

    async def _prepare(self, target: WriteTarget) -> None:
        async with self._slots:
            if target.draft.deletes:
                self.show(target, await _look_at(self._cluster, Review(target.draft)))
            else:
                await prepare(self._cluster, self._clock, target.draft, partial(self.show, target))

    def show(self, target: WriteTarget, review: Review) -> None:
        target.review = review
        if review.secret is not None and not review.has_changes:
            # A handler of this event drops the draft, because the server already has all values of the draft.
            self._events.emit(SecretRead(review.secret))
        self._events.notify("writes")
