"""Secret whose values are in memory: fetch them, and again when a newer version is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, Literal

from msgspec import Struct

from tui.cluster.api.list_watch import FIRST_RETRY, LONGEST_RETRY, asked_wait
from tui.model.errors import ClusterError, NotFound, ServerTrouble, Throttled
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.process.threads import looked_into
from tui.session.cache.events import (
    MayHaveChanged,
    Reachable,
    SecretGone,
    SecretLost,
    SecretOpened,
    SecretReadAgain,
    Services,
)
from tui.session.cache.list_state import ListState, kind_of
from tui.session.cache.lookup import SecretLookup
from tui.session.cache.resource_store import is_newer


class Opened:
    """The open Secret; only the session changes it."""

    def __init__(self, ref: SecretRef, *, is_new: bool = False) -> None:
        self.ref = ref
        self.is_new = is_new
        """True if it is still to be created, from a draft. Then nothing is fetched."""
        self.secret: Secret | None = None
        """The newest version; None while loading, after it was deleted, and after it was left."""
        self.state = ListState() if is_new else ListState("loading")
        self.changed: frozenset[str] = frozenset()
        """The keys that others changed, added or removed since it was opened."""
        self.gone: Literal["deleted", "recreated"] | None = None
        """Reason why its values were dropped: it was deleted or recreated. Its draft stays."""
        self.uid = ""
        """The uid that was opened; "" until it was read."""
        self.labels: Mapping[str, str] | None = None
        """Labels, kept after it was deleted."""

    def took(
        self,
        secret: Secret,
        now: float,
        *,
        ours: frozenset[str] = frozenset(),
        former: Secret | None = None,
    ) -> bool:
        """Take a version that was read; `ours` are the keys that a write of this run changed.

        False if it is no newer than the held one, unless that is `former`, which any other version replaces.
        """
        if self.gone is not None:
            return False
        if self.uid and secret.uid != self.uid:
            self.ended("recreated")
            return True
        held = self.secret
        is_newest = held is None or is_newer(secret.resource_version, held.resource_version)
        is_other = held is not None and secret.resource_version != held.resource_version
        if held is not None and not is_newest and not (held is former and is_other):
            # An event was faster than the answer: what it brought was ours all the same.
            self.changed -= frozenset(key for key in ours if held.data.get(key) == secret.data.get(key))
            if secret.resource_version == held.resource_version and not self.state.is_live:
                self.state = _read(now)  # a read before this one failed
            return False
        if held is not None:
            self.changed = (self.changed | held.differing(secret)) - ours
        self.uid, self.secret = secret.uid, secret
        self.state = _read(now)
        return True

    def resolved(self, keys: Iterable[str]) -> None:
        """Note that the person saw the server's values for these keys, and decided."""
        self.changed -= frozenset(keys)

    def needs(self, row: SecretSummary) -> bool:
        """True if this row is newer than the held version, or of a Secret created or recreated since."""
        if self.gone is not None or row.ref != self.ref:
            return False
        if not self.uid:
            return isinstance(self.state.error, NotFound)  # it was made since
        if row.uid != self.uid:
            return True
        held = self.secret
        return held is None or is_newer(row.resource_version, held.resource_version)

    def is_followed_by(self, row: SecretSummary) -> bool:
        """True if it was deleted, and this is the recreated one."""
        return self.gone == "deleted" and row.ref == self.ref and row.uid != self.uid

    def failed(self, error: ClusterError, now: float, again_at: float | None = None) -> None:
        """Note that a read failed, and when it is tried again. Earlier values stay, marked as not live."""
        if isinstance(error, NotFound) and self.uid:
            self.ended("deleted")
            return
        never = ListState(kind_of(error), error=error, since=now, again_at=again_at)
        self.state = never if self.secret is None else self.state.lost(error, now, again_at)

    def ended(self, how: Literal["deleted", "recreated"]) -> None:
        """Drop its values after it was deleted or recreated."""
        if self.secret is not None:
            self.labels = self.secret.labels
        self.gone, self.secret = how, None

    def let_go(self) -> None:
        """Drop its values after it was left, so that no object of the session refers to them."""
        self.secret = None
        self.state = ListState()

    def __repr__(self) -> str:
        return f"<Opened {self.ref}>"


def _read(now: float) -> ListState:
    return ListState("ready", is_complete=True, is_live=True, since=now, loaded=1)


REREADS_APART: Final = 30.0
"""Seconds between reads of an open Secret that no watch covers."""


_NAMING: Final = 0.1
"""Seconds that an opened Secret waits for the names of its values."""


class HeldChanged(Struct, frozen=True):
    """Event: the Secret of a loader was read, changed or left."""

    opened: Opened | None


