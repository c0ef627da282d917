"""Actions: changes of other objects for a Secret's sake: a restart, a refresh at the source.

An action is reviewed, sent once, and then followed: its object is read again until the caller knows the end,
also after a lost answer. Read-only mode, the guard's name and the journal apply to it as to a write of a
Secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from tui.model.api_object import Obj, ObjectRef
from tui.model.errors import ClusterError, KeepsError, OutcomeUnknown
from tui.model.journal import Act, Outcome
from tui.model.secret.secret import SecretRef
from tui.session.cache.events import Services
from tui.session.clock import Clock
from tui.session.writes.audit import Journal
from tui.session.writes.queue import GRACE, Writes

Made = Literal["sent", "not sent", "unknown"]
_OUTCOMES: Final[dict[Made, Outcome]] = {"sent": "confirmed", "not sent": "refused", "unknown": "unknown"}
FOLLOWS_APART: Final = 1.5
"""Seconds between two reads of an object that is followed."""
READS_AT_ONCE: Final = 8
"""Objects that are read, or dry-run, at a time."""


class Action(Struct, frozen=True):
    """A change of an object."""

    act: Act
    """Act for the journal: "restarted", "suspended"."""
    ref: ObjectRef
    secrets: tuple[SecretRef, ...]
    """Secrets for which it is done."""
    title: str
    """Title for the journal: "Restart", "Sync this Secret"."""
    patch: Obj | None = None
    """A merge patch; or:"""
    status: Callable[[Obj], Obj] | None = None
    """Function from the current object to the object with its new status."""
    version: str = ""
    """The resourceVersion that the patched object must still have; "" for any."""

    @property
    def where(self) -> str:
        """Object in words: "Deployment/web in default"."""
        return f"{self.ref} in {self.ref.namespace}" if self.ref.namespace else str(self.ref)

    @property
    def words(self) -> str:
        """Action in words: "Restart: Deployment/web in default"."""
        return f"{self.title}: {self.where}"

    @property
    def still(self) -> str:
        """The beginning of a sentence that it is in flight."""
        return f"{self.words} is still being sent"

    def last_words(self, end: ActionEnd) -> str:
        """Result for the end of the program."""
        if end.made == "not sent":
            return f"not sent: {self.words}. {end.why}"
        how = "not followed to its end" if end.made == "sent" else "outcome unknown"
        return f"sent, {how}: {self.words}."

    def is_in(self, obj: Obj) -> bool:
        """True if the object has all that this action sets."""
        if self.status is not None:
            return bool(self.status(obj).get("status") == obj.get("status"))
        return _holds(obj, self.patch)

    def __repr__(self) -> str:
        return f"<Action {self.words}>"


class ActionEnd(KeepsError, Struct, frozen=True):
    """Result of an attempt."""

    made: Made
    why: str = ""
    """A sentence, unless it was sent."""
    error: ClusterError | None = None
    lost: Action | None = None
    """The action, if it may have arrived."""

    @property
    def reason(self) -> str:
        """Reason, as a sentence, why it was not sent."""
        return self.error.sentence if self.error is not None else self.why

    @property
    def clause(self) -> str:
        """News about an attempt that is followed from now on, without a full stop."""
        return "no answer came: looking whether it arrived" if self.made == "unknown" else "sent"


class FollowedRead(KeepsError, Struct, frozen=True):
    """A read of an object that is followed."""

    after: float
    """Seconds since following began."""
    obj: Obj | None = None
    """None if it could not be read."""
    error: ClusterError | None = None
    """Reason why it could not be read."""
    is_unknown: bool = False
    """True after a lost answer, until a read shows the sent change."""


class Following:
    """Repeated reads of an object that is followed. Nothing is sent."""

    def __init__(self, actions: Actions, clock: Clock, ref: ObjectRef, end: ActionEnd | None) -> None:
        """Follow an attempt with this `end`; after a lost answer the object shows if it arrived."""
        self._actions, self._clock, self._ref = actions, clock, ref
        self._lost = end.lost if end is not None else None
        self._has_looked = False
        self._began = clock.monotonic()

    async def look(self) -> FollowedRead:
        """Read it: at once, then FOLLOWS_APART seconds after the read before."""
        if self._has_looked:
            await self._clock.sleep(FOLLOWS_APART)
        self._has_looked, after = True, self._clock.monotonic() - self._began
        try:
            obj = await self._actions.read(self._ref)
            if (lost := self._lost) is not None:
                changed = obj if lost.ref == self._ref else await self._actions.read(lost.ref)
                self._lost = None if lost.is_in(changed) else lost
        except ClusterError as error:
            return FollowedRead(after, error=error, is_unknown=self._lost is not None)
        return FollowedRead(after, obj, is_unknown=self._lost is not None)


class Actions:
    """Sender of actions, which keeps those that are in flight."""

    def __init__(
        self,
        services: Services,
        journal: Journal,
        writes: Writes,
        *,
        read_only: bool,
    ) -> None:
        self._cluster, self._clock, *_ = services
        self._journal = journal
        self._writes, self.read_only = writes, read_only
        self.busy: list[Action] = []
        """Actions in flight."""
        self.late: list[tuple[Action, ActionEnd]] = []
        """Actions in flight when the session ended, with their results."""
        self._is_closed = False
        self._answered = asyncio.Event()
        self.room = asyncio.Semaphore(READS_AT_ONCE)

    def refused(self, typed: str = "") -> str | None:
        """Explain in a sentence why nothing may be sent; None if it may. `typed`: the context's name."""
        if self._is_closed:
            return "Nothing sent: the session has ended."
        if self.read_only:
            return "Nothing sent: this run is read-only."
        return self._writes.misnamed(typed)

    async def dry_run(self, action: Action) -> ActionEnd:
        """Send the dry run, to see if the cluster accepts it. Nothing is changed, and nothing noted."""
        return await self._attempt(action, is_dry_run=True)

    async def send(self, action: Action, *, typed: str = "") -> ActionEnd:
        """Send it once. Raises nothing."""
        why = self.refused(typed) or self._note(action, "sent")
        if why is not None:
            return ActionEnd("not sent", why)
        end = ActionEnd("unknown")  # if it is cancelled
        self.busy.append(action)
        try:
            end = await self._attempt(action, is_dry_run=False)
            if self._is_closed:
                self.late.append((action, end))
        finally:
            self.busy.remove(action)
            self._note(action, _OUTCOMES[end.made])
            self._answered.set()
        return end

    async def read(self, ref: ObjectRef) -> Obj:
        """Read an object, a few at a time. Raises ClusterErrors."""
        async with self.room:
            return await self._cluster.objects.get(ref)

    def follow(self, ref: ObjectRef, end: ActionEnd | None = None) -> Following:
        """Follow an object, since the attempt with this end if something was sent."""
        return Following(self, self._clock, ref, end)

    async def close(self) -> None:
        """Stop sending. Actions in flight get 5 s; then their outcome stays unknown."""
        self._is_closed = True
        grace = asyncio.create_task(self._clock.sleep(GRACE))
        while self.busy and not grace.done():
            self._answered.clear()
            answer = asyncio.create_task(self._answered.wait())
            await asyncio.wait((grace, answer), return_when=asyncio.FIRST_COMPLETED)
            answer.cancel()
        grace.cancel()
        self.late += [(action, ActionEnd("unknown")) for action in self.busy]

    def hang_up(self) -> None:
        """Note actions in flight as unknown, since the process ends at once."""
        for action in self.busy:
            self._note(action, "unknown")

    @property
    def unsettled(self) -> str | None:
        """Explain why closing the session now would lose track of an action; None if it would not."""
        return next((f"{action.still}." for action in self.busy), None)

    def _note(self, action: Action, outcome: Outcome) -> str | None:
        """Write a journal line for each Secret; returns the reason if the action must not happen."""
        notes = [
            self._journal.note(action.act, ref, how=action.words, outcome=outcome) for ref in action.secrets
        ]
        return next(filter(None, notes), None)

    async def _attempt(self, action: Action, *, is_dry_run: bool) -> ActionEnd:
        objects = self._cluster.objects
        try:
            if action.status is not None:
                whole = action.status(await objects.get(action.ref))
                await objects.put_status(action.ref, whole, dry_run=is_dry_run)
            else:
                patch = dict(action.patch or {})
                if action.version:
                    patch["metadata"] = {**patch.get("metadata", {}), "resourceVersion": action.version}
                await objects.patch(action.ref, patch, dry_run=is_dry_run)
            return ActionEnd("sent")
        except OutcomeUnknown as error:
            return ActionEnd("unknown", error.sentence, error=error, lost=action)
        except ClusterError as error:
            return ActionEnd("not sent", error.sentence, error=error)


def _holds(obj: object, patch: object) -> bool:
    """True if the object has all that the merge patch sets."""
    if not isinstance(patch, dict):
        return obj == patch
    return isinstance(obj, dict) and all(_holds(obj.get(name), part) for name, part in patch.items())
