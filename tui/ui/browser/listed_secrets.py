"""Choice of a person in the list of Secrets, and the rows that it leaves."""

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
"""Keys that are named of one Secret."""


class Choice(Struct, frozen=True):
    """Filter and order of the list of Secrets."""

    query: Query = field(default_factory=lambda: Query.parse(""))
    order: str = LIST_ORDERS[0]
    is_reversed: bool = False
    with_helm: bool = False
    searched: ValueSearchResult | None = None
    """Result of a search in values: the list shows its Secrets alone."""
    marked: frozenset[SecretRef] = frozenset()
    """The Secrets that a person marked in the list, to act on all of them; other rows may hide them."""

    def found_in(self, ref: SecretRef) -> tuple[str, ...]:
        """The keys in which it was found; () where nothing was searched."""
        return tuple(held.key for held in self._holdings(ref))

    def places_in(self, ref: SecretRef) -> tuple[str, ...]:
        """Keys that hold the searched text, each with the path of the leaf."""
        return tuple(held.place for held in self._holdings(ref))

    def _holdings(self, ref: SecretRef) -> Sequence[Holding]:
        return self.searched.holdings.get(ref, ()) if self.searched is not None else ()

    def found_words(self, row: Known) -> str:
        """Words for where it was found, or was if the Secret is another version by now; "" if nowhere."""
        if self.searched is None or not (places := self.places_in(row.ref)):
            return ""
        is_other = isinstance(row, SecretSummary) and row.resource_version != self.searched.versions[row.ref]
        return f"{'was' if is_other else 'found'} in {listed(places, _MOST_FOUND)}"


class Rows(Struct, frozen=True):
    """The rows shown, and the totals."""

    shown: Sequence[SecretSummary] = ()
    total: int = 0
    """Rows that there are, Helm's own among them."""
    helm_hidden: int = 0
    keys_unknown: int = 0
    """Rows of which `key:` could not be decided, since the key names are not known."""
    readers_unknown: int = 0
    """Rows of which `by:none` could not be decided, since the pods are not known."""


def chosen_rows(
    rows: Sequence[SecretSummary],
    choice: Choice,
    readers: CountReaders,
    end: FindEnd = lambda row: None,
) -> Rows:
    """The rows that a choice leaves, in its order; `rows` come by namespace and name.

    `readers` counts the objects that read a Secret, `end` is when what one holds ends.
    """
    has_helm = choice.with_helm or choice.searched is not None  # what was found is shown, be it hidden else
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
    """The choice and its rows, for all panes of the main screen."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.choice = Choice()
        self.rows = Rows()
        """The rows that the choice leaves."""

    def chosen(self, choice: Choice, rows: Sequence[SecretSummary] | None = None) -> Rows:
        """The rows that a choice leaves of these, or of all that are listed."""
        rows = self._session.secrets.rows if rows is None else rows
        readers, end = count_readers(self._session.readers_of), self._session.certificates.end
        return chosen_rows(rows, choice, readers, end)
