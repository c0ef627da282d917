"""Rows of compared Secrets, with public facts about the values that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.comparison import changes_between, compared
from tui.model.draft.differences import differing_by
from tui.model.draft.draft import Change
from tui.model.draft.plan import SecretInput
from tui.model.secret.fields import is_key
from tui.model.secret.formats.registry import row_name
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value, size_text
from tui.model.text.counts import counted

ComparisonState: TypeAlias = Literal["differs", "only here", "only there", "not read", "same"]
"""State of a Secret or key. "here" is the side with the wanted values, "there" the side that would change."""
STATES: Final[tuple[ComparisonState, ...]] = ("not read", "differs", "only here", "only there", "same")
TYPE: Final = "(type)"
IMMUTABILITY: Final = "(immutable)"
"""Row names that no key can have, because of the parentheses."""
_PLAIN: Final = frozenset(("text", "empty"))
_KINDS: Final[dict[str, Literal["added", "removed", "changed"]]] = {
    "added": "removed",
    "removed": "added",
    "changed": "changed",
}
Siblings: TypeAlias = Mapping[str, Value]
PublicWords: TypeAlias = Callable[[str, Value, Siblings], str]
"""Function that describes a value by public facts; it returns "" if only the size of the value is public."""


class ComparedKey(Struct, frozen=True):
    """Key or other field that differs between two Secrets, without the values."""

    key: str
    kind: Literal["added", "changed", "removed"]
    """Change that would make the side "there" equal to the side "here"."""
    by: str
    """Part in which the two values differ, such as "final line break"; "" if only one side has the key."""
    sides: tuple[str, str]
    """Public facts about the value here and about the value there; "" for a side without the key."""

    @property
    def can_be_taken(self) -> bool:
        return self.kind != "removed" and self.key not in (TYPE, IMMUTABILITY)

    @property
    def state(self) -> ComparisonState:
        return "only here" if self.kind == "added" else "only there" if self.kind == "removed" else "differs"


class ComparedSecret(Struct, frozen=True):
    """Result of comparing the Secret `here` with the Secret `there`, without their values."""

    here: SecretRef
    there: SecretRef
    state: ComparisonState
    keys: tuple[ComparedKey, ...] = ()
    """Keys and other fields that differ; () if only one side has the Secret."""
    same: int = 0
    """Number of equal keys. If only one side has the Secret, the number of keys in this Secret.

    `compare_input` also counts other fields, such as labels.
    """
    why: str = ""
    """Sentence that says why a side could not be read; "" for all states except "not read"."""

    @property
    def words(self) -> str:
        return f"{counted(len(self.keys), 'difference')}" if self.keys else ""

    def turned(self) -> ComparedSecret:
        states: dict[ComparisonState, ComparisonState] = {
            "only here": "only there",
            "only there": "only here",
        }
        keys = tuple(
            replace(row, kind=_KINDS[row.kind], sides=(row.sides[1], row.sides[0])) for row in self.keys
        )
        turned = states.get(self.state, self.state)
        return replace(self, here=self.there, there=self.here, state=turned, keys=keys)


def public_words(now: float, *, has_names: bool = True) -> PublicWords:
    """Return a function that describes a value by its format. Calling that function may take milliseconds."""

    def words(key: str, value: Value, siblings: Siblings) -> str:
        name = row_name(key, value, siblings)
        return "" if name.kind in _PLAIN else name.shown(now, has_names=has_names)

    return words


def compare_secret(
    here: tuple[SecretRef, Secret | None], there: tuple[SecretRef, Secret | None], words: PublicWords
) -> ComparedSecret:
    (ref, mine), (other_ref, theirs) = here, there
    if mine is None or theirs is None:
        only_secret = mine if mine is not None else theirs
        count = len(only_secret.data) if only_secret is not None else 0
        return ComparedSecret(ref, other_ref, "only there" if mine is None else "only here", same=count)
    comparison = compared(mine, other_ref, theirs)
    rows = [*_beside_keys(mine, theirs), *_rows(comparison.changes, mine.data, theirs.data, words)]
    return ComparedSecret(ref, other_ref, "differs" if rows else "same", tuple(rows), len(comparison.same))


def compare_input(wanted: SecretInput, there: Secret | None, words: PublicWords) -> ComparedSecret:
    """Compare the Secret of a file with the Secret in the cluster.

    Labels and annotations that the file does not name are ignored, because other programs set them.
    """
    mine = wanted.fields
    if there is None:
        return ComparedSecret(wanted.ref, wanted.ref, "only here", same=len(mine))
    theirs = {name: value for name in mine if (value := there.field(name)) is not None} | {**there.data}
    changes = changes_between(theirs, mine, sorted(mine.keys() | theirs.keys()))
    rows = [*_rows(changes, mine, theirs, words)]
    if wanted.type not in ("", there.type):
        rows.insert(0, ComparedKey(TYPE, "changed", "type", (wanted.type, there.type)))
    same = len(mine.keys() | theirs.keys()) - len(changes)
    return ComparedSecret(wanted.ref, wanted.ref, "differs" if rows else "same", tuple(rows), same)


def _beside_keys(here: Secret, there: Secret) -> Iterator[ComparedKey]:
    if here.type != there.type:
        yield ComparedKey(TYPE, "changed", "type", (here.type, there.type))
    if here.is_immutable != there.is_immutable:
        sides = ("yes", "no") if here.is_immutable else ("no", "yes")
        yield ComparedKey(IMMUTABILITY, "changed", "immutability", sides)


def _rows(
    changes: tuple[Change, ...], here: Siblings, there: Siblings, words: PublicWords
) -> Iterator[ComparedKey]:
    for change in changes:
        before, after = change.before, change.after
        difference = differing_by(before, after) if before is not None and after is not None else ""
        mine, theirs = _words(change.key, after, here, words), _words(change.key, before, there, words)
        if mine == theirs or "" in (mine, theirs):  # add sizes to equal or missing words
            mine, theirs = _with_size(mine, after), _with_size(theirs, before)
        yield ComparedKey(change.key, change.kind, difference, (mine, theirs))


def _words(key: str, value: Value | None, siblings: Siblings, words: PublicWords) -> str:
    return words(key, value, siblings) if value is not None and is_key(key) else ""


def _with_size(words: str, value: Value | None) -> str:
    if value is None:
        return ""
    return f"{size_text(value.size)}, {words}" if words else size_text(value.size)
