"""Prepare a review: merge the draft with the newest version, and send the dry run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.cluster.client import Cluster
from tui.model.draft.admission import UNALTERED, Altered, altered
from tui.model.draft.draft import Changes, Collision, Draft, draft_problem
from tui.model.errors import (
    CannotRehearse,
    Clash,
    ClusterError,
    Conflict,
    Exists,
    Forbidden,
    Invalid,
    NotFound,
    ReadOnly,
    Refused,
    Unauthorized,
    unframed,
)
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value
from tui.session.clock import Clock, out_of_step
from tui.session.writes.intents import CHANGE, CREATE
from tui.session.writes.outcome import Sent
from tui.session.writes.send import RESENDS

TRIES: Final = RESENDS + 1
"""How often a changed version is read again: as often as a write would be sent."""

_NO: Final = (Forbidden, Invalid, ReadOnly, Refused, Unauthorized, NotFound)


class Rehearsal(Struct, frozen=True):
    """The result of the dry run.

    "cannot": this write has no dry run, which does not forbid it. "unanswered": the result is unknown.
    """

    kind: Literal["pending", "accepted", "refused", "cannot", "unanswered"] = "pending"
    warnings: tuple[str, ...] = ()
    error: ClusterError | None = None
    altered: Altered = UNALTERED
    """Keys that admission would change."""
    at: float | None = None
    """Seconds since the epoch."""

    def __post_init__(self) -> None:
        unframed(self.error)


class Review(Struct, frozen=True, eq=False):
    """What a person sees before a write; the write carries `draft`'s resourceVersion."""

    draft: Draft
    """Rebased on `secret`."""
    stage: Literal["loading", "ready", "conflict", "broken"] = "loading"
    secret: Secret | None = None
    """The newest version; None for a new Secret."""
    collisions: tuple[Collision, ...] = ()
    rehearsal: Rehearsal = Rehearsal()
    error: ClusterError | None = None
    gone: Literal["deleted", "recreated"] | None = None
    """Set if the draft's Secret was deleted; the draft stays and can become a new Secret."""
    problem: str = ""
    """Why the newest version cannot be written, as a sentence: it is being deleted, or immutable."""

    def __post_init__(self) -> None:
        unframed(self.error)

    @property
    def has_changes(self) -> bool:
        """Is there anything that the server does not have yet?"""
        return self.draft.is_new or not self.draft.changes().is_empty

    @property
    def can_write(self) -> bool:
        """Can it be sent? The dry run succeeded, or is not supported."""
        is_rehearsed = self.rehearsal.kind in ("accepted", "cannot")
        return self.stage == "ready" and self.has_changes and not self.problem and is_rehearsed

    @property
    def why_not(self) -> str:
        """Why it cannot be sent, as a sentence; "" if it can."""
        if self.can_write:
            return ""
        if self.problem:
            return f"Not sent: {self.problem}"
        if self.stage == "conflict":
            return "Not sent: first decide the keys that others changed too."
        if self.stage == "broken":
            return f"Not sent. {self.error.sentence if self.error is not None else ''}".rstrip()
        if self.stage == "ready" and not self.has_changes:
            return "Nothing to write: the server already holds these values."
        error = self.rehearsal.error
        if error is None:
            return "Not sent: the review is not ready yet."
        how = "was refused" if self.rehearsal.kind == "refused" else "failed"
        return f"Not sent: the dry run {how}. {error.sentence}"

    def __repr__(self) -> str:
        return f"<Review {self.draft.ref} {self.stage}>"


async def prepare(cluster: Cluster, clock: Clock, draft: Draft, show: Callable[[Review], None]) -> None:
    """Read the newest version, merge, dry run; each step is shown. Changes nothing on the server."""
    review = Review(draft)
    for attempt in range(TRIES):
        await out_of_step(clock, attempt)
        review = review if draft.is_new else await _rebased(cluster, draft)
        if review.stage in ("conflict", "broken") or review.problem or not review.has_changes:
            show(review)
            return
        review = replace(review, stage="ready")
        show(review)
        rehearsed = await _rehearse(cluster, clock, review)
        if rehearsed is not None:
            show(rehearsed)
            return
    why = Clash("the version")
    show(replace(review, rehearsal=Rehearsal("unanswered", error=why, at=clock.now())))


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


async def _rehearse(cluster: Cluster, clock: Clock, review: Review) -> Review | None:
    """The review with the result of the dry run; None if the version changed meanwhile."""
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
    except Exists as error:
        return replace(review, stage="broken", error=error)
    except ClusterError as error:
        return replace(review, rehearsal=Rehearsal(_kind(error), error=error, at=clock.now()))
    made = altered(_base(review), _changes(draft), answer.secret.fields)
    return replace(review, rehearsal=Rehearsal("accepted", answer.warnings, altered=made, at=clock.now()))


def _base(review: Review) -> Mapping[str, Value]:
    """The fields before the write."""
    return review.secret.fields if review.secret is not None else {}


def _changes(draft: Draft) -> Changes:
    return Changes(set=draft.fields(None), removed=frozenset()) if draft.is_new else draft.changes()


def _kind(error: ClusterError) -> Literal["refused", "cannot", "unanswered"]:
    if isinstance(error, CannotRehearse):
        return "cannot"
    return "refused" if isinstance(error, _NO) else "unanswered"


def to_send(review: Review) -> Sent:
    """The write for a review."""
    draft, changes = review.draft, _changes(review.draft)
    before = {} if draft.is_new else {key: draft.base.get(key) for key in changes.keys}
    return Sent(
        CREATE if draft.is_new else CHANGE,
        draft.ref,
        draft.uid,
        "" if draft.is_new else draft.resource_version,
        changes,
        before,
        base=_base(review),
        foreseen=review.rehearsal.altered,
        type=draft.type,
        draft=draft,
    )
