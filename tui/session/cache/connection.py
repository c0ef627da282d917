"""State of the connection to the cluster, as the header of the screen shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.errors import ClusterError, Forbidden, TimedOut
from tui.session.cache.events import Reachable, Services
from tui.session.cache.list_state import ListState

FIRST_PROBE: Final = 1.0
LONGEST_PROBE: Final = 30.0
"""Shortest and longest wait in seconds between two attempts to reach a cluster that does not answer."""


class Connection(Struct, frozen=True):
    kind: Literal["connecting", "live", "waiting", "not live"] = "connecting"
    """"waiting": a read has had no answer for some seconds, but has not timed out."""
    since: float | None = None
    """Start of this state in seconds since the epoch; None while connecting, or if every list is refused."""
    error: ClusterError | None = None

    @property
    def is_lost(self) -> bool:
        """True if the connection was lost. False if `kind` is "not live" because every list is refused."""
        return self.kind == "not live" and self.since is not None


def link_of(states: Iterable[ListState], before: Connection, now: float) -> Connection:
    """Derive the connection's state from the states of the lists and from the state `before`.

    A list that the server refuses does not count as lost, because the server answered.
    """
    followed = [state for state in states if state.kind != "idle"]
    lost = [state for state in followed if is_lost(state)]
    if lost:
        error = next((state.error for state in lost if state.error is not None), None)
        if before.is_lost:
            return replace(before, error=error)
        return Connection("not live", min((state.since for state in lost if state.since), default=now), error)
    refused = [state.error for state in followed if isinstance(state.error, Forbidden) and not state.is_live]
    if followed and len(refused) == len(followed):
        is_same = before.kind == "not live" and before.since is None
        return before if is_same else Connection("not live", None, refused[0])
    has_answer = any(state.is_live or state.kind in ("ready", "refused") for state in followed)
    return Connection("live", now) if has_answer and before.kind != "live" else before


def is_lost(state: ListState) -> bool:
    """True if this list or its watch ended with an error other than a refusal."""
    if state.kind in ("broken", "expired"):
        return True
    is_cut = state.kind == "ready" and not state.is_live and state.since is not None
    return is_cut and not isinstance(state.error, Forbidden)


class ConnectionWatch:
    """Observer of the connection. Emits `Reachable` when a lost connection is back."""

    def __init__(self, services: Services) -> None:
        self.link = Connection()
        self._of_lists = Connection()
        """Connection as in `link`, but never "waiting"."""
        self._states: tuple[ListState, ...] = ()
        self._silence: ListState | None = None
        self._waiting_since: float | None = None
        self._reaching: asyncio.Task[None] | None = None
        self._cluster, self._clock, self._tasks, self._events = services

    def on_answer(self, error: ClusterError | None) -> None:
        if error is None and self._is_answering:
            return
        if error is None:
            self._silence = self._waiting_since = None
        elif self._silence is None:
            after = error.after if isinstance(error, TimedOut) else 0.0
            self._silence = ListState("broken", error=error, since=self._clock.now() - after)
            self._reach(FIRST_PROBE)
        self.look(self._states)

    def waits(self, seconds: float) -> None:
        """Record a read that has had no answer for `seconds`, and start to probe the cluster.

        Do nothing if the cluster is being probed already, because an earlier read had no answer or failed.
        """
        if self._is_answering:
            self._waiting_since = self._clock.now() - seconds
            self._reach(0.0)
            self.look(self._states)

    @property
    def _is_answering(self) -> bool:
        return self._silence is None and self._waiting_since is None

    def _reach(self, wait: float) -> None:
        if self._reaching is None:
            self._reaching = self._tasks.start(self._reach_on(wait), "reach")

    async def _reach_on(self, wait: float) -> None:
        while not self._is_answering:
            await self._clock.sleep(wait)
            wait = min(max(2 * wait, FIRST_PROBE), LONGEST_PROBE)
            if not self._is_answering:
                await self._cluster.reach()
        self._reaching = None

    def look(self, states: Iterable[ListState]) -> None:
        self._states = tuple(states)
        states = self._states if self._silence is None else (*self._states, self._silence)
        link = self._of_lists = link_of(states, self._of_lists, self._clock.now())
        if link.kind == "live" and self._waiting_since is not None:
            link = Connection("waiting", self._waiting_since)
        if link == self.link:
            return
        is_back = self.link.is_lost and not link.is_lost
        self.link = link
        self._events.notify("link")
        if is_back:
            self._events.emit(Reachable())
