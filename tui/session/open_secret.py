"""SecretLoader: fetch one Secret with its values, and fetch it again when it may have changed."""

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
    """Secret of a SecretLoader, with its values and the state of its reads."""

    def __init__(self, ref: SecretRef, *, is_new: bool = False) -> None:
        self.ref = ref
        self.is_new = is_new
        """True if the Secret exists only as a draft."""
        self.secret: Secret | None = None
        """Version that was read or written; None before the first read and after the values were dropped."""
        self.state = ListState() if is_new else ListState("loading")
        self.changed: frozenset[str] = frozenset()
        """Keys that others changed, added or removed since the Secret was opened.

        A key leaves this set when the user has decided about its value.
        """
        self.gone: Literal["deleted", "recreated"] | None = None
        """"deleted", or "recreated" if a new Secret then took the name; None while the Secret exists."""
        self.uid = ""
        self.labels: Mapping[str, str] | None = None
        """Labels of the version that was held when the Secret was deleted or recreated; otherwise None."""

    def took(
        self,
        secret: Secret,
        now: float,
        *,
        ours: frozenset[str] = frozenset(),
        former: Secret | None = None,
    ) -> bool:
        """Take a version that was read or written. Returns False if it was ignored.

        A version is ignored if `gone` was already set. A version that is not newer than the held version is
        ignored, too. `ours`: keys that this program wrote. `former`: if it is the held version, even an older
        `secret` replaces it.
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
            # A read can show this program's write before the answer to the write arrives.
            # `changed` then holds the written keys, as if others had changed them.
            self.changed -= frozenset(key for key in ours if held.data.get(key) == secret.data.get(key))
            if secret.resource_version == held.resource_version and not self.state.is_live:
                self.state = _read(now)  # the read before this one failed
            return False
        if held is not None:
            self.changed = (self.changed | held.differing(secret)) - ours
        self.uid, self.secret = secret.uid, secret
        self.state = _read(now)
        return True

    def resolved(self, keys: Iterable[str]) -> None:
        """Remove keys from `changed` after the user has decided about their values."""
        self.changed -= frozenset(keys)

    def needs(self, row: SecretSummary) -> bool:
        """True if the Secret must be read again because of `row`.

        After a successful read, this is the case if `row` is newer than `self.secret` or has another uid.
        Before the first successful read, this is the case only if the last read failed with NotFound.
        """
        if self.gone is not None or row.ref != self.ref:
            return False
        if not self.uid:
            return isinstance(self.state.error, NotFound)  # the Secret was created after the failed read
        if row.uid != self.uid:
            return True
        held = self.secret
        return held is None or is_newer(row.resource_version, held.resource_version)

    def is_followed_by(self, row: SecretSummary) -> bool:
        """True if this Secret was deleted, and `row` belongs to a new Secret with the same name."""
        return self.gone == "deleted" and row.ref == self.ref and row.uid != self.uid

    def failed(self, error: ClusterError, now: float, again_at: float | None = None) -> None:
        """Record a failed read. Values from earlier reads stay, unless the Secret was deleted."""
        if isinstance(error, NotFound) and self.uid:
            self.ended("deleted")
            return
        unread_state = ListState(kind_of(error), error=error, since=now, again_at=again_at)
        self.state = unread_state if self.secret is None else self.state.lost(error, now, again_at)

    def ended(self, how: Literal["deleted", "recreated"]) -> None:
        if self.secret is not None:
            self.labels = self.secret.labels
        self.gone, self.secret = how, None

    def let_go(self) -> None:
        self.secret = None
        self.state = ListState()

    def __repr__(self) -> str:
        return f"<Opened {self.ref}>"


def _read(now: float) -> ListState:
    return ListState("ready", is_complete=True, is_live=True, since=now, loaded=1)


REREADS_APART: Final = 30.0
"""Seconds between two reads of an open Secret that no watch covers, or whose last read failed."""


_NAMING: Final = 0.1
"""Maximum seconds to wait for the formats of the values before the Secret is shown."""


class HeldChanged(Struct, frozen=True):
    """A loader's Secret was opened, read, changed or closed."""

    opened: Opened | None
    """Secret of the loader; None if it was closed."""


