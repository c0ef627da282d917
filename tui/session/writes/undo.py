"""The writes of this run that can be undone: the keys that each changed, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Events
from tui.session.clock import Clock
from tui.session.writes.events import WriteEnded
from tui.session.writes.intents import CHANGE

MOST: Final = 20
"""Writes that are kept."""
MOST_BYTES: Final = 10 * 1024 * 1024
"""Bytes of former and written values that are kept; the oldest go first."""


class Undoable(Struct, frozen=True):
    """A write that changed keys of a Secret."""

    at: float
    """When its outcome was known: seconds since the epoch."""
    draft: Draft
    """What undoes it: on the Secret as it was written, each key as it was before."""
    written: Mapping[str, Value | None]

    @property
    def ref(self) -> SecretRef:
        """The Secret."""
        return self.draft.ref

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it changed, sorted."""
        return tuple(sorted(self.written))

    @property
    def size(self) -> int:
        """Bytes of the values that it keeps."""
        after = self.draft.changes().set.values()
        return sum(value.size for value in (*after, *self.written.values()) if value is not None)

    def __repr__(self) -> str:
        return f"<Undoable {self.ref}>"


class UndoList:
    """This run's writes in one context, the latest last; only values of changed keys are kept."""

    def __init__(self, clock: Clock, events: Events, *, keeps: bool = True) -> None:
        self._clock = clock
        self.writes: tuple[Undoable, ...] = ()
        if keeps:
            events.on(WriteEnded, self._ended)

    def _ended(self, event: WriteEnded) -> None:
        sent, secret = event.sent, event.end.secret
        if event.end.kind != "written" or secret is None or sent.intent is not CHANGE:
            return
        written: dict[str, Value | None] = {key: secret.data.get(key) for key in sent.keys}
        draft = Draft.of(secret).put_back({key: sent.before.get(key) for key in written}, written)
        self.writes = (*self.writes, Undoable(self._clock.now(), draft, written))[-MOST:]
        while sum(one.size for one in self.writes) > MOST_BYTES:
            self.writes = self.writes[1:]
