"""WriteLog: the keys that this program wrote in each Secret, and which of them others changed later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.model.secret.secret import SecretRef
from tui.session.cache.events import Events, SecretGone, SecretReadAgain
from tui.session.clock import Clock
from tui.session.rollouts.record import WriteRecord
from tui.session.writes.outcome import WriteEnded, WriteTurn
from tui.session.writes.revert_watch import AfterWrite

if TYPE_CHECKING:
    from tui.model.draft.former_values import FormerHeld


class WriteLog:
    """Log of this program's writes, after which workloads may need a restart."""

    def __init__(self, clock: Clock, events: Events) -> None:
        self._clock, self._events = clock, events
        self._written: dict[SecretRef, tuple[WriteRecord, ...]] = {}
        self._left: dict[SecretRef, tuple[FormerHeld, ...]] = {}
        events.on(WriteEnded, self._wrote, turn=WriteTurn.LOG)
        events.on(AfterWrite, self._changed_again)
        events.on(SecretReadAgain, self._read_again)
        events.on(SecretGone, lambda event: self._left.pop(event.ref, None))

    def of(self, *secrets: SecretRef) -> tuple[WriteRecord, ...]:
        """List the writes to these Secrets, the latest last."""
        writes = chain.from_iterable(self._written.get(ref, ()) for ref in secrets)
        return tuple(sorted(writes, key=lambda write: write.at))

    def left(self, secret: SecretRef) -> tuple[FormerHeld, ...]:
        """Return the keys that still hold a value that this program replaced in another key.

        For example, a key with a URL may still hold the old password.
        """
        return self._left.get(secret, ())

    def lost(self, secret: SecretRef) -> tuple[AfterWrite, ...]:
        """Return the changes that others made to keys after this program's latest write of those keys.

        Deletions of the Secret are left out, because they name no keys.
        """
        latest = self._latest(secret).items()
        return tuple(
            dict.fromkeys(record.later for key, record in latest if record.later and key in record.lost)
        )

    def stands(self, secret: SecretRef) -> frozenset[str]:
        """Return the keys that this program wrote, except those that others are known to have changed."""
        return frozenset(key for key, record in self._latest(secret).items() if key not in record.lost)

    def _latest(self, secret: SecretRef) -> dict[str, WriteRecord]:
        return {key: record for record in self._written.get(secret, ()) for key in record.keys}

    def _wrote(self, event: WriteEnded) -> None:
        # Imported late, because it loads all formats of values.
        from tui.model.draft.former_values import former_held, still_held

        sent, end = event.sent, event.end
        if end.kind == "written":
            draft, secret = sent.draft, end.secret
            left = former_held(draft, secret) if draft is not None and secret is not None else ()
            written = WriteRecord(sent.ref, self._clock.now(), sent.keys, tuple(_kept(event)), left)
            self._written[sent.ref] = (*self._written.get(sent.ref, ()), written)
            former = still_held(self.left(sent.ref), sent.before, secret.data) if secret is not None else ()
            self._left[sent.ref] = tuple(dict.fromkeys((*former, *left)))

    def _changed_again(self, later: AfterWrite) -> None:
        """Record the change by which others undid the latest write to a Secret.

        The change cannot belong to an earlier write, because RevertWatch follows only the latest one.
        """
        *before, latest = self._written[later.ref]
        if later.kind == "undone":
            self._written[later.ref] = (*before, replace(latest, later=later))
            self._events.notify("rollouts")

    def _read_again(self, event: SecretReadAgain) -> None:
        ref = event.after.ref
        if ref in self._left:
            from tui.model.draft.former_values import still_held

            self._left[ref] = still_held(self._left[ref], event.before.data, event.after.data)


def _kept(event: WriteEnded) -> Iterator[tuple[str, str]]:
    """Yield (new key, old key) for each value that the write removed from one key and put in another."""
    before, after = event.sent.before, event.end.secret.data if event.end.secret is not None else {}
    for former in event.sent.keys:
        old = before.get(former)
        for key in event.sent.keys:
            if old is not None and after.get(key) == old != before.get(key) and after.get(former) != old:
                yield key, former
