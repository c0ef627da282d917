"""Filter and sort the list of Secrets. A filter is parsed once and then called for every row.

Words are ANDed over `namespace/name`; `ns:` `type:` `key:` `label:` `by:` look at other fields, `!` negates.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from math import inf
from operator import attrgetter
from typing import Any, Final, TypeAlias

from msgspec import Struct

from tui.model.secret.secret import SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE, type_word

Test: TypeAlias = Callable[[SecretSummary], bool]


class Query(Struct, frozen=True):
    """A parsed filter."""

    text: str
    tests: tuple[Test, ...] = ()
    asks_for_keys: bool = False
    """Does it ask for key names, which are not known of every row?"""

    @classmethod
    def parse(cls, text: str) -> Query:
        """Any text is a filter; a field without a word (`key:`) filters nothing yet."""
        tests: list[Test] = []
        asks_for_keys = False
        for word in text.casefold().split():
            is_negated = word.startswith("!")
            place, colon, wanted = word.removeprefix("!").partition(":")
            make = _FIELDS.get(place) if colon else None
            if make is None:
                make, wanted = _in_name, word.removeprefix("!")
            if not wanted:
                continue
            asks_for_keys = asks_for_keys or make is _in_keys
            tests.append(_negated(make(wanted), make) if is_negated else make(wanted))
        return cls(text, tuple(tests), asks_for_keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Query) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def is_empty(self) -> bool:
        """Does it let every row through?"""
        return not self.tests

    def matches(self, row: SecretSummary) -> bool:
        """Does the row pass every word?"""
        return all(test(row) for test in self.tests)

    def unknown_keys(self, rows: Iterable[SecretSummary]) -> int:
        """Of how many of these rows a `key:` cannot be answered, since their key names are not known."""
        return sum(row.keys is None for row in rows) if self.asks_for_keys else 0


def filter_rows(rows: Sequence[SecretSummary], query: Query, *, with_helm: bool) -> list[SecretSummary]:
    """The rows that pass, in their order; `with_helm` lets Helm's own records in."""
    kept: Iterable[SecretSummary] = rows
    if not with_helm:
        kept = [row for row in rows if row.type != HELM_RELEASE]
    for test in query.tests:
        kept = filter(test, kept)
    return list(kept)


class Order(Struct, frozen=True):
    """A sort order, applied in chunks: sorting 200,000 rows at once would delay a key press.

    Equal rows are sorted by namespace and name in both directions. By age the youngest comes first, by keys
    the largest number; rows without a time come last.
    """

    key: Callable[[SecretSummary], Any] | None
    """None: the order in which rows come anyway, by namespace and name."""
    is_descending: bool

    @classmethod
    def of(cls, name: str, is_reversed: bool) -> Order:
        """Raises ValueError for an unknown order."""
        if name not in ORDERS:
            raise ValueError(f"Unknown order {name}.")
        if name == "name":
            return cls(None, is_reversed)
        if name == "type":
            return cls(_type_word, is_reversed)
        if name == "keys":
            return cls(attrgetter("key_count"), not is_reversed)
        return cls(_oldest_first if is_reversed else _created, not is_reversed)

    def precedes(self, row: SecretSummary, other: SecretSummary) -> bool:
        """Is the row sorted before the other one? False both ways only for the same row."""
        if self.key is None:
            return row.ref > other.ref if self.is_descending else row.ref < other.ref
        mine, its = self.key(row), self.key(other)
        if mine != its:
            return bool(mine > its) if self.is_descending else bool(mine < its)
        return row.ref < other.ref

    def run(self, rows: list[SecretSummary]) -> list[SecretSummary]:
        """A part of the rows, which come by namespace and name, in this order."""
        if self.key is None:
            return rows[::-1] if self.is_descending else rows
        return sorted(rows, key=self.key, reverse=self.is_descending)

    def merge(self, runs: Sequence[list[SecretSummary]]) -> Iterator[SecretSummary]:
        """All of them, one after the other, from runs in their turn."""
        if self.key is None:
            return chain.from_iterable(reversed(runs) if self.is_descending else runs)
        return heapq.merge(*runs, key=self.key, reverse=self.is_descending)


ORDERS: Final = ("name", "age", "type", "keys")


def _created(row: SecretSummary) -> float:
    """Sort key for descending times; no time comes last."""
    return -inf if row.created is None else row.created


def _oldest_first(row: SecretSummary) -> float:
    """Sort key for ascending times; no time comes last."""
    return inf if row.created is None else row.created


def _type_word(row: SecretSummary) -> str:
    return type_word(row.type).casefold()


def _negated(test: Test, make: Callable[[str], Test]) -> Test:
    if make is _in_keys:
        # Unknown key names do not prove that the key is missing.
        return lambda row: row.keys is not None and not test(row)
    return lambda row: not test(row)


def _in_name(word: str) -> Test:
    return lambda row: word in f"{row.ref.namespace}/{row.ref.name}".casefold()


def _in_namespace(word: str) -> Test:
    return lambda row: word in row.ref.namespace.casefold()


def _in_type(word: str) -> Test:
    # Once per type, not per row.
    known: dict[str, bool] = {}

    def test(row: SecretSummary) -> bool:
        answer = known.get(row.type)
        if answer is None:
            answer = word in row.type.casefold() or word in type_word(row.type).casefold()
            known[row.type] = answer
        return answer

    return test


def _in_keys(word: str) -> Test:
    return lambda row: row.keys is not None and any(word in key.casefold() for key in row.keys)


def _in_labels(word: str) -> Test:
    return lambda row: any(word in f"{name}={value}".casefold() for name, value in row.labels)


def _by_manager(word: str) -> Test:
    return lambda row: (
        (row.manager is not None and word in row.manager.casefold())
        or (row.changed_by is not None and word in row.changed_by.casefold())
    )


_FIELDS: Final[dict[str, Callable[[str], Test]]] = {
    "ns": _in_namespace,
    "type": _in_type,
    "key": _in_keys,
    "label": _in_labels,
    "by": _by_manager,
}
