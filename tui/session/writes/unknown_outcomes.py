"""UnknownOutcomes: after a lost answer, read the Secret until it shows whether the write was done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from tui.model.errors import ClusterError, NotFound
from tui.model.secret.secret import SecretRef
from tui.session.cache.events import Services
from tui.session.clock import pause
from tui.session.writes.outcome import SURE_AFTER, Outcome, SentWrite, WriteResult, unknown

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
"""First and longest wait between two reads, in seconds. The wait doubles after each read."""


class UnknownOutcomes:
    """Writes with lost answers, at most one for each Secret. No write is sent again.

    Until the outcome is known, the session sends no other write to that Secret.
    """

    def __init__(
        self,
        services: Services,
        on_outcome: Callable[[Outcome], None],
        ended: Callable[[SentWrite, WriteResult], None],
    ) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._on_outcome, self._ended = on_outcome, ended
        self._unknown: dict[SecretRef, Outcome] = {}
        self._looking: dict[SecretRef, asyncio.Task[None]] = {}
        self._look_now = asyncio.Event()

    def of(self, ref: SecretRef) -> Outcome | None:
        """Return the outcome "unknown" of the write to this Secret; None if there is no such write."""
        return self._unknown.get(ref)

    @property
    def all(self) -> Mapping[SecretRef, Outcome]:
        return dict(self._unknown)

    async def find_out(self, sent: SentWrite) -> WriteResult | None:
        """Read the Secret once and return the result of the write.

        If the result is still unknown, start a task that continues to read. Then call `on_outcome` and return
        None.
        """
        end = await self._look(sent)
        if end is None:
            self._looking[sent.ref] = self._tasks.start(self._look_on(sent), f"look into {sent.ref}")
            self._on_outcome(self._unknown[sent.ref])
        return end

    def look_now(self) -> None:
        self._look_now.set()

    def close(self) -> None:
        """Stop the reads. The outcomes that are still unknown stay unknown."""
        for task in self._looking.values():
            task.cancel()

    async def _look_on(self, sent: SentWrite) -> None:
        wait, end = FIRST_WAIT, None
        while end is None:
            seconds_left = sent.started + SURE_AFTER - self._clock.monotonic()
            seconds = min(wait, seconds_left) if seconds_left > 0 else wait
            self._look_now.clear()
            await pause(self._clock, self._tasks, seconds, self._look_now)
            wait = min(2 * wait, LONGEST_WAIT)
            end = await self._look(sent)
        del self._unknown[sent.ref], self._looking[sent.ref]
        self._ended(sent, end)

    async def _look(self, sent: SentWrite) -> WriteResult | None:
        passed = self._clock.monotonic() - sent.started
        trouble: ClusterError | None = None
        current = None
        try:
            current = await self._cluster.open(sent.ref)
        except NotFound:
            pass  # also a result: the Secret does not exist, so `current` stays None
        except ClusterError as error:
            trouble = error
        end = (
            None
            if trouble is not None
            else sent.intent.judge(sent, current, passed, self._cluster.skew or 0.0)
        )
        if end is None:
            self._unknown[sent.ref] = unknown(sent, self._clock.tz, trouble)
            self._events.notify("writes")
        return end
