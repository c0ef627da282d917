"""Actions: changes of objects other than Secrets, for example the restart of a workload.

Each action is reviewed by the user and sent once. The rules for writes of Secrets apply: read-only mode,
journal entries, and the typed name of a guarded context.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from tui.model.api_object import Obj, ObjectRef
from tui.model.errors import ClusterError, ErrorHolder, OutcomeUnknown
from tui.model.journal import Act, Outcome
from tui.model.secret.secret import SecretRef
from tui.session.cache.events import Services
from tui.session.clock import Clock
from tui.session.writes.audit import Journal
from tui.session.writes.queue import GRACE, Writes

Made = Literal["sent", "not sent", "unknown"]
_OUTCOMES: Final[dict[Made, Outcome]] = {"sent": "confirmed", "not sent": "refused", "unknown": "unknown"}
FOLLOWS_APART: Final = 1.5
"""Seconds between two reads of a followed object."""
READS_AT_ONCE: Final = 8
"""Maximum number of requests at once: reads of objects or events, and dry runs of restarts."""


class Action(Struct, frozen=True):
    """Change of an object: a merge patch, or a new status."""

    act: Act
    """Verb for the journal, such as "restarted"."""
    ref: ObjectRef
    secrets: tuple[SecretRef, ...]
    title: str
    patch: Obj | None = None
    status: Callable[[Obj], Obj] | None = None
    version: str = ""
    """resourceVersion that the object must have when it is patched; "" for any."""

    @property
    def where(self) -> str:
        return f"{self.ref} in {self.ref.namespace}" if self.ref.namespace else str(self.ref)

    @property
    def words(self) -> str:
        return f"{self.title}: {self.where}"

    @property
    def still(self) -> str:
        return f"{self.words} is still being sent"

    def last_words(self, end: ActionEnd) -> str:
        """Describe an action that was in flight when the session closed."""
        if end.made == "not sent":
            return f"not sent: {self.words}. {end.why}"
        how = "effect not checked" if end.made == "sent" else "outcome unknown"
        return f"sent, {how}: {self.words}."

    def is_in(self, obj: Obj) -> bool:
        """True if the object has every field value that this action sets."""
        if self.status is not None:
            return bool(self.status(obj).get("status") == obj.get("status"))
        return _holds(obj, self.patch)

    def __repr__(self) -> str:
        return f"<Action {self.words}>"


class ActionEnd(ErrorHolder, Struct, frozen=True):
    """Result of sending an action or its dry run."""

    made: Made
    why: str = ""
    error: ClusterError | None = None
    lost: Action | None = None
    """Action whose answer was lost."""

    @property
    def reason(self) -> str:
        return self.error.sentence if self.error is not None else self.why

    @property
    def clause(self) -> str:
        """State of a sent action in words, without a final period."""
        return "no answer came; checking whether the request arrived" if self.made == "unknown" else "sent"


class FollowedRead(ErrorHolder, Struct, frozen=True):
    """Result of one read of a followed object."""

    after: float
    """Seconds since `FollowedObject` was created."""
    obj: Obj | None = None
    error: ClusterError | None = None
    is_unknown: bool = False
    """True while the action's answer is lost and no read shows the action's change."""


class FollowedObject:
    """Repeated reads of an object to see the effect of an action."""

    def __init__(self, actions: Actions, clock: Clock, ref: ObjectRef, end: ActionEnd | None) -> None:
        self._actions, self._clock, self._ref = actions, clock, ref
        self._lost = end.lost if end is not None else None
        self._has_looked = False
        self._began = clock.monotonic()

    async def look(self) -> FollowedRead:
        """Read the object. Later calls first wait FOLLOWS_APART seconds."""
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
    """Sender of actions."""

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
        self.late: list[tuple[Action, ActionEnd]] = []
        """Actions that were in flight when the session closed, with their results."""
        self._is_closed = False
        self._answered = asyncio.Event()
        self.room = asyncio.Semaphore(READS_AT_ONCE)

    def refused(self, typed: str = "") -> str | None:
        """Return a sentence that says why actions are refused now; None if actions may be sent.

        `typed` is the name that the user typed to confirm a guarded context.
        """
        if self._is_closed:
            return "Nothing sent: the session has ended."
        if self.read_only:
            return "Nothing sent: this run is read-only."
        return self._writes.misnamed(typed)

    async def dry_run(self, action: Action) -> ActionEnd:
        """Send the action as a dry run, without a journal entry."""
        return await self._attempt(action, is_dry_run=True)

    async def send(self, action: Action, *, typed: str = "") -> ActionEnd:
        """Send the action once. Send nothing if `refused` or the journal returns a reason not to send."""
        why = self.refused(typed) or self._note(action, "sent")
        if why is not None:
            return ActionEnd("not sent", why)
        end = ActionEnd("unknown")  # stays the result if this task is canceled
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
        """Read an object. Raises ClusterErrors."""
        async with self.room:
            return await self._cluster.objects.get(ref)

    def follow(self, ref: ObjectRef, end: ActionEnd | None = None) -> FollowedObject:
        return FollowedObject(self, self._clock, ref, end)

    async def close(self) -> None:
        """Refuse new actions, and wait up to 5 s for actions in flight.

        An action without an answer is added to `late` as "unknown".
        """
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
        """Write the actions in flight to the journal as "unknown", because the process is about to end."""
        for action in self.busy:
            self._note(action, "unknown")

    @property
    def unsettled(self) -> str | None:
        """Sentence about an action in flight; None if no action is in flight."""
        return next((f"{action.still}." for action in self.busy), None)

    def _note(self, action: Action, outcome: Outcome) -> str | None:
        """Add a journal entry for each Secret. Return a reason not to send the action, or None."""
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
    if not isinstance(patch, dict):
        return obj == patch
    return isinstance(obj, dict) and all(_holds(obj.get(name), part) for name, part in patch.items())
