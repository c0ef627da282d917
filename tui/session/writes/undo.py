"""Writes of this run that can be undone, each with the draft that undoes it."""

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
from tui.session.writes.outcome import Sent, WriteBegun, WriteEnded, WriteTurn

BY_OTHERS: Final = "deleted by others"
MOST_UNDO_BYTES: Final = 10 * 1024 * 1024
"""Bytes that are kept, of former and written values above all; the oldest writes go first."""
_EACH: Final = 1024
"""Bytes that a write counts for beside its values."""


class Undoable(Struct, frozen=True):
    """A write of this run."""

    at: float
    """Time when its outcome was known: seconds since the epoch."""
    ref: SecretRef
    words: str
    """The keys that it changed, or "created", "deleted"; of an undo "undid password", "created again"."""
    draft: Draft
    """Draft that undoes it: each key as it was, or a new Secret; for a creation the version to delete."""
    size: int
    """Bytes that are kept of it."""
    batch: int = 0
    """Number of the key press that wrote it, equal for writes of the same press."""
    uid: str = ""
    """Uid of a Secret that was deleted."""
    is_undone: bool = False
    """True if it was undone since."""

    def is_undone_by(self, sent: Sent) -> bool:
        """True if this write undoes it."""
        if self.draft.deletes:
            return sent.intent is DELETE and sent.uid == self.draft.uid
        return sent.draft is not None and sent.draft.steps is self.draft.steps

    @property
    def rank(self) -> int:
        """Order of undoing several: Secrets are restored first and deleted last, for readers."""
        return 2 if self.draft.deletes else 0 if self.draft.is_new else 1

    def __repr__(self) -> str:
        return f"<Undoable {self.ref}>"


class UndoList:
    """Writes of this run in one context, the latest last; values only of changed and deleted Secrets."""

    def __init__(self, clock: Clock, events: Events, *, keeps: bool = True) -> None:
        self._clock, self.keeps = clock, keeps
        self.writes: tuple[Undoable, ...] = ()
        self._batch = self._size = 0
        self._batch_of: dict[SecretRef, int] = {}
        """Batches of writes in flight: a write whose answer was lost may end after the next press."""
        self._dropped: Counter[int] = Counter()
        """Number of writes of a batch that are not kept any more."""
        if keeps:
            events.on(WriteBegun, lambda event: self._batch_of.update({event.sent.ref: self._batch}))
            events.on(WriteEnded, self._ended, turn=WriteTurn.UNDO)
            events.on(SecretLost, lambda event: self._lost(event.secret))

    def begin_batch(self) -> None:
        """Begin a batch: later writes were sent by another press."""
        self._batch += 1

    @property
    def latest_together(self) -> tuple[Undoable, ...]:
        """Writes of the last press that wrote several and is not undone, in the order to undo them; or ()."""
        batches = dict[int, list[Undoable]]()
        for write in self.writes:
            if not write.is_undone:
                batches.setdefault(write.batch, []).append(write)
        latest = next((each for each in reversed(batches.values()) if len(each) > 1), ())
        return tuple(sorted(latest, key=lambda write: write.rank))

    def dropped_with(self, write: Undoable) -> int:
        """Count the writes of the same press that cannot be undone, as too much was written since or with
        them."""
        return self._dropped[write.batch]

    def kept_of(self, drafts: Sequence[Draft]) -> int:
        """Count the drafts that could be undone if they were written in this order: the last ones."""
        left = MOST_UNDO_BYTES
        for count, draft in enumerate(reversed(drafts)):
            left -= _EACH if draft.is_new else _size(draft)  # what is created has no former value
            if left < 0:
                return count
        return len(drafts)

    def _ended(self, event: WriteEnded) -> None:
        sent, end = event.sent, event.end
        batch = self._batch_of.pop(sent.ref, self._batch)
        is_done = end.kind in ("written", "deleted")
        undone = [write for write in self.writes if write.is_undone_by(sent)] if is_done else []
        if undone:
            self.writes = tuple(
                replace(write, is_undone=True) if any(write is each for each in undone) else write
                for write in self.writes
            )
        if end.kind == "written" and sent.intent is CREATE and end.secret is not None:
            words = f"{CREATE.done} again" if undone else CREATE.done
            self._keep(sent.ref, words, Draft.deletion(end.secret), batch)
        elif end.kind == "deleted" and sent.intent is DELETE and sent.base is not None:
            self._drop(write for write in self.writes if write.uid == sent.uid)  # told by the watch first
            self._keep(sent.ref, DELETE.done, _again(sent.ref, sent.type, sent.base), batch, uid=sent.uid)
        elif end.kind == "written" and sent.intent is CHANGE and end.secret is not None:
            draft = _back(sent, end.secret)
            if not draft.is_empty:
                self._keep(sent.ref, f"{'undid ' if undone else ''}{', '.join(sent.keys)}", draft, batch)

    def _lost(self, secret: Secret) -> None:
        """Keep the values of a deleted Secret that was open, unless this run deleted it: nothing else has
        them."""
        if not any(write.uid == secret.uid for write in self.writes):
            draft = _again(secret.ref, secret.type, secret.fields)
            alone = min([0, *(write.batch for write in self.writes)]) - 1
            self._keep(secret.ref, BY_OTHERS, draft, alone, uid=secret.uid)

    def of(self, draft: Draft | None) -> Undoable | None:
        """Find the write that this draft undoes, unless a person edited it further."""
        if draft is None:
            return None
        return next(
            (write for write in self.writes if not write.draft.deletes and write.draft.steps is draft.steps),
            None,
        )

    def keeps_deleted(self, uid: str) -> bool:
        """True if that Secret can be created again."""
        return any(write.uid == uid for write in self.writes)

    def _keep(self, ref: SecretRef, words: str, draft: Draft, batch: int, *, uid: str = "") -> None:
        size = _size(draft)
        write = Undoable(self._clock.now(), ref, words, draft, size, batch, uid)
        self.writes, self._size = (*self.writes, write), self._size + size
        oldest = iter(self.writes)
        while self._size > MOST_UNDO_BYTES:
            dropped = next(oldest)
            self._dropped[dropped.batch] += 1
            self._drop([dropped])

    def _drop(self, writes: Iterable[Undoable]) -> None:
        for write in list(writes):
            self._size -= write.size
            self.writes = tuple(each for each in self.writes if each is not write)


def _size(draft: Draft) -> int:
    """Bytes that are kept with a draft."""
    values = *draft.changes().set.values(), *draft.base.values()
    return _EACH + sum(value.size for value in values if value is not None)


def _again(ref: SecretRef, type_: str, fields: Mapping[str, Value]) -> Draft:
    """Draft of a new Secret with the fields of the deleted one."""
    kept = {name: value for name, value in fields.items() if not holds_values(name)}
    return Draft.new(ref, type_).set_all(None, kept)


def _back(sent: Sent, secret: Secret) -> Draft:
    """Draft on the Secret as it was written, with each field as it was before."""
    names = [name for name in sent.keys if not holds_values(name)]  # those were never read
    written = {name: secret.field(name) for name in names}
    return Draft.of(secret).put_back({name: sent.before.get(name) for name in names}, written)
