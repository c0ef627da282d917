"""Actions: changes of objects that are no Secrets, for the sake of one: a restart, a refresh at the source.

An action is reviewed, sent once, and then followed by whoever asked for it: what becomes of it is read back
from the cluster. Read-only, the guard's name and the journal hold for it as for a write of a Secret.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from msgspec import Struct

from tui.cluster.client import Cluster
from tui.model.api_object import ObjectRef
from tui.model.errors import ClusterError, OutcomeUnknown, TimedOut, unframed
from tui.model.journal import Act, Outcome
from tui.model.secret.secret import SecretRef
from tui.session.writes.audit import Journal

Made = Literal["sent", "not sent", "unknown"]
_OUTCOMES: Final[dict[Made, Outcome]] = {"sent": "confirmed", "not sent": "refused", "unknown": "unknown"}


class Action(Struct, frozen=True):
    """One change of one object."""

    act: Act
    """For the journal: "restarted", "refreshed"."""
    ref: ObjectRef
    secret: SecretRef
    """For the sake of which Secret."""
    patch: dict[str, Any] | None = None
    """A merge patch; or:"""
    status: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """The object as it is now to the object with its new status."""


class ActionEnd(Struct, frozen=True):
    """What came of one attempt."""

    made: Made
    why: str = ""
    """A sentence, unless it was sent."""
    found: dict[str, Any] | None = None
    """The object as the server answered it."""
    error: ClusterError | None = None

    def __post_init__(self) -> None:
        unframed(self.error)


class Actions:
    """Sends actions; keeps none."""

    def __init__(self, cluster: Cluster, journal: Journal, *, guard: str, read_only: bool) -> None:
        self._cluster, self._journal, self._guard, self.read_only = cluster, journal, guard, read_only

    def refused(self, typed: str = "") -> str | None:
        """Why nothing may be sent at all, as a sentence; None if it may. `typed`: the context's name."""
        if self.read_only:
            return "Nothing sent: this run is read-only."
        if self._guard and typed != self._guard:
            return f"Nothing sent: that is not the context's name. Type {self._guard}."
        return None

    async def rehearse(self, action: Action) -> ActionEnd:
        """The dry run: does the cluster let it through? Nothing is changed, and nothing noted."""
        return await self._attempt(action, is_dry_run=True)

    async def send(self, action: Action, *, typed: str = "") -> ActionEnd:
        """Send it once. Raises nothing."""
        how = str(action.ref)
        why = self.refused(typed) or self._journal.note(action.act, action.secret, how=how, outcome="sent")
        if why is not None:
            return ActionEnd("not sent", why)
        end = await self._attempt(action, is_dry_run=False)
        self._journal.note(action.act, action.secret, how=how, outcome=_OUTCOMES[end.made])
        return end

    async def _attempt(self, action: Action, *, is_dry_run: bool) -> ActionEnd:
        objects = self._cluster.objects
        try:
            if action.status is not None:
                whole = action.status(await objects.get(action.ref))
                return ActionEnd(
                    "sent", found=await objects.put_status(action.ref, whole, dry_run=is_dry_run)
                )
            found = await objects.patch(action.ref, action.patch or {}, dry_run=is_dry_run)
            return ActionEnd("sent", found=found)
        except (OutcomeUnknown, TimedOut) as error:
            return ActionEnd("unknown", error.sentence, error=error)
        except ClusterError as error:
            return ActionEnd("not sent", error.sentence, error=error)
