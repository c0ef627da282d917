"""Actions: changes of objects that are no Secrets, for the sake of one: a restart, a refresh at the source.

An action is reviewed, sent once, and then followed by whoever asked for it: what becomes of it is read back
from the cluster. Read-only, the guard's name and the journal hold for it as for a write of a Secret.
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
from tui.session.writes.audit import Journal
from tui.session.writes.queue import GRACE, Writes

Made = Literal["sent", "not sent", "unknown"]
_OUTCOMES: Final[dict[Made, Outcome]] = {"sent": "confirmed", "not sent": "refused", "unknown": "unknown"}


class Action(Struct, frozen=True):
    """One change of one object."""

    act: Act
    """For the journal: "restarted", "suspended"."""
    ref: ObjectRef
    secrets: tuple[SecretRef, ...]
    """For the sake of which Secrets."""
    title: str
    """For the journal: "Restart", "Sync this Secret"."""
    patch: Obj | None = None
    """A merge patch; or:"""
    status: Callable[[Obj], Obj] | None = None
    """The object as it is now to the object with its new status."""

    @property
    def where(self) -> str:
        """ "Deployment/web in default"."""
        return f"{self.ref} in {self.ref.namespace}" if self.ref.namespace else str(self.ref)

    @property
    def words(self) -> str:
        """ "Restart: Deployment/web in default"."""
        return f"{self.title}: {self.where}"

    @property
    def still(self) -> str:
        """The beginning of a sentence that it is in flight."""
        return f"{self.words} is still being sent"

    def last_words(self, end: ActionEnd) -> str:
        """What came of it, at the end of the program."""
        if end.made == "not sent":
            return f"not sent: {self.words}. {end.why}"
        how = "not followed to its end" if end.made == "sent" else "outcome unknown"
        return f"sent, {how}: {self.words}."

    def __repr__(self) -> str:
        return f"<Action {self.words}>"


class ActionEnd(KeepsError, Struct, frozen=True):
    """What came of one attempt."""

    made: Made
    why: str = ""
    """A sentence, unless it was sent."""
    error: ClusterError | None = None

    @property
    def reason(self) -> str:
        """Why it was not sent, a sentence."""
        return self.error.sentence if self.error is not None else self.why


class Actions:
    """Sends actions; keeps those that are in flight."""

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
        """In flight."""
        self.late: list[tuple[Action, ActionEnd]] = []
        """What was in flight when the session ended, and what came of it."""
        self._is_closed = False
        self._answered = asyncio.Event()

    def refused(self, typed: str = "") -> str | None:
        """Why nothing may be sent at all, as a sentence; None if it may. `typed`: the context's name."""
        if self._is_closed:
            return "Nothing sent: the session has ended."
        if self.read_only:
            return "Nothing sent: this run is read-only."
        return self._writes.misnamed(typed)

    async def dry_run(self, action: Action) -> ActionEnd:
        """The dry run: does the cluster let it through? Nothing is changed, and nothing noted."""
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

    async def close(self) -> None:
        """Send nothing more. What is in flight gets 5 s; then its outcome stays unknown."""
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
        """The process ends at once: note what is in flight as unknown."""
        for action in self.busy:
            self._note(action, "unknown")

    @property
    def unsettled(self) -> str | None:
        """Why closing the session now would lose sight of an action; None if it would not."""
        return next((f"{action.still}." for action in self.busy), None)

    def _note(self, action: Action, outcome: Outcome) -> str | None:
        """One line for each Secret; returns why the action must not happen."""
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
                await objects.patch(action.ref, action.patch or {}, dry_run=is_dry_run)
            return ActionEnd("sent")
        except OutcomeUnknown as error:
            return ActionEnd("unknown", error.sentence, error=error)
        except ClusterError as error:
            return ActionEnd("not sent", error.sentence, error=error)
