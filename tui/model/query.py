"""Filter and sort the list of Secrets. A filter is parsed once and then called for every row.

Words are ANDed over `namespace/name`; `ns:` `type:` `key:` `label:` `by:` look at other fields, `!` negates.
`by:none` leaves the Secrets without a known reader.
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
"""Function that is true if a row contains the lower-case word in its field."""
CountReaders: TypeAlias = Callable[[SecretRef], int | None]
"""Function that counts the objects that read a Secret; None if that is not known."""
FindEnd: TypeAlias = Callable[[SecretSummary], float | None]
"""Function that finds the expiry of a Secret in seconds since the epoch; None if that is not known."""


def _not_known(ref: SecretRef) -> None:
    """Count of readers if they were not read."""


class Query(Struct, frozen=True):
    """A parsed filter."""

    text: str
    tests: tuple[Test, ...] = ()
    asks_for_keys: bool = False
    """True if it searches key names, which are not known of every row."""
    has_readers: frozenset[bool] = frozenset()
    """Conditions on readers: for each `by:none` False and each `!by:none` True."""

    @classmethod
    def parse(cls, text: str) -> Query:
        """Parse any text as a filter; a field without a word (`key:`) filters nothing yet."""
        tests: list[Test] = []
        asks_for_keys, has_readers = False, set[bool]()
        for word in text.casefold().split():
            is_negated = word.startswith("!")
            place, colon, wanted = word.removeprefix("!").partition(":")
            field = _FIELDS.get(place) if colon else None
            if field is None:
                field, wanted = _in_name, word.removeprefix("!")
            if not wanted:
                continue
            if (place, wanted) == ("by", "none"):
                has_readers.add(is_negated)
                continue
            asks_for_keys = asks_for_keys or field is _in_keys
            test = partial(field, wanted)
            tests.append(_negated(test, field) if is_negated else test)
        return cls(text, tuple(tests), asks_for_keys, frozenset(has_readers))

    def filter(
        self, rows: Sequence[SecretSummary], readers: CountReaders = _not_known
    ) -> Sequence[SecretSummary]:
        """Rows that pass every word, in their order; a row with unknown readers never passes `by:none`."""
        for test in self.tests:
            rows = [row for row in rows if test(row)]
        for wanted in self.has_readers:
            rows = [row for row in rows if (count := readers(row.ref)) is not None and (count > 0) is wanted]
        return rows

    def unknown_keys(self, rows: Iterable[SecretSummary]) -> int:
        """Count the rows for which a `key:` cannot be answered, since their key names are not known."""
        return sum(row.keys is None for row in rows) if self.asks_for_keys else 0

    def unknown_readers(self, rows: Iterable[SecretSummary], readers: CountReaders) -> int:
        """Count the rows for which a `by:none` cannot be answered."""
        return sum(readers(row.ref) is None for row in rows) if self.has_readers else 0


def in_key_names(text: str) -> str:
    """Filter that searches the last plain word in key names: "db key:pass" for "db pass"; or ""."""
    words = text.split()
    for at in reversed(range(len(words))):
        place, colon, _ = words[at].casefold().partition(":")
        if not words[at].startswith("!") and not (colon and place in _FIELDS):
            return " ".join((*words[:at], f"key:{words[at]}", *words[at + 1 :]))
    return ""


def ordered(
    rows: Sequence[SecretSummary],
    order: str,
    *,
    is_reversed: bool,
    readers: CountReaders = _not_known,
    end: FindEnd = lambda row: None,
) -> Sequence[SecretSummary]:
    """Sort rows that come by namespace and name; raises ValueError for an unknown order.

    Equal rows stay sorted by namespace and name in both directions. By age and changed the latest comes
    first, by keys and readers the largest number, by expires the first that ends; rows without a time or a
    manager come last. `readers` counts the pods that read a Secret.
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
            ends = {row.ref: known for row in rows if (known := end(row)) is not None}
            ending = sorted(
                (row for row in rows if row.ref in ends),
                key=lambda row: ends[row.ref],
                reverse=is_reversed,
            )
            return [*ending, *(row for row in rows if row.ref not in ends)]
        case _:
            raise ValueError(f"Unknown order {order}.")


def _by_time(
    rows: Sequence[SecretSummary], time: Callable[[SecretSummary], float | None], *, is_reversed: bool
) -> list[SecretSummary]:
    """The latest first; rows without a time come last in both directions."""
    never = inf if is_reversed else -inf

    def known_time(row: SecretSummary) -> float:
        at = time(row)
        return never if at is None else at

    return sorted(rows, key=known_time, reverse=not is_reversed)


BY_READERS: Final = "readers"
BY_END: Final = "expires"
LIST_ORDERS: Final = ("name", "age", "type", "keys", BY_READERS, BY_END, "changed", "manager")
"""Orders, named like the columns of the list."""
LARGEST_FIRST: Final = ("keys", BY_READERS)
"""Orders that go down unless they are reversed."""


def _type_word(row: SecretSummary) -> str:
    return type_word(row.type).casefold()


def _negated(test: Test, field: Field) -> Test:
    if field is _in_keys:
        # Unknown key names do not prove that the key is missing.
        return lambda row: row.keys is not None and not test(row)
    return lambda row: not test(row)


def _in_name(word: str, row: SecretSummary) -> bool:
    return word in f"{row.ref.namespace}/{row.ref.name}"  # both are lower case in Kubernetes


def _in_keys(word: str, row: SecretSummary) -> bool:
    return row.keys is not None and any(word in key.casefold() for key in row.keys)


_FIELDS: Final[dict[str, Field]] = {
    "ns": lambda word, row: word in row.ref.namespace.casefold(),
    "type": lambda word, row: word in row.type.casefold() or word in _type_word(row),
    "key": _in_keys,
    "label": lambda word, row: any(word in f"{name}={value}".casefold() for name, value in row.labels),
    "by": lambda word, row: any(word in (by or "").casefold() for by in (row.manager, row.changed_by)),
}
