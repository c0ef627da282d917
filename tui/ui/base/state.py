"""The list's state (filter, order, rows) as a frozen Struct with pure transitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from tui.model.query import ORDERS, Query, ordered
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE


class Choice(Struct, frozen=True):
    """Filter and order of the list of Secrets."""

    query: Query = field(default_factory=lambda: Query.parse(""))
    order: str = ORDERS[0]
    is_reversed: bool = False
    with_helm: bool = False


class Rows(Struct, frozen=True):
    """The rows shown, and the totals."""

    shown: Sequence[SecretSummary] = ()
    total: int = 0
    """Rows that there are, Helm's own among them."""
    helm_hidden: int = 0
    keys_unknown: int = 0
    """Rows of which `key:` could not be decided, since the key names are not known."""


class State(Struct, frozen=True):
    """The list's state. Screens replace it as a whole. What is open, the session knows."""

    choice: Choice = field(default_factory=Choice)
    rows: Rows = field(default_factory=Rows)

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

    def _choosing(self, **changes: object) -> State:
        return replace(self, choice=replace(self.choice, **changes))


def chosen_rows(
    rows: Sequence[SecretSummary], choice: Choice, readers: Callable[[SecretRef], int] = lambda ref: 0
) -> Rows:
    """The rows that a choice leaves, in its order; `rows` come by namespace and name.

    `readers` counts the objects that read a Secret.
    """
    kept = rows if choice.with_helm else [row for row in rows if row.type != HELM_RELEASE]
    return Rows(
        shown=ordered(
            choice.query.filter(kept), choice.order, is_reversed=choice.is_reversed, readers=readers
        ),
        total=len(rows),
        helm_hidden=len(rows) - len(kept),
        keys_unknown=choice.query.unknown_keys(kept),
    )
