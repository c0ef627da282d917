"""The parts of a draft: its steps, its net changes, and its collisions with the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from tui.model.secret.fields import is_key
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


class Edit(Struct, frozen=True):
    """What a step does to one key. A rename keeps the bytes that it moved: they stay what the person saw."""

    kind: Literal["edited", "added", "dropped", "renamed"]
    key: str
    value: Value | None
    """The new value; None for a drop."""
    old: str | None = None
    """The former name, for a rename."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it touches."""
        return (self.key,) if self.old is None else (self.old, self.key)

    @property
    def words(self) -> str:
        """For a person: "edited password"."""
        return f"{self.kind} {self.key}" if self.old is None else f"renamed {self.old} to {self.key}"

    def without(self, key: str) -> Edit | None:
        """The edit without one of its keys."""
        if key not in self.keys:
            return self
        if self.old is None:
            return None
        return Edit("dropped", self.old, None) if key == self.key else Edit("added", self.key, self.value)


class Step(Struct, frozen=True):
    """What one undo takes back: an edit, or those of several keys at once."""

    edits: tuple[Edit, ...]
    former: Mapping[str, Value | None] = field(default_factory=dict)
    """The former base of its keys, if the step replaced it; `undo` restores it."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it touches."""
        return tuple(key for edit in self.edits for key in edit.keys)

    @property
    def words(self) -> str:
        """For a person: "edited password", "changed 3 keys"."""
        what = "keys" if all(map(is_key, self.keys)) else "fields"
        return self.edits[0].words if len(self.edits) == 1 else f"changed {len(self.keys)} {what}"

    def without(self, key: str) -> Step | None:
        """The step without one of its keys; None if nothing is left of it."""
        left = tuple(kept for edit in self.edits if (kept := edit.without(key)) is not None)
        return Step(left, self.former) if left else None
