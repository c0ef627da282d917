"""`Draft` holds edits of a Secret as steps that can be undone.

It can be merged with a newer version of the Secret. A draft is immutable. It holds no data of the
Secret except the values (old and new) of keys that it changes or copies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from tui.model.secret.fields import IMMUTABLE, holds_values, is_key
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value


class Change(Struct, frozen=True):
    """Change of one key, of another field such as a label, or of one path inside a value."""

    key: str
    kind: Literal["added", "changed", "removed"]
    before: Value | None
    after: Value | None
    renamed_from: str | None = None


class Changes(Struct, frozen=True):
    """Changed fields, which a write sends."""

    set: Mapping[str, Value]
    removed: frozenset[str]

    @property
    def is_empty(self) -> bool:
        return not self.set and not self.removed

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(sorted((*self.set, *self.removed)))


class Collision(Struct, frozen=True):
    """Key that the draft and the server changed differently."""

    key: str
    base: Value | None
    server: Value | None
    mine: Value | None


class KeyRow(Struct, frozen=True):
    """Row of a key on screen. `value` is the value with the draft's changes, `before` without them."""

    key: str
    mark: Literal["+", "-", "~", ""]
    value: Value | None
    before: Value | None


class Edit(Struct, frozen=True):
    kind: Literal["edited", "added", "dropped", "renamed"]
    key: str
    value: Value | None
    old: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key,) if self.old is None else (self.old, self.key)

    @property
    def words(self) -> str:
        """Description: "edited password", "renamed a to b"."""
        return f"{self.kind} {self.key}" if self.old is None else f"renamed {self.old} to {self.key}"

    def without(self, key: str) -> Edit | None:
        """Return the edit without its effect on `key`; None if no effect is left."""
        if key not in self.keys:
            return self
        if self.old is None:
            return None
        return Edit("dropped", self.old, None) if key == self.key else Edit("added", self.key, self.value)


