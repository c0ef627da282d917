"""ChangedAt: record when each key of a Secret changed.

This record is needed because managedFields have only one time for all keys of a manager. No value is kept.
Times are seconds since the epoch by the API server's clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Final, NamedTuple

from tui.model.draft.draft import Draft
from tui.model.managers.registry import OURS
from tui.model.readers.freshness import REFRESHED, History, KnownChange
from tui.model.secret.fields import keys_among
from tui.model.secret.secret import FieldOwner, Secret, SecretRef, SecretSummary, latest_times
from tui.session.cache.events import SecretReadAgain, Services
from tui.session.cache.lookup import SecretLookup
from tui.session.cache.secret_store import SecretStore, summary_of
from tui.session.writes.intents import CHANGE, CREATE, DELETE
from tui.session.writes.outcome import NotWriting, SentWrite, WriteBegun, WriteEnded, WriteTurn
from tui.session.writes.undo import UndoList

_MOST: Final = 500
"""Maximum number of Secrets whose changes are kept in memory."""
_LATE: Final = 5.0
"""Seconds by which the wait after a change exceeds REFRESHED.

After the wait, the verdicts about readers are drawn again. No verdict then says that the kubelet will still
update a mounted file.
"""
_EACH: Final = 20
"""Maximum number of changes, and also of `_Write` entries, that are kept for one Secret."""


class _Write(NamedTuple):
    """New time of a manager in managedFields, and the keys that changed at that time."""

    manager: str
    to: float
    """New time of the manager."""
    former: float | None
    """Time to use instead of `to` for keys that are not in `keys`; None if no earlier time is known."""
    keys: frozenset[str]
    unexplained: float | None
    """Time of the latest earlier change whose keys are not known; None if that time is unknown."""


class _Former(NamedTuple):
    """Changes of a Secret before this run deleted it, kept for an undo of the deletion."""

    history: History
    seen: list[KnownChange]


class _Known:
    def __init__(self, uid: str) -> None:
        self.uid = uid
        """Uid of the Secret; "" if the Secret was deleted and no newer one with the same name was seen."""
        self.seen: list[KnownChange] = []
        self.writes: list[_Write] = []
        self.ours = ""
        """resourceVersion after the latest write of this run."""
        self.written: SecretSummary | None = None
        """Row of the Secret after the latest write of this run; None before a write and after a deletion."""
        self.was_immutable = False
        """True if an earlier Secret with the same name was immutable."""
        self.former: History | None = None
        """History before the deletion, if an undo has created the Secret again; else None."""

    def see(self, change: KnownChange) -> None:
        """Add a change.

        If a change with the same `key`, `by` and `until` exists, replace it only if `change.now` is not 0.
        """
        same = (change.key, change.by, change.until)
        index = next((n for n, seen in enumerate(self.seen) if (seen.key, seen.by, seen.until) == same), None)
        if index is None:
            self.seen = [*self.seen, change][-_EACH:]
        elif change.now:
            self.seen = [*self.seen[:index], change, *self.seen[index + 1 :]]

    def explain(
        self,
        before: Secret | SecretSummary,
        after: Secret,
        keys: frozenset[str],
        unexplained: float | None,
    ) -> None:
        """Record that only `keys` changed between the versions `before` and `after`."""
        former, times = latest_times(before.field_owners), latest_times(after.field_owners)
        moved = ((name, time) for name, time in times.items() if time != former.get(name))
        writes = [_Write(name, time, former.get(name), keys, unexplained) for name, time in moved]
        self.writes = [*self.writes, *writes][-_EACH:]

    def unexplained(self, owners: Sequence[FieldOwner]) -> float | None:
        """Return the time of the latest change whose keys are not known; None if that time is unknown."""
        explained = {(write.manager, write.to): write.unexplained for write in self.writes}
        times = [explained.get((owner.manager, owner.time or 0.0), owner.time) for owner in owners]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None


class ChangedAt:
    """Changes of keys that this run has seen, for each Secret."""

    def __init__(
        self,
        services: Services,
        undo: UndoList,
        lookup: SecretLookup,
    ) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._undo, self._lookup = undo, lookup
        self._known: dict[SecretRef, _Known] = {}
        self._numbers = count(1)
        """Counter. Each of its numbers stands for one value, so that the value itself is not kept."""
        self._undoing: dict[float, dict[str, int]] = {}
        """Number of the value that a write replaced, for each time of a write and each key.

        Only writes that can be undone are included.
        """
        self._writing: dict[SecretRef, list[tuple[SecretSummary, SecretSummary]]] = {}
        """Changed rows (before, after) of each Secret with a write in flight, handled after the write."""
        self._deleted: dict[str, _Former] = {}
        """Changes of Secrets that this run deletes or deleted, by uid."""
        self._base: SecretSummary | None = None
        """Row of the Secret before the latest write; None if no row has the resourceVersion that was sent."""
        self._refreshing: asyncio.Task[None] | None = None
        self._events.on(WriteBegun, self._write_begun)
        self._events.on(WriteEnded, self._write_ended, turn=WriteTurn.CHANGES)
        self._events.on(NotWriting, self._not_writing)
        self._events.on(SecretReadAgain, self._read_again)

    def follow(self, store: SecretStore) -> None:
        store.on_change = self._summary_changed

    def written(self, ref: SecretRef) -> SecretSummary | None:
        """Return the Secret's row after the last write of this run; None before a write and after a deletion.

        The row may be outdated, because others may have changed the Secret since.
        """
        known = self._known.get(ref)
        return known.written if known is not None else None

    def saw(self, row: SecretSummary) -> bool:
        known = self._known.get(row.ref)
        return known is not None and known.uid == row.uid and bool(known.seen)

    def history(self, row: SecretSummary, key: str | None) -> History:
        """Return the history of the changes of a key or, if `key` is None, of all keys."""
        known = self._known.get(row.ref)
        known = known if known is not None and known.uid in ("", row.uid) else None
        owners = [owner for owner in row.field_owners if key is None or key in owner.keys]
        times = [(_moved(known, owner, key), owner.manager) for owner in owners]
        moved, by = max(((time, name) for time, name in times if time is not None), default=(None, ""))
        owned = {owned_key for owner in owners for owned_key in owner.keys}
        former = known.former if known is not None else None
        if former is not None and former.moved == moved:
            by = former.moved_by
        is_whole = key in owned if key is not None else len(owned) == row.key_count
        return History(
            created=former.created if former is not None else row.created,
            seen=tuple(change for change in known.seen if key in (None, change.key))
            if known is not None
            else (),
            moved=moved,
            moved_by=by,
            unexplained=known.unexplained(owners) if known is not None else moved,
            is_bound=is_whole and all(time is not None for time, _ in times),
            keeps_replaced=known is not None and known.was_immutable,
        )

    def comes_back(self, draft: Draft, key: str) -> KnownChange | None:
        """Return the change that the draft will make to a key, if the draft undoes a write of this key.

        Otherwise return None.
        """
        known, number = self._known.get(draft.ref), self._put_back(draft).get(key)
        if known is None or number is None:
            return None
        return KnownChange(key, self._now(), self._now(), OURS, now=number)

    # -- writes of this run

    def _put_back(self, draft: Draft | None) -> dict[str, int]:
        """Return the numbers of the values that the draft restores, by key; empty if the draft is no undo."""
        undone = self._undo.of(draft)
        return self._undoing.get(undone.at, {}) if undone is not None else {}

    def _write_begun(self, event: WriteBegun) -> None:
        sent = event.sent
        self._writing[sent.ref] = []
        row = self._lookup.row_of(sent.ref)
        is_base = row is not None and row.resource_version == sent.resource_version
        self._base = row if is_base else None
        if sent.intent is DELETE and row is not None and is_base and not row.is_immutable:
            known, history = self._known.get(sent.ref), self.history(row, None)
            if history.is_bound:
                self._deleted[sent.uid] = _Former(history, known.seen if known is not None else [])

    def _write_ended(self, event: WriteEnded) -> None:
        sent, end = event.sent, event.end
        if end.kind == "written" and end.secret is not None and sent.intent is CHANGE:
            self._wrote(sent, end.secret, is_altered=bool(end.altered))
        elif end.kind == "written" and end.secret is not None and sent.intent is CREATE and not end.altered:
            self._created_again(sent.draft, end.secret)
        elif end.kind == "deleted":
            if sent.ref in self._known:
                self._known[sent.ref].written = None
            self._deleted = {
                uid: former for uid, former in self._deleted.items() if self._undo.keeps_deleted(uid)
            }

    def _created_again(self, draft: Draft | None, secret: Secret) -> None:
        """Restore the history of a Secret that an undo has created again.

        The keys have their old values, so the new times in managedFields mean no change.
        """
        undone = self._undo.of(draft)
        former = self._deleted.get(undone.uid) if undone is not None else None
        if former is None:
            return
        known, (history, seen) = self._of(secret.ref, secret.uid), former
        known.former, known.seen = history, seen
        for name, time in latest_times(secret.field_owners).items():
            known.writes.append(_Write(name, time, history.moved, frozenset(), history.unexplained))

    def _wrote(self, sent: SentWrite, secret: Secret, *, is_altered: bool) -> None:
        known, base = self._of(secret.ref, secret.uid), self._base
        known.ours, known.written = secret.resource_version, summary_of(secret)
        is_base = base is not None and base.ref == sent.ref and base.resource_version == sent.resource_version
        base = base if is_base else None
        changed = [key for key in keys_among(sent.keys) if sent.before.get(key) != secret.data.get(key)]
        time = latest_times(secret.field_owners).get(OURS) if set(changed) & secret.data.keys() else None
        if changed and time is None and self._cluster.skew is None:
            return
        since = self._cluster.server_time(sent.at) if time is None else time
        until = self._now() if time is None else time
        restored_numbers, former_numbers = self._put_back(sent.draft), {}
        for key in changed:
            last = next((change for change in reversed(known.seen) if change.key == key), None)
            former_numbers[key] = last.now if last is not None and last.now else next(self._numbers)
            number = restored_numbers.get(key) or next(self._numbers)
            is_added = sent.before.get(key) is None
            known.see(KnownChange(key, since, until, OURS, former_numbers[key], number, is_added))
            self._notify_when_refreshed()
        if self._undo.writes and self._undo.writes[-1].ref == sent.ref:
            self._undoing[self._undo.writes[-1].at] = former_numbers
            while len(self._undoing) > len(self._undo.writes):
                del self._undoing[next(iter(self._undoing))]
        if base is not None and not is_altered:
            unexplained = self._unexplained(base)
            known.explain(base, secret, frozenset(changed), unexplained)

    def _not_writing(self, event: NotWriting) -> None:
        for before, after in self._writing.pop(event.ref, ()):
            self._summary_changed(before, after)

    # -- changes by others

    def _summary_changed(self, before: SecretSummary, after: SecretSummary | None) -> None:
        known = self._known.get(before.ref)
        if after is None or after.uid != before.uid:
            if known is not None and known.uid in ("", before.uid):
                del self._known[before.ref]
            if before.is_immutable:
                self._of(before.ref, after.uid if after is not None else "").was_immutable = True
        elif before.ref in self._writing:
            self._writing[before.ref].append((before, after))
        elif self._lookup.is_followed(before.ref) and (known is None or known.ours != after.resource_version):
            self._diff(before, after)

    def _diff(self, before: SecretSummary, after: SecretSummary) -> None:
        """Record the keys that were added, removed or updated.

        A key counts as updated if managedFields list none of its former owners for the key any more.
        A manager that updates a value becomes its only owner. A manager that applies the same value becomes
        an additional owner.
        """
        old, new = _writers(before.field_owners), _writers(after.field_owners)
        changed = {key for key in old.keys() & new.keys() if old[key].isdisjoint(new[key])}
        if before.keys is not None and after.keys is not None:
            changed |= set(before.keys) ^ set(after.keys)
        self._see(before, after, changed)

    def _read_again(self, event: SecretReadAgain) -> None:
        before, after = event.before, event.after
        known = self._known.get(after.ref)
        is_ours = known is not None and known.ours == after.resource_version
        if is_ours or after.ref in self._writing or before.uid != after.uid:
            return
        changed = before.differing(after)
        since = None if self._lookup.is_followed(after.ref) else self._cluster.server_time(event.since)
        numbers = {key: self._former_number(after, key) for key in changed}
        self._see(before, after, changed, since, numbers)
        known = self._of(after.ref, after.uid)
        unexplained = self._unexplained(summary_of(before))
        known.explain(before, after, changed, unexplained)

    def _former_number(self, secret: Secret, key: str) -> int:
        """Return the number that stands for the key's value.

        Return 0 if no write that can be undone replaced the same value.
        """
        for write in reversed(self._undo.writes):
            number = self._undoing.get(write.at, {}).get(key, 0)
            if write.ref == secret.ref and write.draft is not None and number:
                former = write.draft.changes().set.get(key)
                if former == secret.data.get(key):
                    return number
        return 0

    def _unexplained(self, row: SecretSummary) -> float | None:
        history = self.history(row, None)
        return history.unexplained if history.is_bound else None

    def _see(
        self,
        before: Secret | SecretSummary,
        after: Secret | SecretSummary,
        changed: Iterable[str],
        since: float | None = None,
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """Record a change of each key in `changed` between the versions `before` and `after`.

        `since`: earliest possible time of the changes; None if a watch reported each change when it happened.
        `numbers`: numbers that stand for the new values, by key.
        """
        former, writers = latest_times(before.field_owners), _writers(before.field_owners)
        for key in sorted(changed):
            known = {name: former.get(name) for name in writers.get(key, ())}
            moved = [
                (owner.time, owner.manager)
                for owner in after.field_owners
                if key in owner.keys and owner.time not in (None, known.get(owner.manager))
            ]
            until, by = max(moved, default=(self._now(), ""))
            first = until if since is None else min(since, until)
            number = (numbers or {}).get(key, 0)
            self._of(after.ref, after.uid).see(KnownChange(key, first, until, by, now=number))
            self._notify_when_refreshed()

    def _notify_when_refreshed(self) -> None:
        """Draw the verdicts again after the longest time that the kubelet takes to refresh mounted files.

        The program waits, because no event reports the refresh.
        """
        if self._refreshing is not None:
            self._refreshing.cancel()
        self._refreshing = self._tasks.start(self._refreshed(), "files")

    async def _refreshed(self) -> None:
        await self._clock.sleep(REFRESHED + _LATE)
        self._events.notify("readers")

    def _of(self, ref: SecretRef, uid: str) -> _Known:
        known = self._known.pop(ref, None)
        if known is None or known.uid not in ("", uid):
            known = _Known(uid)
        known.uid = uid
        self._known[ref] = known
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]
        return known

    def _now(self) -> float:
        return self._cluster.server_time(self._clock.now())


def _moved(known: _Known | None, owner: FieldOwner, key: str | None) -> float | None:
    """Return the latest time at which the owner may have changed the key, or any key if `key` is None."""
    time = owner.time
    for write in reversed(known.writes if known is not None else ()):
        is_other = key not in write.keys if key is not None else not write.keys
        if is_other and write.former is not None and (write.manager, write.to) == (owner.manager, time):
            time = write.former
    return time


def _writers(owners: Iterable[FieldOwner]) -> dict[str, set[str]]:
    writers: dict[str, set[str]] = {}
    for owner in owners:
        for key in owner.keys:
            writers.setdefault(key, set()).add(owner.manager)
    return writers
