"""How a Secret differs from one in another place, by key. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Change
from tui.model.json_decoder import Hidden
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.counts import counted

SAME: Final = "the same"
NOT_THERE: Final = "does not exist"


class Comparison(Hidden, Struct, frozen=True):
    """What was found at one place. No value is in it but those of `changes`."""

    here: SecretRef
    """What is compared."""
    there: SecretRef
    word: str
    """Two or three words for a column."""
    why: str = ""
    """If it could not be read why, as a sentence."""
    changes: tuple[Change, ...] = ()
    """What would make the one there the same, sorted by key."""
    same: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences on what differs beside the values."""
    contexts: tuple[str, str] | None = None
    """This context and the other one, as drawn, if there are two."""
    key: str = ""
    """The key of both whose parts are compared, by their paths; "" where the keys are."""
    titles: tuple[str, str] | None = None
    """Names of the two on screen; None for their own."""

    def keys(self, kind: str) -> tuple[str, ...]:
        """The keys that differ in one way: "changed", "added" for missing there, "removed" for only there."""
        return tuple(change.key for change in self.changes if change.kind == kind)

    @property
    def sides(self) -> tuple[str, str]:
        """Here and there, by what differs of context, namespace and name."""
        if self.titles is not None:
            return self.titles
        if self.here == self.there and self.contexts is not None:
            return self.contexts
        if self.here.name == self.there.name and self.contexts is None:
            return self.here.namespace, self.there.namespace
        return self.full_sides

    @property
    def full_sides(self) -> tuple[str, str]:
        """Here and there, as NAMESPACE/NAME, with the context if there are two."""
        if self.titles is not None:
            return self.titles
        if self.contexts is None:
            return str(self.here), str(self.there)
        here, there = self.contexts
        return f"{here}: {self.here}", f"{there}: {self.there}"


def compared(
    here: Secret, ref: SecretRef, there: Secret | None, keys: Collection[str] | None = None
) -> Comparison:
    """Compare the Secret, or only these keys of it, with what `ref` holds; None is nothing."""
    mine = {key: value for key, value in here.data.items() if keys is None or key in keys}
    theirs = there.data if there is not None else {}
    names = sorted(mine.keys() | theirs.keys() if keys is None else mine.keys())
    changes = changes_between(theirs, mine, names)
    found = Comparison(
        here.ref,
        ref,
        SAME,
        changes=changes,
        same=tuple(key for key in names if mine.get(key) == theirs.get(key)),
    )
    if there is None:
        return replace(found, word=NOT_THERE)
    if changes:
        word = f"{counted(len(changes), 'key')} {'differs' if len(changes) == 1 else 'differ'}"
        found = replace(found, word=word)
    return replace(found, notes=tuple(_notes(here, there)))


def changes_between(
    before: Mapping[str, Value], after: Mapping[str, Value], names: Iterable[str]
) -> tuple[Change, ...]:
    """How these fields differ, in their order."""
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(Change(name, _kind(old, new), old, new) for name, old, new in pairs if old != new)


def _kind(before: Value | None, after: Value | None) -> Literal["added", "changed", "removed"]:
    return "added" if before is None else "removed" if after is None else "changed"


def _notes(here: Secret, there: Secret) -> Iterator[str]:
    if here.type != there.type:
        yield f"The type there is {there.type}, not {here.type}."
    if here.is_immutable != there.is_immutable:
        yield f"Only the one {'there' if there.is_immutable else 'here'} is immutable."
