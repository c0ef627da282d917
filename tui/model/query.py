"""Filter and sort the list of Secrets.

A row must match each word of the filter; a leading `!` negates a word. A plain word is searched in
`namespace/name`. A word such as `key:pass` searches another field for `pass`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from math import inf
from operator import attrgetter
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import type_word

Test: TypeAlias = Callable[[SecretSummary], bool]
Field: TypeAlias = Callable[[str, SecretSummary], bool]
"""Function that returns true if one field of a row contains the word, which is in lower case."""
CountReaders: TypeAlias = Callable[[SecretRef], int | None]
"""Function that returns the number of a Secret's readers; None if unknown."""
FindEnd: TypeAlias = Callable[[SecretSummary], float | None]
"""Function that returns the earliest expiry in a Secret, in seconds since the epoch; None if unknown."""


def _not_known(ref: SecretRef) -> None:
    """Default for `CountReaders`: every count is unknown."""


class Query(Struct, frozen=True):
    text: str
    tests: tuple[Test, ...] = ()
    asks_for_keys: bool = False
    has_readers: frozenset[bool] = frozenset()
    """Contains False for the word `by:none` (Secrets without readers), True for `!by:none`."""

    @classmethod
    def parse(cls, text: str) -> Query:
        """Parse a filter. A prefix without a word, such as `key:`, filters nothing."""
        tests: list[Test] = []
        asks_for_keys, has_readers = False, set[bool]()
        for word in text.casefold().split():
            is_negated = word.startswith("!")
            prefix, colon, searched = word.removeprefix("!").partition(":")
            field = _FIELDS.get(prefix) if colon else None
            if field is None:
                field, searched = _in_name, word.removeprefix("!")
            if not searched:
                continue
            if (prefix, searched) == ("by", "none"):
                has_readers.add(is_negated)
                continue
            asks_for_keys = asks_for_keys or field is _in_keys
            test = partial(field, searched)
            tests.append(_negated(test, field) if is_negated else test)
        return cls(text, tuple(tests), asks_for_keys, frozenset(has_readers))

    def filter(
        self, rows: Sequence[SecretSummary], readers: CountReaders = _not_known
    ) -> Sequence[SecretSummary]:
        """Return the rows that match.

        A row with an unknown number of readers matches neither `by:none` nor `!by:none`.
        """
        for test in self.tests:
            rows = [row for row in rows if test(row)]
        for is_read in self.has_readers:
            rows = [row for row in rows if (count := readers(row.ref)) is not None and (count > 0) is is_read]
        return rows

    def unknown_keys(self, rows: Iterable[SecretSummary]) -> int:
        return sum(row.keys is None for row in rows) if self.asks_for_keys else 0

    def unknown_readers(self, rows: Iterable[SecretSummary], readers: CountReaders) -> int:
        return sum(readers(row.ref) is None for row in rows) if self.has_readers else 0


def in_key_names(text: str) -> str:
    """Put `key:` before the last word that has neither `!` nor a field prefix.

    Returns "" if `text` has no such word. Example: "db pass" becomes "db key:pass".
    """
    words = text.split()
    for nth in reversed(range(len(words))):
        prefix, colon, _ = words[nth].casefold().partition(":")
        if not words[nth].startswith("!") and not (colon and prefix in _FIELDS):
            return " ".join((*words[:nth], f"key:{words[nth]}", *words[nth + 1 :]))
    return ""


def ordered(
    rows: Sequence[SecretSummary],
    order: str,
    *,
    is_reversed: bool,
    readers: CountReaders = _not_known,
    end: FindEnd = lambda row: None,
) -> Sequence[SecretSummary]:
    """Sort rows in one of `LIST_ORDERS`. The rows must already be sorted by namespace and name.

    - "age", "changed": latest first
    - "keys", "readers": largest number first
    - "expires": earliest first

    In an order by time, rows with an unknown time come last, also in reverse order. In the order "manager",
    rows without a manager come last, also in reverse order.

    Raises ValueError for an unknown order.
    """
    match order:
        case "name":
            return rows[::-1] if is_reversed else rows
        case "age":
            return _by_time(rows, attrgetter("created"), is_reversed=is_reversed)
        case "changed":
            return _by_time(rows, attrgetter("changed"), is_reversed=is_reversed)
        case "manager":
            managed = [row for row in rows if row.manager]
            managed.sort(key=lambda row: (row.manager or "").casefold(), reverse=is_reversed)
            return [*managed, *(row for row in rows if not row.manager)]
        case "type":
            return sorted(rows, key=_type_word, reverse=is_reversed)
        case "keys":
            return sorted(rows, key=attrgetter("key_count"), reverse=not is_reversed)
        case "readers":
            return sorted(rows, key=lambda row: readers(row.ref) or 0, reverse=not is_reversed)
        case "expires":
            expiries = {row.ref: expiry for row in rows if (expiry := end(row)) is not None}
            expiring = sorted(
                (row for row in rows if row.ref in expiries),
                key=lambda row: expiries[row.ref],
                reverse=is_reversed,
            )
            return [*expiring, *(row for row in rows if row.ref not in expiries)]
        case _:
            raise ValueError(f"Unknown order {order}.")


def _by_time(
    rows: Sequence[SecretSummary], time: Callable[[SecretSummary], float | None], *, is_reversed: bool
) -> list[SecretSummary]:
    never = inf if is_reversed else -inf

    def known_time(row: SecretSummary) -> float:
        at = time(row)
        return never if at is None else at

    return sorted(rows, key=known_time, reverse=not is_reversed)


BY_READERS: Final = "readers"
BY_END: Final = "expires"
LIST_ORDERS: Final = ("name", "age", "type", "keys", BY_READERS, BY_END, "changed", "manager")
LARGEST_FIRST: Final = ("keys", BY_READERS)


def _type_word(row: SecretSummary) -> str:
    return type_word(row.type).casefold()


def _negated(test: Test, field: Field) -> Test:
    if field is _in_keys:
        # A row with unknown key names may have the key, so it does not match.
        return lambda row: row.keys is not None and not test(row)
    return lambda row: not test(row)


def _in_name(word: str, row: SecretSummary) -> bool:
    return word in f"{row.ref.namespace}/{row.ref.name}"  # Kubernetes allows only lower case in both


def _in_keys(word: str, row: SecretSummary) -> bool:
    return row.keys is not None and any(word in key.casefold() for key in row.keys)


_FIELDS: Final[dict[str, Field]] = {
    "ns": lambda word, row: word in row.ref.namespace.casefold(),
    "type": lambda word, row: word in row.type.casefold() or word in _type_word(row),
    "key": _in_keys,
    "label": lambda word, row: any(word in f"{name}={value}".casefold() for name, value in row.labels),
    "by": lambda word, row: any(word in (name or "").casefold() for name in (row.manager, row.changed_by)),
}
