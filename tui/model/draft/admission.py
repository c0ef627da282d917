"""Compare the answer to a write with the expected data, to find keys changed by admission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tui.model.draft.draft import Changes
from tui.model.secret.value import Value
from tui.model.text.counts import listed


class AlteredKeys(Struct, frozen=True):
    """Sorted names of the keys in which the answer to a write differs from the expected data."""

    changed: tuple[str, ...] = ()
    """Expected keys that have an unexpected value in the answer.

    A key that the request changed, but that still has its old value, is only in `kept`.
    """
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Keys that still have their old value although the request changed them."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset((*self.changed, *self.added, *self.removed, *self.kept))

    def __bool__(self) -> bool:
        return bool(self.keys)


UNALTERED: Final = AlteredKeys()


def altered(before: Mapping[str, Value], changes: Changes, answer: Mapping[str, Value]) -> AlteredKeys:
    """Compare the expected data (`before` with `changes` applied) with the server's answer."""
    expected = {key: value for key, value in before.items() if key not in changes.removed} | dict(changes.set)
    differing = sorted(key for key in expected.keys() | answer.keys() if expected.get(key) != answer.get(key))
    with_old_value = changes.keys & before.keys()  # an added key has no old value
    kept = {key for key in differing if key in with_old_value and answer.get(key) == before[key]}
    others = [key for key in differing if key not in kept]
    return AlteredKeys(
        changed=tuple(key for key in others if key in expected and key in answer),
        added=tuple(key for key in others if key not in expected),
        removed=tuple(key for key in others if key not in answer),
        kept=tuple(sorted(kept)),
    )


def will_alter(keys: AlteredKeys) -> str:
    """Describe the keys that admission will change, for example as "adds b"."""
    return _clauses(keys, ("changes ", "adds ", "removes ", "keeps the old value of "))


def has_altered(keys: AlteredKeys) -> str:
    return _clauses(keys, ("changed: ", "added: ", "removed: ", "kept the old value of: "))


def _clauses(keys_by_kind: AlteredKeys, verbs: tuple[str, str, str, str]) -> str:
    kinds = zip(
        verbs,
        (keys_by_kind.changed, keys_by_kind.added, keys_by_kind.removed, keys_by_kind.kept),
        strict=True,
    )
    return "; ".join(f"{verb}{listed(keys)}" for verb, keys in kinds if keys)
