"""The parts of a draft: one step, its net changes, and its collisions with the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from tui.model.secret.value import Value


class Change(Struct, frozen=True):
    """A key that differs from the base. `before` is None for an added key, `after` for a removed one."""

    key: str
    kind: Literal["added", "changed", "removed"]
    before: Value | None
    after: Value | None
    renamed_from: str | None = None
    """The key whose bytes moved here, if that key is removed by the same draft."""


class Changes(Struct, frozen=True):
    """What a write sends: only keys that differ from the draft's base."""

    set: Mapping[str, Value]
    removed: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Is there nothing to send?"""
        return not self.set and not self.removed

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of all keys that change, sorted."""
        return tuple(sorted((*self.set, *self.removed)))


class Collision(Struct, frozen=True):
    """A key that was changed both in the draft and on the server, differently. None means absent."""

    key: str
    base: Value | None
    server: Value | None
    mine: Value | None


class KeyRow(Struct, frozen=True):
    """One row of an opened Secret with its draft. For mark "-", `value` is None and `before` is set."""

    key: str
    mark: Literal["+", "-", "~", ""]
    value: Value | None
    before: Value | None


class Step(Struct, frozen=True):
    """One edit. A rename keeps the bytes that it moved, so that they stay what the person saw."""

    kind: Literal["edited", "added", "dropped", "renamed"]
    key: str
    value: Value | None
    """The new value; None for a drop."""
    old: str | None = None
    """The former name, for a rename."""
    former: Mapping[str, Value | None] = field(default_factory=dict)
    """The former base of its keys, if the step replaced it; `undo` restores it."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it touches."""
        return (self.key,) if self.old is None else (self.old, self.key)

    def without(self, key: str) -> Step | None:
        """The step without one of its keys."""
        if key not in self.keys:
            return self
        if self.old is None:
            return None
        if key == self.key:
            return Step("dropped", self.old, None, former=self.former)
        return Step("added", self.key, self.value, former=self.former)
