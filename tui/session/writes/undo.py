"""The writes of this run that can be undone, and what undoes each."""

from __future__ import annotations

from collections.abc import Mapping
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
from tui.session.writes.outcome import Sent, WriteEnded

MOST: Final = 200
"""Writes that are kept."""
BY_OTHERS: Final = "deleted by others"
MOST_BYTES: Final = 10 * 1024 * 1024
"""Bytes of former and written values that are kept; the oldest go first."""


class Undoable(Struct, frozen=True):
    """A write of this run."""

    at: float
    """When its outcome was known: seconds since the epoch."""
    ref: SecretRef
    words: str
    """The keys that it changed, or "created", "deleted"; of an undo "undid password", "created again"."""
    draft: Draft | None
    """What undoes it: each key as it was, or a new Secret; None if it was created: then it is deleted."""
    batch: int = 0
    """The same number for those that one press wrote."""
    uid: str = ""
    """Of a Secret that was deleted."""
    is_undone: bool = False
    """Was its draft written since?"""

    @property
    def size(self) -> int:
        """Bytes of the values that it keeps."""
        if self.draft is None:
            return 0
        after = self.draft.changes().set.values()
        return sum(value.size for value in (*after, *self.draft.base.values()) if value is not None)

    def __repr__(self) -> str:
        return f"<Undoable {self.ref}>"


class UndoList:
    """This run's writes in one context, the latest last; of values only changed and deleted ones are kept."""

    def __init__(self, clock: Clock, events: Events, *, keeps: bool = True) -> None:
        self._clock, self.keeps = clock, keeps
        self.writes: tuple[Undoable, ...] = ()
        self._batch = 0
        if keeps:
            events.on(WriteEnded, self._ended)
            events.on(SecretLost, lambda event: self._lost(event.secret))

    def begin_batch(self) -> None:
        """What is written from now on was sent by another press."""
        self._batch += 1

    @property
    def latest_together(self) -> tuple[Undoable, ...]:
        """The latest changes and deletions that one press wrote; () if none wrote several."""
        batches = dict[int, list[Undoable]]()
        for one in self.writes:
            if one.draft is not None and not one.is_undone:
                batches.setdefault(one.batch, []).append(one)
        return tuple(next((each for each in reversed(batches.values()) if len(each) > 1), ()))

    def _ended(self, event: WriteEnded) -> None:
        sent, end = event.sent, event.end
        steps = sent.draft.steps if sent.draft is not None else ()
        undone = [one for one in self.writes if one.draft is not None and one.draft.steps is steps]
        is_undo = bool(undone)
        if end.kind == "written":
            self.writes = tuple(
                replace(one, is_undone=True) if any(one is each for each in undone) else one
                for one in self.writes
            )
        if end.kind == "written" and sent.intent is CREATE:
            self._keep(sent.ref, f"{CREATE.done} again" if is_undo else CREATE.done, None)
        elif end.kind == "deleted" and sent.intent is DELETE and sent.base is not None:
            self.writes = tuple(one for one in self.writes if one.uid != sent.uid)  # told by the watch first
            self._keep(sent.ref, DELETE.done, _again(sent.ref, sent.type, sent.base), uid=sent.uid)
        elif end.kind == "written" and sent.intent is CHANGE and end.secret is not None:
            draft = _back(sent, end.secret)
            if not draft.is_empty:
                self._keep(sent.ref, f"{'undid ' if is_undo else ''}{', '.join(sent.keys)}", draft)

    def _lost(self, secret: Secret) -> None:
        """The Secret that was open is deleted: where that was not this run, its values are nowhere else."""
        if not any(one.uid == secret.uid for one in self.writes):
            draft = _again(secret.ref, secret.type, secret.fields)
            alone = min([0, *(one.batch for one in self.writes)]) - 1
            self._keep(secret.ref, BY_OTHERS, draft, alone, secret.uid)

    def of(self, draft: Draft | None) -> Undoable | None:
        """The write that this draft undoes, unless a person edited it on."""
        if draft is None:
            return None
        return next(
            (one for one in self.writes if one.draft is not None and one.draft.steps is draft.steps), None
        )

    def keeps_deleted(self, uid: str) -> bool:
        """Can that Secret be created again?"""
        return any(one.uid == uid for one in self.writes)

    def _keep(
        self, ref: SecretRef, words: str, draft: Draft | None, batch: int | None = None, uid: str = ""
    ) -> None:
        one = Undoable(self._clock.now(), ref, words, draft, self._batch if batch is None else batch, uid)
        self.writes = (*self.writes, one)[-MOST:]
        while sum(one.size for one in self.writes) > MOST_BYTES:
            self.writes = self.writes[1:]


def _again(ref: SecretRef, type_: str, fields: Mapping[str, Value]) -> Draft:
    """A new Secret with what the deleted one held."""
    kept = {name: value for name, value in fields.items() if not holds_values(name)}
    return Draft.new(ref, type_).set_all(None, kept)


def _back(sent: Sent, secret: Secret) -> Draft:
    """On the Secret as it was written, each field as it was before."""
    names = [name for name in sent.keys if not holds_values(name)]  # those were never read
    written = {name: secret.field(name) for name in names}
    return Draft.of(secret).put_back({name: sent.before.get(name) for name in names}, written)
