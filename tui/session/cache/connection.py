"""The state of the connection for the header: connecting, live, or not live since when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.errors import ClusterError, Forbidden, TimedOut
from tui.session.cache.events import Events, Reachable
from tui.session.cache.list_state import ListState
from tui.session.clock import Clock
from tui.session.tasks import Tasks

HOLDS: Final = 5.0
"""Seconds that a lost connection must hold until it is shown as live again."""


FIRST: Final = 1.0
LONGEST: Final = 30.0
"""First and longest time between tries to reach a silent cluster, in seconds."""


class Connection(Struct, frozen=True):
    """The state of the connection."""

    kind: Literal["connecting", "live", "not live"] = "connecting"
    since: float | None = None
    """Seconds since the epoch; None if nothing was lost because every watch is refused."""
    error: ClusterError | None = None

    @property
    def is_lost(self) -> bool:
        """Is the connection lost, rather than refused?"""
        return self.kind == "not live" and self.since is not None


def link_of(panes: Iterable[ListState], before: Connection, now: float) -> Connection:
    """The link after a list changed state; `before` itself if nothing changed.

    A refusal is an answer: the pane says it, and the link holds while anything else is followed. Once
    connected it is never "connecting" again.
    """
    followed = [pane for pane in panes if pane.kind != "idle"]
    lost = [pane for pane in followed if is_lost(pane)]
    if lost:
        error = next((pane.error for pane in lost if pane.error is not None), None)
        if before.kind == "not live":
            return replace(before, error=error)
        return Connection("not live", min((pane.since for pane in lost if pane.since), default=now), error)
    refused = [pane.error for pane in followed if isinstance(pane.error, Forbidden) and not pane.is_live]
    if followed and len(refused) == len(followed):
        is_told = before.kind == "not live" and before.since is None
        return before if is_told else Connection("not live", None, refused[0])
    has_answer = any(pane.is_live or pane.kind in ("ready", "refused") for pane in followed)
    return Connection("live", now) if has_answer and before.kind != "live" else before


def is_lost(pane: ListState) -> bool:
    """Did something other than a refusal end this list or its watch?"""
    if pane.kind in ("broken", "expired"):
        return True
    is_cut = pane.kind == "ready" and not pane.is_live and pane.since is not None
    return is_cut and not isinstance(pane.error, Forbidden)


class ConnectionWatch:
    """The connection's state as shown: lost at once, live again after 5 s, or at once if a person asked.

    It emits `Reachable` when the cluster answers again.
    """

    def __init__(
        self,
        clock: Clock,
        tasks: Tasks,
        events: Events,
        reach: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`reach` sends any request; `heard` is called with the result."""
        self.link = Connection()
        self._reach = reach
        self._panes: tuple[ListState, ...] = ()
        self._silence: ListState | None = None
        """A lost list, used while the cluster does not answer although a watch may be open."""
        self._reaching: asyncio.Task[None] | None = None
        self._clock, self._tasks, self._events = clock, tasks, events
        self._holding: asyncio.Task[None] | None = None
        self._asked_at: float | None = None

    def asked(self) -> None:
        """A person pressed refresh: show the result of the next 5 s at once."""
        self._asked_at = self._clock.monotonic()

    def heard(self, error: ClusterError | None) -> None:
        """A read got no answer (`error`), or something was answered (None)."""
        if (error is None) == (self._silence is None):
            return
        if error is None:
            self._silence = None
        else:
            after = error.after if isinstance(error, TimedOut) else 0.0
            self._silence = ListState("broken", error=error, since=self._clock.now() - after)
            if self._reach is not None and self._reaching is None:
                self._reaching = self._tasks.start(self._reach_on(self._reach), "reach")
        self.look(self._panes)

    async def _reach_on(self, reach: Callable[[], Awaitable[None]]) -> None:
        wait = FIRST
        while self._silence is not None:
            await self._clock.sleep(wait)
            wait = min(2 * wait, LONGEST)
            if self._silence is not None:
                await reach()
        self._reaching = None

    def look(self, panes: Iterable[ListState]) -> None:
        """The state of a list changed."""
        self._panes = tuple(panes)
        panes = self._panes if self._silence is None else (*self._panes, self._silence)
        link = link_of(panes, self.link, self._clock.now())
        if self.link.is_lost and not link.is_lost:
            self._comes_back(link)
            return
        if any(is_lost(pane) for pane in panes):
            self._stop_holding()
        self._say(link)

    def _comes_back(self, link: Connection) -> None:
        is_first, asked_at = self._holding is None, self._asked_at
        is_asked = asked_at is not None and self._clock.monotonic() - asked_at <= HOLDS
        if is_asked or link.kind != "live":
            self._stop_holding()
            self._say(link)
        elif is_first:
            self._holding = self._tasks.start(self._hold(), "link")
        if is_first:
            self._events.emit(Reachable())

    async def _hold(self) -> None:
        await self._clock.sleep(HOLDS)
        self._holding = None
        self._say(Connection("live", self._clock.now()))

    def _stop_holding(self) -> None:
        if self._holding is not None:
            self._holding.cancel()
            self._holding = None

    def _say(self, link: Connection) -> None:
        if link != self.link:
            self.link = link
            self._events.tell("link")
