"""Compare the answer to a write with the request: keys that a policy or webhook changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tui.model.draft.draft import Changes
from tui.model.secret.value import Value
from tui.model.text.counts import listed


class Altered(Struct, frozen=True):
    """Names of keys, sorted; never a value."""

    changed: tuple[str, ...] = ()
    """Keys with another value than was sent, or than before although it was not sent."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Keys that were sent and still have their old value."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset((*self.changed, *self.added, *self.removed, *self.kept))

    def __bool__(self) -> bool:
        return bool(self.keys)


UNALTERED: Final = Altered()


def altered(before: Mapping[str, Value], changes: Changes, answer: Mapping[str, Value]) -> Altered:
    """Compare the server's answer with `changes` applied to `before`."""
    asked = {key: value for key, value in before.items() if key not in changes.removed} | dict(changes.set)
    differing = sorted(key for key in asked.keys() | answer.keys() if asked.get(key) != answer.get(key))
    touched = changes.keys & before.keys()  # one that was added had no old value
    kept = {key for key in differing if key in touched and answer.get(key) == before[key]}
    others = [key for key in differing if key not in kept]
    return Altered(
        changed=tuple(key for key in others if key in asked and key in answer),
        added=tuple(key for key in others if key not in asked),
        removed=tuple(key for key in others if key not in answer),
        kept=tuple(sorted(kept)),
    )


def will_alter(keys: Altered) -> str:
    """Describe what admission will alter: "changes a; adds b; keeps the old value of c"."""
    return _told(keys, ("changes ", "adds ", "removes ", "keeps the old value of "))


def has_altered(keys: Altered) -> str:
    """Describe what admission altered: "changed: a; added: b; kept the old value of: c"."""
    return _told(keys, ("changed: ", "added: ", "removed: ", "kept the old value of: "))


def _told(keys_by_kind: Altered, verbs: tuple[str, str, str, str]) -> str:
    kinds = zip(
        verbs,
        (keys_by_kind.changed, keys_by_kind.added, keys_by_kind.removed, keys_by_kind.kept),
        strict=True,
    )
    return "; ".join(f"{verb}{listed(keys)}" for verb, keys in kinds if keys)
