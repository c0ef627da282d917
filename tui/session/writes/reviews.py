"""The drafts under review: one, or several that are written together. Each is prepared on its own."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from tui.cluster.client import Cluster
from tui.model.draft.draft import Draft
from tui.model.draft.plan import Plan
from tui.model.secret.secret import SecretRef
from tui.session.cache.events import Events, SecretRead
from tui.session.clock import Clock
from tui.session.tasks import Tasks
from tui.session.writes.outcome import Outcome
from tui.session.writes.review import Review, prepare

AT_ONCE: Final = 4
"""Reviews that are prepared at the same time; one without an answer does not hold up the others."""


class Target:
    """One draft that is to be written: where it goes, its review, and how its write ended.

    What must hold on the server when it is written is in the review's draft: the reviewed resourceVersion,
    or that there is no Secret of that name.
    """

    def __init__(self, draft: Draft, context: str = "", plan: Plan | None = None) -> None:
        """`context`: the other context whose session alone can write it; "" for this session's.

        `plan`: what it copies; without a draft of its own there is nothing to write, and it says why.
        """
        self.draft, self.context, self.plan = draft, context, plan
        self.review: Review | None = None
        """None before it begins and once it is left."""
        self.outcome: Outcome | None = None
        """How the last write since the review began ended; None without one."""

    def __repr__(self) -> str:
        return f"<Target {self.draft.ref}>"


class Reviews:
    """The targets under review. Reads and dry runs only; they may be cancelled at any time."""

    def __init__(self, cluster: Cluster, clock: Clock, tasks: Tasks, events: Events) -> None:
        self._cluster, self._clock, self._tasks, self._events = cluster, clock, tasks, events
        self._running: dict[Target, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is under review, in the order in which it began."""
        return tuple(self._running)

    def of(self, ref: SecretRef, uid: str) -> Target | None:
        """The target that is this Secret; `uid` "" is a Secret still to be created."""
        found = (target for target in self._running if (target.draft.ref, target.draft.uid) == (ref, uid))
        return next(found, None)

    def start(self, draft: Draft, target: Target | None = None) -> Target:
        """Read, merge, dry run, also again; the target's `review` is updated until it is left.

        `target`: the one that this draft is for from now on.
        """
        target = target or self.of(draft.ref, draft.uid) or Target(draft)
        target.draft, target.review = draft, Review(draft)
        former = self._running.get(target)
        if former is not None:
            former.cancel()
        self._running[target] = self._tasks.start(self._prepare(target), f"review {draft.ref}")
        self._events.tell("writes")
        return target

    def leave(self, *targets: Target) -> None:
        """Drop reviews and their values; the drafts stay with the session."""
        for target in targets:
            task = self._running.pop(target, None)
            if task is not None:
                task.cancel()
            target.review = None

    def shows(self, review: Review) -> bool:
        """Is this the review of a target now? A newer one replaces it, and leaving drops it."""
        return any(target.review is review for target in self._running)

    async def _prepare(self, target: Target) -> None:
        async with self._room:
            await prepare(self._cluster, self._clock, target.draft, partial(self._show, target))

    def _show(self, target: Target, review: Review) -> None:
        target.review = review
        if review.secret is not None and not review.has_changes:
            self._events.emit(SecretRead(review.secret))  # it holds the whole draft already
        self._events.tell("writes")
