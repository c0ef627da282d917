"""Send one write until its answer is known or lost; resend after a conflict that touches nothing reviewed.

Writes whose answer was lost are looked into until their outcome is known. Nothing of them is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from tui.cluster.client import Cluster
from tui.model.errors import (
    BadAnswer,
    ClusterError,
    Conflict,
    Exists,
    NotFound,
    OutcomeUnknown,
    PluginFailed,
    ServerTrouble,
    TimedOut,
    Unauthorized,
)
from tui.model.secret.secret import SecretRef
from tui.session.cache.events import Services
from tui.session.clock import Clock, out_of_step, pause
from tui.session.writes.outcome import KEPT, SURE_AFTER, End, Outcome, Sent, unknown

RESENDS: Final = 20
"""How often a write is sent again on a newer version that does not touch its keys.

Between the look at that version and the arrival of the write lies one way to the server and back; a try fails
if somebody writes in that time. Measured with labels every 200 ms, 15 edits each: next to the server all were
written; 100 ms away 8, and 150 ms away 9, were not with five tries more, and all were with up to twenty, at
uneven distances (nine were the most that was needed).
"""

_LOST: Final = (OutcomeUnknown, TimedOut, ServerTrouble, BadAnswer)
"""Errors after which the write may have happened, also from a proxy or a failing server."""


async def send(
    cluster: Cluster, clock: Clock, sent: Sent, show: Callable[[Sent], None]
) -> tuple[Sent, End | None]:
    """Send a write; returns what was sent last, and the end, or None if the answer was lost.

    A version that changed underneath is read anew, and if nothing that the review shows differs there, the
    write goes out on it, up to a limit: a controller that writes all the time cannot starve a person.
    After a lost answer nothing is sent again.
    """
    for tries_left in range(RESENDS, -1, -1):
        sent = replace(sent, at=clock.now(), started=clock.monotonic())
        show(sent)
        try:
            return sent, await sent.intent.send(cluster, sent)
        except _LOST:
            return sent, None
        except Exists as error:
            why = "It is still being deleted." if error.is_leaving else "It already exists."
            return sent, End("not written", error=error, why=f"{why} {KEPT}")
        except NotFound as error:
            return sent, sent.intent.missing(sent, error)
        except Conflict as error:
            if sent.intent.resends:
                await out_of_step(clock, RESENDS + 1 - tries_left)  # before the look: it must be a fresh one
            newer = await sent.intent.after_conflict(cluster, sent, error)
            if isinstance(newer, End):
                return sent, newer
            sent = newer
            if not tries_left:
                why = f"The server reported a conflict on each of {RESENDS + 1} attempts. {KEPT}"
                return sent, End("not written", error=error, why=why)
        except (Unauthorized, PluginFailed) as error:
            # Without a login the server did not process it.
            why = f"The login expired. {sent.intent.kept}".rstrip()
            return sent, End(sent.intent.undone, error=error, why=why)
        except ClusterError as error:
            return sent, End(sent.intent.undone, error=error)
    raise AssertionError("the last try ends above")


FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
"""First and longest time between reads, in seconds; doubled each time."""


class UnknownOutcomes:
    """At most one unknown write per Secret; the Secret takes no other write until it is known."""

    def __init__(
        self,
        services: Services,
        said: Callable[[Outcome], None],
        ended: Callable[[Sent, End], None],
    ) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._said, self._ended = said, ended
        self._unknown: dict[SecretRef, Outcome] = {}
        self._looking: dict[SecretRef, asyncio.Task[None]] = {}
        self._look_now = asyncio.Event()

    def of(self, ref: SecretRef) -> Outcome | None:
        """The unknown write to that Secret."""
        return self._unknown.get(ref)

    @property
    def all(self) -> Mapping[SecretRef, Outcome]:
        """Every unknown write."""
        return dict(self._unknown)

    async def find_out(self, sent: Sent) -> End | None:
        """Read the object once; if that does not tell, go on in a task and return None.

        Most lost answers are cleared up by the first look, and need no word about doubts.
        """
        end = await self._look(sent)
        if end is None:
            self._looking[sent.ref] = self._tasks.start(self._look_on(sent), f"look into {sent.ref}")
            self._said(self._unknown[sent.ref])
        return end

    def look_now(self) -> None:
        """Read now: the cluster answers again, or a person asks."""
        self._look_now.set()

    def close(self) -> None:
        """Stop; unknown writes stay unknown."""
        for task in self._looking.values():
            task.cancel()

    async def _look_on(self, sent: Sent) -> None:
        wait, end = FIRST_WAIT, None
        while end is None:
            left = sent.started + SURE_AFTER - self._clock.monotonic()
            seconds = min(wait, left) if left > 0 else wait
            self._look_now.clear()
            await pause(self._clock, self._tasks, seconds, self._look_now)
            wait = min(2 * wait, LONGEST_WAIT)
            end = await self._look(sent)
        del self._unknown[sent.ref], self._looking[sent.ref]
        self._ended(sent, end)

    async def _look(self, sent: Sent) -> End | None:
        passed = self._clock.monotonic() - sent.started
        trouble: ClusterError | None = None
        found = None
        try:
            found = await self._cluster.open(sent.ref)
        except NotFound:
            pass  # an answer: there is none
        except ClusterError as error:
            trouble = error
        end = (
            None if trouble is not None else sent.intent.judge(sent, found, passed, self._cluster.skew or 0.0)
        )
        if end is None:
            self._unknown[sent.ref] = unknown(sent, self._clock.tz, trouble)
            self._events.tell("writes")
        return end