class Step(Struct, frozen=True):
    """Unit of undo, with one or several edits."""

    edits: tuple[Edit, ...]
    former: Mapping[str, Value | None] = field(default_factory=dict)
    """Values of `Draft.base` that this step replaced; `undo` restores them."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for edit in self.edits for key in edit.keys)

    @property
    def words(self) -> str:
        noun = "keys" if all(map(is_key, self.keys)) else "fields"
        return self.edits[0].words if len(self.edits) == 1 else f"changed {len(self.keys)} {noun}"

    def without(self, key: str) -> Step | None:
        edits = tuple(kept for edit in self.edits if (kept := edit.without(key)) is not None)
        return Step(edits, self.former) if edits else None


_MARKS: Final[dict[str, Literal["+", "-", "~"]]] = {"added": "+", "removed": "-", "changed": "~"}


class RebaseResult(Struct, frozen=True):
    """Result of merging a draft with a newer version of its Secret.

    If there are collisions, the draft keeps its old `resource_version`, so that the server refuses a write
    until all collisions are resolved.
    """

    draft: Draft
    collisions: tuple[Collision, ...]


class CopySource(Struct, frozen=True):
    """Secret as it was when it was copied. It is kept to find later changes of the Secret."""

    secret: Secret
    keys: Collection[str] | None = None
    """Copied keys; None for all keys, labels, annotations and immutability."""
    is_replaced: bool = False
    """True if the copy renames `secret`. Once the copy is written, the user may delete the old Secret."""


class Draft(Struct, frozen=True):
    """Edits of one Secret that are not written yet. The repr shows no key and no value."""

    ref: SecretRef
    uid: str
    """UID of the Secret; "" if the draft creates it."""
    resource_version: str
    type: str
    steps: tuple[Step, ...] = ()
    base: Mapping[str, Value | None] = field(default_factory=dict)
    """Value of each edited field without the edits; None if the Secret has no such field."""
    source: CopySource | None = None
    deletes: bool = False
    """True if the draft deletes the Secret (only this `resource_version`). The draft then has no steps."""

    def __repr__(self) -> str:
        return f"<Draft {self.ref}, {len(self.steps)} steps>"

    @classmethod
    def of(cls, secret: Secret) -> Draft:
        return cls(secret.ref, secret.uid, secret.resource_version, secret.type)

    @classmethod
    def deletion(cls, secret: Secret) -> Draft:
        """Return a draft that deletes exactly this version of a Secret."""
        return replace(cls.of(secret), deletes=True)

    @classmethod
    def new(cls, ref: SecretRef, type: str = OPAQUE) -> Draft:  # noqa: A002
        return cls(ref, "", "", type)

    @property
    def is_new(self) -> bool:
        return not self.uid

    @property
    def is_empty(self) -> bool:
        return self.changes().is_empty

    @property
    def replaces(self) -> SecretRef | None:
        """Secret that this draft renames."""
        return self.source.secret.ref if self.source is not None and self.source.is_replaced else None

    # Steps

    def set(self, secret: Secret | None, key: str, value: Value) -> Draft:
        """Add a step that sets `key`, unless the key already has this value."""
        return self.set_all(secret, {key: value})

    def set_all(self, secret: Secret | None, values: Mapping[str, Value | None]) -> Draft:
        """Add one step that edits, adds or drops several keys. The value None drops a key."""
        return self._then(secret, _edits({key: self.value(secret, key) for key in values}, values))

    def edit(self, secret: Secret | None, key: str, seen: Value | None, value: Value) -> Draft:
        """Replace a value that the user saw on screen."""
        return self.edit_all(secret, {key: seen}, {key: value})

    def edit_all(
        self,
        secret: Secret | None,
        seen: Mapping[str, Value | None],
        values: Mapping[str, Value | None],
    ) -> Draft:
        """Add one step that replaces values that the user saw on screen. The value None drops a key.

        For a key that the draft does not change, the old value comes from `seen`, not from the current
        Secret, because the Secret may have changed during the edit.
        """
        differing = self._differing()
        was = {key: differing[key] if key in differing else seen.get(key) for key in values}
        unchanged = {key: value for key, value in was.items() if key not in differing}
        return self._then(secret, _edits(was, values), unchanged)

    def put_back(self, former: Mapping[str, Value | None], written: Mapping[str, Value | None]) -> Draft:
        """Add a step that replaces the written values by the former ones."""
        return self._then(None, _edits(written, dict(sorted(former.items()))), written)

    def drop(self, secret: Secret | None, key: str) -> Draft:
        return self.set_all(secret, {key: None})

    def rename(self, secret: Secret | None, old: str, new: str) -> Draft:
        """Add a step that renames the key `old` to `new`.

        Raises ValueError, with a sentence for the user, if the key `old` does not exist, or if the name `new`
        is invalid, taken or unchanged.
        """
        moved = self.value(secret, old)
        if moved is None:
            raise ValueError(f"The Secret has no key {old}.")
        if old == new:
            raise ValueError(f"The key is already named {new}.")
        if (problem := key_problem(new)) is not None:
            raise ValueError(problem)
        if self.value(secret, new) is not None:
            raise ValueError(f"A key {new} already exists.")
        return self._then(secret, [Edit("renamed", new, moved, old)])

    def undo(self) -> Draft:
        if not self.steps:
            return self
        base = {**self.base, **self.steps[-1].former}
        return replace(self, base=base)._with_steps(self.steps[:-1])

    def last_step(self) -> str | None:
        return self.steps[-1].words if self.steps else None

    # The Secret after the write

    def value(self, secret: Secret | None, key: str) -> Value | None:
        mine = self._mine()
        if key in mine and (secret is None or mine[key] != self.base[key]):
            return mine[key]
        return secret.field(key) if secret is not None else None

    def data(self, secret: Secret | None) -> Mapping[str, Value]:
        """Values after the write, sorted by key."""
        return {row.key: row.value for row in self.rows(secret) if row.value is not None}

    def fields(self, secret: Secret | None) -> Mapping[str, Value]:
        """Return the keys, labels, annotations and immutability after the write, sorted by name.

        The module `tui.model.secret.fields` defines the name of each field.
        """
        server = {} if secret is None else secret.fields
        fields = {**server, **self._differing()}
        return {name: value for name, value in sorted(fields.items()) if value is not None}

    def rows(self, secret: Secret | None) -> tuple[KeyRow, ...]:
        """Return a row for each key. A dropped key keeps a row with the mark "-" until the write."""
        server: Mapping[str, Value] = secret.data if secret is not None else {}
        rows = {key: KeyRow(key, "", value, value) for key, value in server.items()}
        for change in self.change_list():
            if is_key(change.key):
                rows[change.key] = KeyRow(change.key, _MARKS[change.kind], change.after, change.before)
        return tuple(rows[key] for key in sorted(rows))

    def changes(self) -> Changes:
        differing = self._differing()
        return Changes(
            set={key: value for key, value in sorted(differing.items()) if value is not None},
            removed=frozenset(key for key, value in differing.items() if value is None),
        )

    def change_list(self) -> tuple[Change, ...]:
        """Net changes, sorted by key."""
        differing = self._differing()
        origins = self._origins()
        changes = []
        for key in sorted(differing):
            before, after = self.base[key], differing[key]
            kind: Literal["added", "changed", "removed"] = (
                "added" if before is None else "removed" if after is None else "changed"
            )
            origin = origins.get(key) if after is not None else None
            is_move = origin is not None and origin in differing and differing[origin] is None
            changes.append(Change(key, kind, before, after, origin if is_move else None))
        return tuple(changes)

    # Merge with a newer version of the Secret

    def rebase(self, newer: Secret) -> RebaseResult:
        """Merge the draft with the server's current values, three-way and key by key.

        A key is a collision if the draft and the server changed it differently. Raises ValueError if the
        Secret was deleted and created again.
        """
        if self.uid and newer.uid != self.uid:
            raise ValueError(
                f"{self.ref} was deleted and created again. The draft belongs to the old Secret."
            )
        mine = self._mine()
        base = dict(self.base)
        collisions = []
        for key in sorted(base):
            server = newer.field(key)
            if server == base[key]:
                continue
            if mine[key] == server:
                base[key] = server
            elif mine[key] != base[key]:
                collisions.append(Collision(key, base[key], server, mine[key]))
        draft = replace(self, base=base)
        if not collisions:
            draft = replace(draft, uid=newer.uid, resource_version=newer.resource_version, type=newer.type)
        return RebaseResult(draft, tuple(collisions))

    def is_held_by(self, newer: Secret) -> bool:
        return all(newer.field(key) == value for key, value in self._differing().items())

    def resolve(self, key: str, newer: Secret, take: Literal["server", "mine"]) -> Draft:
        if key not in self.base:
            return self
        if take == "mine":
            return replace(self, base={**self.base, key: newer.field(key)})
        return self._with_steps(left for step in self.steps if (left := step.without(key)) is not None)

    def after(self, sent: Draft) -> Draft:
        """Return this draft as it is after an earlier state of it, `sent`, was or may have been written.

        If the user has undone a change of `sent` in this draft, a new step undoes it on the server too.
        """
        mine, base, steps = self._mine(), dict(self.base), self.steps
        for key, value in sent._differing().items():
            wanted = mine[key] if key in mine else sent.base[key]
            if key not in base:  # the user has undone the change
                steps = (*steps, Step((Edit("dropped" if wanted is None else "edited", key, wanted),)))
            if wanted == base.get(key, wanted):
                base[key] = value
        return replace(self, base=base, steps=steps)

    def since(self, sent: Draft) -> tuple[str, ...]:
        """Return the sorted keys whose values differ from those in `sent`, an earlier state of the draft."""
        mine, its = self._mine(), sent._mine()
        return tuple(
            key
            for key in sorted({*mine, *its})
            if mine.get(key, sent.base.get(key)) != its.get(key, self.base.get(key))
        )

    def put_on(self, other: Secret) -> Draft:
        """Move the steps to a Secret that was deleted and created again.

        `base` stays the same, so a rebase treats the values of the new Secret as changes by others.
        """
        return replace(self, uid=other.uid, resource_version=other.resource_version, type=other.type)

    def as_new(self, last_seen: Secret | None) -> Draft:
        """Return a draft that creates the deleted Secret again, without annotations that hold values."""
        draft = Draft.new(self.ref, self.type)
        for name, value in self.fields(last_seen).items():
            if not holds_values(name):
                draft = draft.set(None, name, value)
        return draft

    def _then(
        self, secret: Secret | None, edits: Sequence[Edit], seen: Mapping[str, Value | None] | None = None
    ) -> Draft:
        """Add a step with `edits`, if any. The server's value of a key is in `seen`, or else in `secret`."""
        if not edits:
            return self
        server: dict[str, Value | None] = {**(secret.fields if secret is not None else {}), **(seen or {})}
        before = self._mine()
        after, step = dict(before), Step(tuple(edits))
        _take(after, step)
        new_bases: dict[str, Value | None] = {}
        former: dict[str, Value | None] = {}
        for key in step.keys:
            server_value = server.get(key)
            if key not in self.base:
                new_bases[key] = server_value
            elif self.base[key] in (before[key], after[key]) and self.base[key] != server_value:
                # Before or after this step, the draft has no net change of the key.
                # So the server's value becomes the base of the key.
                new_bases[key], former[key] = server_value, self.base[key]
        step = replace(step, former=former)
        draft = replace(self, steps=(*self.steps, step), base={**self.base, **new_bases})
        if self.steps or secret is None:
            return draft
        return replace(draft, uid=secret.uid, resource_version=secret.resource_version, type=secret.type)

    def _with_steps(self, steps: Iterable[Step]) -> Draft:
        kept = tuple(steps)
        touched = {key for step in kept for key in step.keys}
        return replace(self, steps=kept, base={key: self.base[key] for key in self.base if key in touched})

    def _mine(self) -> dict[str, Value | None]:
        mine = dict(self.base)
        for step in self.steps:
            _take(mine, step)
        return mine

    def _differing(self) -> dict[str, Value | None]:
        return {key: value for key, value in self._mine().items() if value != self.base[key]}

    def _origins(self) -> dict[str, str]:
        origins: dict[str, str] = {}
        for edit in (edit for step in self.steps for edit in step.edits):
            if edit.old is not None:
                origins[edit.key] = origins.pop(edit.old, edit.old)
            elif edit.kind != "edited":
                origins.pop(edit.key, None)
        return origins


def _edits(was: Mapping[str, Value | None], values: Mapping[str, Value | None]) -> list[Edit]:
    return [
        Edit("dropped" if value is None else "added" if was[key] is None else "edited", key, value)
        for key, value in values.items()
        if value != was[key]
    ]


def _take(held: dict[str, Value | None], step: Step) -> None:
    for edit in step.edits:
        if edit.old is not None:
            held[edit.old] = None
        held[edit.key] = edit.value


def draft_problem(secret: Secret, names: Iterable[str] | None = None) -> str | None:
    """Return why the fields `names` (by default, the keys) cannot be changed; None if they can."""
    if secret.is_terminating:
        return f"{secret.ref} is being deleted, so it cannot be changed."
    if secret.is_immutable and (names is None or any(is_key(name) or name == IMMUTABLE for name in names)):
        return f"{secret.ref} is immutable: its data cannot change. Delete the Secret and create it again."
    return None
