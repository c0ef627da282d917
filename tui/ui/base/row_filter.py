"""Filter and order of the list of Secrets, and the rows that they leave. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field

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