class SecretLoader:
    """Loader that holds at most one Secret, with at most one request for it in flight.

    The session has two: one for the open Secret, one for a page about another.
    """

    def __init__(self, services: Services, lookup: SecretLookup) -> None:
        self._lookup = lookup
        self.opened: Opened | None = None
        self._cluster, self._clock, self._tasks, self._events = services
        self._fetching: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None
        self._again: asyncio.Task[None] | None = None
        """Task that waits to read again after the server refused to answer."""
        self._wait = FIRST_RETRY
        self._awaited: SecretSummary | None = None
        self._events.on(
            MayHaveChanged,
            lambda event: self.fetch(
                replaces_running=event.replaces_running, replaces_held=event.replaces_held
            ),
        )
        self._events.on(SecretGone, lambda event: self._gone(event.ref, event.uid))
        self._events.on(Reachable, lambda _: self._retry())

    def open(self, ref: SecretRef, *, is_new: bool = False) -> None:
        """Fetch a Secret, and leave the one before; a Secret that `is_new` needs no fetch."""
        self.leave()
        self.opened = Opened(ref, is_new=is_new)
        if is_new:
            self._tell()
            return
        self.fetch()
        self._polling = self._tasks.start(self._poll(ref), f"poll {ref}")
        self._tell()

    def leave(self) -> None:
        """Drop the values, and cancel the request for them."""
        for task in (self._fetching, self._polling, self._again):
            if task is not None:
                task.cancel()
        self._fetching = self._polling = self._again = None
        self._wait = FIRST_RETRY
        self._awaited = None
        if self.opened is not None:
            self.opened.let_go()
            self.opened = None
            self._tell()

    def fetch(self, *, replaces_running: bool = False, replaces_held: bool = False) -> None:
        """Read it again, unless a read is in flight; `replaces_running` cancels that one.

        `replaces_held`: any other version replaces the held one.
        """
        opened = self.opened
        if replaces_running and self._fetching is not None:
            self._fetching.cancel()
            self._fetching = None
        is_fetching = self._fetching is not None and not self._fetching.done()
        if opened is None or opened.is_new or opened.gone is not None or is_fetching:
            return
        if self._again is not None:
            self._again.cancel()
            self._again = None
        former = opened.secret if replaces_held else None
        self._fetching = self._tasks.start(self._fetch(opened, former), f"open {opened.ref}")

    def _retry(self) -> None:
        """Retry a failed read, as the cluster answers again."""
        if self.opened is not None and not self.opened.state.is_live:
            self.fetch()

    def saw(self, row: SecretSummary) -> None:
        """Handle a version of some Secret that a list or an event reported."""
        opened = self.opened
        if opened is None:
            return
        if opened.is_followed_by(row):
            opened.ended("recreated")
            self._tell()
        if self._fetching is not None and row.ref == opened.ref:
            self._awaited = row  # the first answer may be of before it
        if opened.needs(row):
            self.fetch()

    def _gone(self, ref: SecretRef, uid: str) -> None:
        """Some Secret was deleted."""
        opened = self.opened
        if opened is not None and opened.ref == ref and opened.uid == uid and opened.gone is None:
            held = opened.secret
            opened.ended("deleted")
            self._lost(held)
            self._tell()

    def _lost(self, held: Secret | None) -> None:
        """Pass on the values of a deleted Secret, to create it again."""
        if held is not None:
            self._events.emit(SecretLost(held))

    def wrote(self, secret: Secret, keys: frozenset[str]) -> None:
        """Take the version that our own write created."""
        opened = self.opened
        if opened is not None and opened.ref == secret.ref and opened.uid:
            opened.took(secret, self._clock.now(), ours=keys)
            self._tell()

    def _tell(self) -> None:
        self._events.emit(HeldChanged(self.opened))

    async def _fetch(self, opened: Opened, former: Secret | None) -> None:
        held = None
        try:
            secret = await self._cluster.open(opened.ref)
            await _name_values_of(secret)
            held, since = opened.secret, opened.state.since
            took = opened.took(secret, self._clock.now(), former=former)
            self._wait = FIRST_RETRY
            if took and opened.secret is not None and held is None:
                self._events.emit(SecretOpened(secret))
            elif took and opened.secret is not None and held is not None:
                self._events.emit(SecretReadAgain(held, secret, since or 0.0))
            elif opened.gone is not None:
                self._lost(held)
        except ClusterError as error:
            held = opened.secret
            opened.failed(error, self._clock.now(), self._retry_after(opened, error))
            if opened.gone is not None:
                self._lost(held)
        held = former = None
        self._fetching = None
        self._tell()
        awaited, self._awaited = self._awaited, None
        if awaited is not None and opened.needs(awaited):  # the request had begun before that version
            self.fetch()

    def _retry_after(self, opened: Opened, error: ClusterError) -> float | None:
        """Read it again when the server says, or soon; returns the time, None if only the poll does."""
        if not isinstance(error, Throttled | ServerTrouble):
            return None
        wait, self._wait = max(asked_wait(error) or 0.0, self._wait), min(2 * self._wait, LONGEST_RETRY)
        self._again = self._tasks.start(self._fetch_later(wait), f"open {opened.ref} again")
        return self._clock.now() + wait

    async def _fetch_later(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._again = None
        self.fetch()

    async def _poll(self, ref: SecretRef) -> None:
        while True:
            await self._clock.sleep(REREADS_APART)
            opened = self.opened
            is_known = opened is None or (self._lookup.is_followed(ref) and opened.state.is_live)
            if not is_known and self._again is None:  # else the server named a time
                self.fetch()


async def _name_values_of(secret: Secret) -> None:
    """Name values before they are shown: their names are drawn with their keys, in one frame."""
    from tui.model.secret.formats.registry import name_values  # not before the first frame

    await looked_into(partial(name_values, secret.data.items(), secret.data), _NAMING)
