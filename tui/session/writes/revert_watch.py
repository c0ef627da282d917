"""RevertWatch: check for 90 s whether a controller overwrites a write.

Only metadata are read, because managedFields name the last writer of each key. Source:
sigs.k8s.io/structured-merge-diff, merge/update.go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.errors import ClusterError, NotFound
from tui.model.managers.registry import BY_HAND, OURS
from tui.model.secret.fields import keys_among
from tui.model.secret.secret import FieldOwner, Secret, SecretRef, latest_times
from tui.model.text.times import clock as clock_text
from tui.session.cache.events import Services
from tui.session.cache.lookup import SecretLookup
from tui.session.clock import pause
from tui.session.writes.outcome import SentWrite, keys_of

WATCHED: Final = 90.0
"""Seconds for which a write is followed. Controllers revert a write within about a minute."""
PROVENANCE_APART: Final = 10.0
"""Seconds between two reads of the metadata of a Secret that no live watch follows."""
WRITES_APART: Final = 2.0
"""Minimum seconds between two reads of the metadata of a Secret, even if it changes all the time."""


class AfterWrite(Struct, frozen=True):
    """Result of following a write.

    The kinds are "undone" (others changed a written key or deleted the Secret), "kept", and "not known".
    """

    kind: Literal["undone", "kept", "not known"]
    ref: SecretRef
    sentence: str
    did: str = ""
    """Change that undid the write, such as "changed again by external-secrets" or "deleted"."""
    at: float = 0.0
    """Time when the change was noticed, in seconds since the epoch (this computer's clock)."""
    keys: frozenset[str] = frozenset()
    """Written keys that others changed; empty if none, or if unknown."""
    is_reset: bool = False
    """True if the Secret is managed, and a writer that is not in `BY_HAND` overwrote a written key."""


class WatchedWrite(Struct, frozen=True):
    """A write that is followed: its keys, and its time in managedFields."""

    ref: SecretRef
    what: str
    set: frozenset[str]
    removed: frozenset[str]
    uid: str
    version: str
    time: float | None
    """Time of this program's managedFields entry, in seconds since the epoch; None without an entry."""
    is_managed: bool = False


class RevertingManager(Struct, frozen=True):
    """Field manager that overwrote a write ("" if unknown), and the time when it did so (None if unknown)."""

    manager: str
    time: float | None
    keys: frozenset[str] = frozenset()
    """Written keys that `manager` or others overwrote; empty if managedFields do not show them."""
    is_sure: bool = True
    """False if `manager` is secret-tui itself. Its entry does not show which keys were written again."""


def mark_of(sent: SentWrite, secret: Secret) -> WatchedWrite:
    """Return the write to follow, without keys that admission changed.

    Labels and annotations are also left out, because the owners of labels and annotations are not read.
    """
    time = latest_times(secret.field_owners).get(OURS)
    held, gone = (frozenset(keys_among(names)) for names in sent.held_in(secret))
    is_managed = secret.manager is not None
    return WatchedWrite(
        sent.ref, sent.what, held, gone, secret.uid, secret.resource_version, time, is_managed=is_managed
    )


def undoing_of(mark: WatchedWrite, owners: tuple[FieldOwner, ...]) -> RevertingManager | None:
    """Find the manager that overwrote the write `mark`; None if nobody did.

    If no other manager overwrote `mark`, but secret-tui wrote again, return secret-tui with `is_sure` False.
    `owners`: field owners in a later version of the Secret.
    """
    undoings, keys = list[RevertingManager](), set[str]()
    for key in mark.set:
        of_key = [owner for owner in owners if key in owner.keys]
        if not any(owner.manager == OURS for owner in of_key):
            undoings += [RevertingManager(owner.manager, owner.time) for owner in of_key] or [
                RevertingManager("", None)
            ]
            keys.add(key)
    for owner in owners:
        if owner.manager != OURS and (again := mark.removed & set(owner.keys)):
            undoings.append(RevertingManager(owner.manager, owner.time))
            keys |= again
    if undoings:
        latest = max(undoings, key=lambda undoing: (undoing.time or 0.0, undoing.manager))
        return replace(latest, keys=frozenset(keys))
    time = latest_times(owners).get(OURS)
    is_again = time is not None and mark.time is not None and time > mark.time
    return RevertingManager(OURS, time, is_sure=False) if is_again else None


class RevertWatch:
    """Follow the latest write to each Secret, with a live watch or by polling."""

    def __init__(
        self,
        services: Services,
        lookup: SecretLookup,
        report: Callable[[AfterWrite], None],
    ) -> None:
        self.seconds = WATCHED
        self._cluster, self._clock, self._tasks, _ = services
        self._lookup, self._report = lookup, report
        self._watching: dict[SecretRef, tuple[asyncio.Task[None], asyncio.Event, WatchedWrite]] = {}

    @property
    def watched(self) -> tuple[str, ...]:
        """Writes that are followed now, such as "password of default/mysecret"."""
        return tuple(mark.what for _, _, mark in self._watching.values())

    def begin(self, sent: SentWrite, secret: Secret) -> None:
        self.drop(sent.ref)
        woken, mark = asyncio.Event(), mark_of(sent, secret)
        if not mark.set and not mark.removed:
            return  # no key was written, or admission changed every key
        end = self._clock.monotonic() + self.seconds
        row = self._lookup.followed_row(sent.ref)
        if row is not None and row.resource_version != mark.version:
            woken.set()  # the live watch reported a later version before the write was answered
        task = self._tasks.start(self._watch(mark, woken, end), f"after {sent.ref}")
        self._watching[sent.ref] = task, woken, mark

    def drop(self, ref: SecretRef) -> None:
        """Stop following the earlier write to a Secret that is written again."""
        if ref in self._watching:
            self._watching.pop(ref)[0].cancel()

    def saw(self, ref: SecretRef, version: str = "") -> None:
        """End the pause before the next check of `ref` if `version` is not the written version.

        `version` "": the Secret was deleted.
        """
        if ref in self._watching and self._watching[ref][2].version != version:
            self._watching[ref][1].set()

    async def _watch(self, mark: WatchedWrite, woken: asyncio.Event, end: float) -> None:
        later = None
        while later is None:
            seconds_left = max(0.0, end - self._clock.monotonic())
            is_followed = self._lookup.followed_row(mark.ref) is not None
            await pause(
                self._clock,
                self._tasks,
                seconds_left if is_followed else min(PROVENANCE_APART, seconds_left),
                woken,
            )
            woken.clear()
            is_over = self._clock.monotonic() >= end
            later, trouble = await self._look(mark)
            if later is None and is_over:
                later = self._over(mark, trouble)
            elif later is None:
                await self._clock.sleep(min(WRITES_APART, max(0.0, end - self._clock.monotonic())))
        del self._watching[mark.ref]
        self._report(later)

    async def _look(self, mark: WatchedWrite) -> tuple[AfterWrite | None, ClusterError | None]:
        """Read the metadata. Return the result (None if not known yet) and the error of the read, if any."""
        try:
            current = await self._cluster.provenance(mark.ref)
        except NotFound:
            return self._gone(mark, "deleted"), None
        except ClusterError as error:
            return None, error
        if current.uid != mark.uid:
            return self._gone(mark, "deleted and created again"), None
        if mark.time is None and mark.set:
            return None, None  # the server recorded no owners for the write
        return self._undone(mark, undoing_of(mark, current.field_owners)), None

    def _undone(self, mark: WatchedWrite, undoing: RevertingManager | None) -> AfterWrite | None:
        if undoing is None:
            return None
        at = self._time(undoing.time)
        if not undoing.is_sure:
            return self._unknown(mark, f"{undoing.manager} wrote to this Secret again at {at}.")
        by = undoing.manager or "an unnamed writer"
        what = keys_of(mark.ref, sorted(undoing.keys)) if undoing.keys else mark.what
        # Not "reverted": no value is read, so the key may have the old value or a third value.
        return AfterWrite(
            "undone",
            mark.ref,
            f"changed again at {at} by {by}: {what}",
            did=f"changed again by {by}",
            at=self._clock.now(),
            keys=undoing.keys,
            is_reset=mark.is_managed and undoing.manager not in BY_HAND,
        )

    def _gone(self, mark: WatchedWrite, how: str) -> AfterWrite:
        sentence = f"Secret {how} after your write, seen at {self._time(None)}: {mark.what}"
        return AfterWrite("undone", mark.ref, sentence, did=how, at=self._clock.now())

    def _over(self, mark: WatchedWrite, trouble: ClusterError | None) -> AfterWrite:
        if mark.time is None and mark.set:
            why = "The server does not record field managers (managedFields)."
        elif trouble is not None:
            why = trouble.sentence
        else:
            return AfterWrite(
                "kept", mark.ref, f"your write is still in place after {self.seconds:g} s: {mark.what}"
            )
        return self._unknown(mark, why)

    def _unknown(self, mark: WatchedWrite, why: str) -> AfterWrite:
        sentence = f"unknown whether your write is still in place: {mark.what}. {why}"
        return AfterWrite("not known", mark.ref, sentence)

    def _time(self, time: float | None) -> str:
        return clock_text(self._clock.now() if time is None else time, self._clock.tz)