class SecretLoader:
    """Holder of at most one Secret.

    The session has two loaders: one for the open Secret, and one for another Secret that a SecretPage
    shows.
    """

    def __init__(self, services: Services, lookup: SecretLookup) -> None:
        self._lookup = lookup
        self.opened: Opened | None = None
        self._cluster, self._clock, self._tasks, self._events = services
        self._fetching: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None
        self._again: asyncio.Task[None] | None = None
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
        """Close the held Secret and open `ref`.

        `is_new`: the Secret exists only as a draft, so it is not fetched.
        """
        self.leave()
        self.opened = Opened(ref, is_new=is_new)
        if is_new:
            self._emit_changed()
            return
        self.fetch()
        self._polling = self._tasks.start(self._poll(ref), f"poll {ref}")
        self._emit_changed()

    def leave(self) -> None:
        for task in (self._fetching, self._polling, self._again):
            if task is not None:
                task.cancel()
        self._fetching = self._polling = self._again = None
        self._wait = FIRST_RETRY
        self._awaited = None
        if self.opened is not None:
            self.opened.let_go()
            self.opened = None
            self._emit_changed()

    def fetch(self, *, replaces_running: bool = False, replaces_held: bool = False) -> None:
        """Start a read of the Secret.

        Do nothing if no Secret is open, or if the Secret is gone or exists only as a draft.

        `replaces_running`: cancel a read in flight and start a new one. If it is False, a read in flight goes
        on, and no other read starts. `replaces_held`: the answer replaces the held version even if the answer
        is older.
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
        if self.opened is not None and not self.opened.state.is_live:
            self.fetch()

    def saw(self, row: SecretSummary) -> None:
        """React to a row from a list or a watch event. The row may belong to any Secret."""
        opened = self.opened
        if opened is None:
            return
        if opened.is_followed_by(row):
            opened.ended("recreated")
            self._emit_changed()
        if self._fetching is not None and row.ref == opened.ref:
            self._awaited = row  # the read in flight may return an older version
        if opened.needs(row):
            self.fetch()

    def _gone(self, ref: SecretRef, uid: str) -> None:
        opened = self.opened
        if opened is not None and opened.ref == ref and opened.uid == uid and opened.gone is None:
            held = opened.secret
            opened.ended("deleted")
            self._lost(held)
            self._emit_changed()

    def _lost(self, held: Secret | None) -> None:
        """Emit the values of a deleted Secret, so that the user can create it again."""
        if held is not None:
            self._events.emit(SecretLost(held))

    def wrote(self, secret: Secret, keys: frozenset[str]) -> None:
        opened = self.opened
        if opened is not None and opened.ref == secret.ref and opened.uid:
            opened.took(secret, self._clock.now(), ours=keys)
            self._emit_changed()

    def _emit_changed(self) -> None:
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
        self._emit_changed()
        awaited, self._awaited = self._awaited, None
        if awaited is not None and opened.needs(awaited):  # a newer row arrived during the read
            self.fetch()

    def _retry_after(self, opened: Opened, error: ClusterError) -> float | None:
        """Schedule another read after an overload or a server failure, and return its time.

        After other errors, schedule nothing and return None, because the next poll repeats the read.
        """
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
            needs_no_read = opened is None or (self._lookup.is_followed(ref) and opened.state.is_live)
            if not needs_no_read and self._again is None:  # if `_again` is set, that task reads the Secret
                self.fetch()


async def _name_values_of(secret: Secret) -> None:
    """Find the formats of the values before the Secret is shown, so that the formats appear at once."""
    from tui.model.secret.formats.registry import name_values  # imported late for a faster start

    await looked_into(partial(name_values, secret.data.items(), secret.data), _NAMING)
