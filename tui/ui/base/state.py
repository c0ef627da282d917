"""The browser's state (filter, order, shown values, rows) as a frozen Struct with pure transitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from tui.model.chunked_sequence import RUN, Edit, Runs
from tui.model.query import ORDERS, Order, Query, filter_rows
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE

SLICE: Final = 1_000
"""Rows looked at between two turns of the loop, of which a press takes about ten until it is on screen."""


Change: TypeAlias = tuple[SecretSummary | None, SecretSummary | None]
"""A row as it was and as it is; None where there was none, or is none."""


class Choice(Struct, frozen=True):
    """Filter and order of the list of Secrets."""

    query: Query = field(default_factory=lambda: Query.parse(""))
    order: str = ORDERS[0]
    is_reversed: bool = False
    with_helm: bool = False


class Rows(Struct, frozen=True):
    """The rows shown, and the totals."""

    shown: Runs[SecretSummary] = Runs()
    total: int = 0
    """Rows that there are, Helm's own among them."""
    helm_hidden: int = 0
    keys_unknown: int = 0
    """Rows of which `key:` could not be decided, since the key names are not known."""


class Shown(Struct, frozen=True):
    """The values that are shown, by uid and key, and until when."""

    keys: frozenset[tuple[str, str]] = frozenset()

    def has(self, uid: str, key: str) -> bool:
        """Is this value shown?"""
        return (uid, key) in self.keys


class State(Struct, frozen=True):
    """The browser's state. Screens replace it as a whole."""

    namespace: str | None
    """None: all namespaces."""
    choice: Choice = field(default_factory=Choice)
    rows: Rows = field(default_factory=Rows)
    shown: Shown = field(default_factory=Shown)
    opened: SecretRef | None = None

    def at_namespace(self, namespace: str | None) -> State:
        """Another namespace: its rows are still to come, nothing of the old one stays shown."""
        return replace(self, namespace=namespace, rows=Rows(), shown=Shown(), opened=None)

    def filtered(self, text: str) -> State:
        """Another filter; the rows follow by `with_rows`."""
        return self._choosing(query=Query.parse(text))

    def ordered(self, order: str) -> State:
        """Another order, forwards."""
        return self._choosing(order=order, is_reversed=False)

    def next_order(self) -> State:
        """The order after this one, in the columns' turn."""
        return self.ordered(ORDERS[(ORDERS.index(self.choice.order) + 1) % len(ORDERS)])

    def ordered_by_column(self, column: str) -> State | None:
        """Ordered by the column with this id, reversed if it is already; None: there is no such order."""
        if column not in ORDERS:
            return None
        return self.turned_around() if column == self.choice.order else self.ordered(column)

    def turned_around(self) -> State:
        """The same order, the other way round."""
        return self._choosing(is_reversed=not self.choice.is_reversed)

    def with_helm(self, wanted: bool) -> State:
        """Helm's own records in or out."""
        return self._choosing(with_helm=wanted)

    def with_rows(self, rows: Rows) -> State:
        """New rows under the same choice."""
        return replace(self, rows=rows)

    def opening(self, ref: SecretRef | None) -> State:
        """Another Secret open, or none: what was shown of the one before is hidden."""
        return replace(self, opened=ref, shown=Shown())

    def showing(self, uid: str, keys: frozenset[str]) -> State:
        """These keys of one Secret shown as well."""
        more = frozenset((uid, key) for key in keys)
        return replace(self, shown=Shown(self.shown.keys | more))

    def hiding(self, uid: str, keys: frozenset[str]) -> State:
        """These keys hidden again."""
        left = self.shown.keys - {(uid, key) for key in keys}
        return replace(self, shown=Shown(left))

    def all_hidden(self) -> State:
        """Nothing shown."""
        return replace(self, shown=Shown())

    def _choosing(self, **changes: object) -> State:
        return replace(self, choice=replace(self.choice, **changes))


def chosen_rows(rows: Sequence[SecretSummary], choice: Choice) -> Iterator[Rows]:
    """The rows that a choice leaves, in its order; yields unfinished `Rows` between slices, the whole last.

    `rows` come by namespace and name. A caller with an event loop gives way at each yield; any other takes
    the last.
    """
    order = Order.of(choice.order, choice.is_reversed)
    runs: list[list[SecretSummary]] = []
    helm_hidden = unknown = 0
    for start in range(0, len(rows), SLICE):
        part = rows[start : start + SLICE]
        if not choice.with_helm:
            wanted = [row for row in part if row.type != HELM_RELEASE]
            helm_hidden += len(part) - len(wanted)
            part = wanted
        unknown += choice.query.unknown_keys(part)
        runs.append(order.run(filter_rows(part, choice.query, with_helm=True)))
        yield Rows(Runs(), len(rows), helm_hidden, unknown)
    shown: list[list[SecretSummary]] = []
    merged = order.merge(runs)
    while part := list(islice(merged, RUN)):
        shown.append(part)
        yield Rows(Runs(), len(rows), helm_hidden, unknown)
    yield Rows(Runs(shown), len(rows), helm_hidden, unknown)


def changed_rows(rows: Rows, changes: Sequence[Change], choice: Choice) -> Rows:
    """The rows of this choice after these changes: what did not change is not looked at."""
    order = Order.of(choice.order, choice.is_reversed)
    edit = Edit(rows.shown, order.precedes)
    total, helm_hidden, unknown = rows.total, rows.helm_hidden, rows.keys_unknown
    for change in changes:
        for row, count in zip(change, (-1, 1), strict=True):
            if row is None:
                continue
            total += count
            if row.is_helm_release and not choice.with_helm:
                helm_hidden += count
                continue
            unknown += count * choice.query.unknown_keys((row,))
            if choice.query.matches(row):
                (edit.put if count > 0 else edit.drop)(row)
    return Rows(edit.rows(), total, helm_hidden, unknown)
