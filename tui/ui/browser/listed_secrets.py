"""The user's filter, order and marks for the list of Secrets, and the resulting rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from tui.model.query import LIST_ORDERS, CountReaders, FindEnd, Query, ordered
from tui.model.secret.compare import TextOccurrence
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.text.counts import listed
from tui.session.cache.readers import count_readers
from tui.session.session import Session
from tui.session.several.value_search import ValueSearchResult
from tui.ui.widgets.lists.secret_table import Known

_MOST_FOUND: Final = 4


class ListChoice(Struct, frozen=True):
    """The user's filter, order and marks for the list of Secrets."""

    query: Query = field(default_factory=lambda: Query.parse(""))
    order: str = LIST_ORDERS[0]
    is_reversed: bool = False
    with_helm: bool = False
    searched: ValueSearchResult | None = None
    """Result of a search for a text in values, or None.

    With a result, the list shows only the Secrets whose values contain the text.
    """
    marked: frozenset[SecretRef] = frozenset()
    """Secrets that the user marked. The filter may hide some of them."""

    def found_in(self, ref: SecretRef) -> tuple[str, ...]:
        return tuple(holding.key for holding in self._holdings(ref))

    def places_in(self, ref: SecretRef) -> tuple[str, ...]:
        """Keys, or keys and paths, that contain the text of the search, e.g. "config.json db.password"."""
        return tuple(holding.place for holding in self._holdings(ref))

    def _holdings(self, ref: SecretRef) -> Sequence[TextOccurrence]:
        return self.searched.holdings.get(ref, ()) if self.searched is not None else ()

    def found_words(self, row: Known) -> str:
        """Words such as "found in password", or "was in password" if the Secret changed after the search."""
        if self.searched is None or not (places := self.places_in(row.ref)):
            return ""
        is_other = isinstance(row, SecretSummary) and row.resource_version != self.searched.versions[row.ref]
        return f"{'was' if is_other else 'found'} in {listed(places, _MOST_FOUND)}"


class Rows(Struct, frozen=True):
    """The rows to show, with totals."""

    shown: Sequence[SecretSummary] = ()
    total: int = 0
    """Number of Secrets before any filter, including Helm's records."""
    helm_hidden: int = 0
    keys_unknown: int = 0
    """Number of rows for which the filter `key:` cannot be decided, because their keys are unknown."""
    readers_unknown: int = 0
    """Number of rows for which the filter `by:none` cannot be decided, because their readers are unknown."""


def chosen_rows(
    rows: Sequence[SecretSummary],
    choice: ListChoice,
    readers: CountReaders,
    end: FindEnd = lambda row: None,
) -> Rows:
    """Filter `rows`, and sort them by `choice.order`. `rows` must already be sorted by namespace and name."""
    # a search in values also shows Helm's records
    has_helm = choice.with_helm or choice.searched is not None
    kept = rows if has_helm else [row for row in rows if row.type != HELM_RELEASE]
    hidden = len(rows) - len(kept)
    if choice.searched is not None:
        kept = [row for row in kept if row.ref in choice.searched.holdings]
    return Rows(
        shown=ordered(
            choice.query.filter(kept, readers),
            choice.order,
            is_reversed=choice.is_reversed,
            readers=readers,
            end=end,
        ),
        total=len(rows),
        helm_hidden=hidden,
        keys_unknown=choice.query.unknown_keys(kept),
        readers_unknown=choice.query.unknown_readers(kept, readers),
    )


class ListedSecrets:
    """Choice of the user and resulting rows, shared by the panes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.choice = ListChoice()
        self.rows = Rows()

    def chosen(self, choice: ListChoice, rows: Sequence[SecretSummary] | None = None) -> Rows:
        rows = self._session.secrets.rows if rows is None else rows
        readers, end = count_readers(self._session.readers_of), self._session.certificates.end
        return chosen_rows(rows, choice, readers, end)
