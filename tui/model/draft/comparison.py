"""Comparison of two Secrets by key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Change
from tui.model.json_decoder import HiddenRepr
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.counts import counted

NO_DIFFERENCE: Final = "the same"
NOT_THERE: Final = "does not exist"


class Comparison(HiddenRepr, Struct, frozen=True):
    """Result of comparing the Secret `here` with the Secret `there`.

    Only the field `changes` holds values of the two Secrets.
    """

    here: SecretRef
    there: SecretRef
    word: str
    """Result in a few words, for a column."""
    why: str = ""
    """Reason, as a sentence, why the Secret `there` could not be read."""
    changes: tuple[Change, ...] = ()
    """Changes that would make the Secret `there` equal to the Secret `here`, sorted by key."""
    same: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    contexts: tuple[str, str] | None = None
    """Names of two different contexts, or of two states of one Secret ("now", "revision 3").

    None for two Secrets in the same context.
    """
    key: str = ""
    """Key whose two values are compared part by part.

    The `key` of each element of `changes` is then the path of a part, such as a field of a JSON value.
    "" if the Secrets are compared key by key.
    """
    titles: tuple[str, str] | None = None

    def keys(self, kind: str) -> tuple[str, ...]:
        return tuple(change.key for change in self.changes if change.kind == kind)

    @property
    def sides(self) -> tuple[str, str]:
        """Titles of `here` and `there`: only the contexts or only the namespaces, if nothing else differs."""
        if self.titles is not None:
            return self.titles
        if self.here == self.there and self.contexts is not None:
            return self.contexts
        if self.here.name == self.there.name and self.contexts is None:
            return self.here.namespace, self.there.namespace
        return self.full_sides

    @property
    def full_sides(self) -> tuple[str, str]:
        """Return `titles` if set, or else NAMESPACE/NAME of each Secret.

        If `contexts` is set, its elements precede NAMESPACE/NAME, as in "prod: shop/db".
        """
        if self.titles is not None:
            return self.titles
        if self.contexts is None:
            return str(self.here), str(self.there)
        here, other = self.contexts
        return f"{here}: {self.here}", f"{other}: {self.there}"


def compared(
    here: Secret, ref: SecretRef, other: Secret | None, keys: Collection[str] | None = None
) -> Comparison:
    """Compare the Secret `here` with the Secret `other`.

    `ref` names the second Secret. `other` is None if no Secret `ref` exists.
    If `keys` is not None, compare only the keys of `here` that are in `keys`.
    """
    mine = {key: value for key, value in here.data.items() if keys is None or key in keys}
    theirs = other.data if other is not None else {}
    keys_to_compare = sorted(mine.keys() | theirs.keys() if keys is None else mine.keys())
    changes = changes_between(theirs, mine, keys_to_compare)
    comparison = Comparison(
        here.ref,
        ref,
        NO_DIFFERENCE,
        changes=changes,
        same=tuple(key for key in keys_to_compare if mine.get(key) == theirs.get(key)),
    )
    if other is None:
        return replace(comparison, word=NOT_THERE)
    if changes:
        word = f"{counted(len(changes), 'key')} {'differs' if len(changes) == 1 else 'differ'}"
        comparison = replace(comparison, word=word)
    return replace(comparison, notes=tuple(_notes(here, other)))


def changes_between(
    before: Mapping[str, Value], after: Mapping[str, Value], names: Iterable[str]
) -> tuple[Change, ...]:
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(Change(name, _kind(old, new), old, new) for name, old, new in pairs if old != new)


def _kind(before: Value | None, after: Value | None) -> Literal["added", "changed", "removed"]:
    return "added" if before is None else "removed" if after is None else "changed"


def _notes(here: Secret, other: Secret) -> Iterator[str]:
    if here.type != other.type:
        yield f"The type there is {other.type}, not {here.type}."
    if here.is_immutable != other.is_immutable:
        yield f"Only the Secret {'there' if other.is_immutable else 'here'} is immutable."
