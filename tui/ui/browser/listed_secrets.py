"""Filter, order and marks of the list of Secrets, and the resulting rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from tui.model.query import LIST_ORDERS, CountReaders, FindEnd, Query, ordered
from tui.model.secret.compare import Holding
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.text.counts import listed
from tui.session.cache.readers import count_readers
from tui.session.session import Session
from tui.session.several.value_search import ValueSearchResult
from tui.ui.widgets.lists.secret_table import Known

_MOST_FOUND: Final = 4
"""Maximum number of keys that are named for one Secret in the list."""


class Choice(Struct, frozen=True):
    """Filter, order and marks that the user chose for the list."""

    query: Query = field(default_factory=lambda: Query.parse(""))
    order: str = LIST_ORDERS[0]
    is_reversed: bool = False
    with_helm: bool = False
    searched: ValueSearchResult | None = None
    """Result of the last search in values; None to show all Secrets.

    With a result, the list shows only the Secrets in which the text was found.
    """
    marked: frozenset[SecretRef] = frozenset()
    """Marked Secrets, to act on all of them. A filter may hide their rows."""

    def found_in(self, ref: SecretRef) -> tuple[str, ...]:
        """Keys of the Secret in whose values the search found its text; () without a search."""
        return tuple(holding.key for holding in self._holdings(ref))

    def places_in(self, ref: SecretRef) -> tuple[str, ...]:
        """Like `found_in`, but each key is followed by the path in its value: "config.json db.password"."""
        return tuple(holding.place for holding in self._holdings(ref))

    def _holdings(self, ref: SecretRef) -> Sequence[Holding]:
        return self.searched.holdings.get(ref, ()) if self.searched is not None else ()

    def found_words(self, row: Known) -> str:
        """Words such as "found in password"; "" if no search found this Secret.

        If the Secret has changed since the search, the words are "was in password".
        """
        if self.searched is None or not (places := self.places_in(row.ref)):
            return ""
        is_other = isinstance(row, SecretSummary) and row.resource_version != self.searched.versions[row.ref]
        return f"{'was' if is_other else 'found'} in {listed(places, _MOST_FOUND)}"


class Rows(Struct, frozen=True):
    """The rows to show, with totals."""

    shown: Sequence[SecretSummary] = ()
    total: int = 0
    """Number of all listed Secrets, whether shown or not, with the records of Helm."""
    helm_hidden: int = 0
    keys_unknown: int = 0
    """Number of rows with unknown names of keys, so that the filter `key:` cannot be decided for them."""
    readers_unknown: int = 0
    """Number of rows with unknown readers, so that the filter `by:none` cannot be decided for them."""


def chosen_rows(
    rows: Sequence[SecretSummary],
    choice: Choice,
    readers: CountReaders,
    end: FindEnd = lambda row: None,
) -> Rows:
    """Filter and sort `rows`, which are sorted by namespace and name.

    `readers` counts the objects that read a Secret. `end` returns the time when the first value of a Secret
    expires, None if no such time is known.
    """
    # a search in values also shows Helm's records, which are hidden otherwise
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
    """The choices of the user and the resulting rows, for all panes of the main screen."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.choice = Choice()
        self.rows = Rows()

    def chosen(self, choice: Choice, rows: Sequence[SecretSummary] | None = None) -> Rows:
        """Rows that `choice` selects from `rows`; from all listed Secrets if `rows` is None."""
        rows = self._session.secrets.rows if rows is None else rows
        readers, end = count_readers(self._session.readers_of), self._session.certificates.end
        return chosen_rows(rows, choice, readers, end)
