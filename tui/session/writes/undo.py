"""UndoList: the writes of this run that the user can undo, each with the draft that undoes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Draft
from tui.model.secret.fields import holds_values
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Events, SecretLost
from tui.session.clock import Clock
from tui.session.writes.intents import CHANGE, CREATE, DELETE
from tui.session.writes.outcome import SentWrite, WriteBegun, WriteEnded, WriteTurn

BY_OTHERS: Final = "deleted by others"
MOST_UNDO_BYTES: Final = 10 * 1024 * 1024
"""Maximum bytes kept to undo writes."""
_EACH: Final = 1024
"""Bytes that are counted for each write in addition to the size of its values."""


class UndoEntry(Struct, frozen=True):
    """Write of this run, or deletion by others, with the draft that undoes it."""

    at: float
    """Time of the outcome, in seconds since the epoch."""
    ref: SecretRef
    words: str
    """Description, such as "password, username", "created", or "undid password" for an undo."""
    draft: Draft
    """Draft that restores the former values, creates the Secret again, or deletes it."""
    size: int
    batch: int = 0
    """Number shared by all writes that one key press sent. A deletion by others has its own number."""
    uid: str = ""
    """Uid of the deleted Secret; "" if the write was not a deletion."""
    is_undone: bool = False

    def is_undone_by(self, sent: SentWrite) -> bool:
        if self.draft.deletes:
            return sent.intent is DELETE and sent.uid == self.draft.uid
        return sent.draft is not None and sent.draft.steps is self.draft.steps

    @property
    def rank(self) -> int:
        """Position of the undo among several: 0 to create a Secret, 1 to change it, 2 to delete it.

        In this order, deleted Secrets exist again before any Secret is changed or deleted.
        """
        return 2 if self.draft.deletes else 0 if self.draft.is_new else 1

    def __repr__(self) -> str:
        return f"<Undoable {self.ref}>"


class UndoList:
    """Writes of this run in one context, and deletions of open Secrets by others, in order of time."""

    def __init__(self, clock: Clock, events: Events, *, keeps: bool = True) -> None:
        self._clock, self.keeps = clock, keeps
        self.writes: tuple[UndoEntry, ...] = ()
        self._batch = self._size = 0
        self._batch_of: dict[SecretRef, int] = {}
        """Batch of each write in flight.

        If the server's answer to a write is lost, a later batch may begin before the write ends.
        """
        self._dropped: Counter[int] = Counter()
        if keeps:
            events.on(WriteBegun, lambda event: self._batch_of.update({event.sent.ref: self._batch}))
            events.on(WriteEnded, self._ended, turn=WriteTurn.UNDO)
            events.on(SecretLost, lambda event: self._lost(event.secret))

    def begin_batch(self) -> None:
        self._batch += 1

    @property
    def latest_together(self) -> tuple[UndoEntry, ...]:
        """Writes that one undo takes back together, sorted by `rank`.

        They belong to the latest batch with two or more writes that are not undone.
        """
        batches = dict[int, list[UndoEntry]]()
        for write in self.writes:
            if not write.is_undone:
                batches.setdefault(write.batch, []).append(write)
        latest = next((batch for batch in reversed(batches.values()) if len(batch) > 1), ())
        return tuple(sorted(latest, key=lambda write: write.rank))

    def dropped_with(self, write: UndoEntry) -> int:
        """Count the writes of the same batch that were dropped to save memory."""
        return self._dropped[write.batch]

    def kept_of(self, drafts: Sequence[Draft]) -> int:
        """Return how many of these drafts can still be undone after all are written in this order."""
        bytes_left = MOST_UNDO_BYTES
        for count, draft in enumerate(reversed(drafts)):
            bytes_left -= _EACH if draft.is_new else _size(draft)  # a new Secret has no former values to keep
            if bytes_left < 0:
                return count
        return len(drafts)

    def _ended(self, event: WriteEnded) -> None:
        sent, end = event.sent, event.end
        batch = self._batch_of.pop(sent.ref, self._batch)
        is_done = end.kind in ("written", "deleted")
        undone = [write for write in self.writes if write.is_undone_by(sent)] if is_done else []
        if undone:
            self.writes = tuple(
                replace(write, is_undone=True)
                if any(write is undone_write for undone_write in undone)
                else write
                for write in self.writes
            )
        if end.kind == "written" and sent.intent is CREATE and end.secret is not None:
            words = f"{CREATE.done} again" if undone else CREATE.done
            self._keep(sent.ref, words, Draft.deletion(end.secret), batch)
        elif end.kind == "deleted" and sent.intent is DELETE and sent.base is not None:
            # The live watch may have reported this deletion already, as a deletion by others.
            self._drop(write for write in self.writes if write.uid == sent.uid)
            self._keep(sent.ref, DELETE.done, _again(sent.ref, sent.type, sent.base), batch, uid=sent.uid)
        elif end.kind == "written" and sent.intent is CHANGE and end.secret is not None:
            draft = _back(sent, end.secret)
            if not draft.is_empty:
                self._keep(sent.ref, f"{'undid ' if undone else ''}{', '.join(sent.keys)}", draft, batch)

    def _lost(self, secret: Secret) -> None:
        """Keep the values of an open Secret that others deleted, so that the user can create it again."""
        if not any(write.uid == secret.uid for write in self.writes):
            draft = _again(secret.ref, secret.type, secret.fields)
            own_batch = min([0, *(write.batch for write in self.writes)]) - 1
            self._keep(secret.ref, BY_OTHERS, draft, own_batch, uid=secret.uid)

    def of(self, draft: Draft | None) -> UndoEntry | None:
        """Return the write that `draft` undoes; None if no write matches or the write created a Secret."""
        if draft is None:
            return None
        return next(
            (write for write in self.writes if not write.draft.deletes and write.draft.steps is draft.steps),
            None,
        )

    def keeps_deleted(self, uid: str) -> bool:
        """True if the values of the deleted Secret with this uid are kept."""
        return any(write.uid == uid for write in self.writes)

    def _keep(self, ref: SecretRef, words: str, draft: Draft, batch: int, *, uid: str = "") -> None:
        size = _size(draft)
        write = UndoEntry(self._clock.now(), ref, words, draft, size, batch, uid)
        self.writes, self._size = (*self.writes, write), self._size + size
        oldest = iter(self.writes)
        while self._size > MOST_UNDO_BYTES:
            dropped = next(oldest)
            self._dropped[dropped.batch] += 1
            self._drop([dropped])

    def _drop(self, writes: Iterable[UndoEntry]) -> None:
        for write in list(writes):
            self._size -= write.size
            self.writes = tuple(kept for kept in self.writes if kept is not write)


def _size(draft: Draft) -> int:
    values = *draft.changes().set.values(), *draft.base.values()
    return _EACH + sum(value.size for value in values if value is not None)


def _again(ref: SecretRef, type_: str, fields: Mapping[str, Value]) -> Draft:
    kept = {name: value for name, value in fields.items() if not holds_values(name)}
    return Draft.new(ref, type_).set_all(None, kept)


def _back(sent: SentWrite, secret: Secret) -> Draft:
    # Annotations with a copy or a digest of values (`holds_values`) are never read,
    # so they have no former value.
    names = [name for name in sent.keys if not holds_values(name)]
    written = {name: secret.field(name) for name in names}
    return Draft.of(secret).put_back({name: sent.before.get(name) for name in names}, written)
