"""ResourceStore: the objects of one kind in one namespace or in all, and the state of their list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic

from tui.session.cache.list_state import ListState
from tui.session.cache.sorted_rows import Key, Row, SortedRows


class ResourceStore(Generic[Key, Row]):
    """Rows sorted by key. Only the session writes. A subclass can keep an index with `changed`."""

    def __init__(self, key: Callable[[Row], Key], namespace: str | None) -> None:
        self.key = key
        self.namespace = namespace
        """What is listed here; None is all namespaces."""
        self.pane = ListState()
        self._rows: SortedRows[Key, Row] = SortedRows(key)

    def changed(self, before: Row | None, after: Row | None) -> None:
        """Called after a row was added, changed or removed."""

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, sorted; the same tuple until the next change."""
        return self._rows.view()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: Key) -> Row | None:
        """The row of that key."""
        return self._rows.get(key)

    def put(self, row: Row) -> bool:
        """Take a version of an object; False if it is not newer."""
        return self._taken(row, self._rows.put)

    def _taken(self, row: Row, take: Callable[[Row], bool]) -> bool:
        key = self.key(row)
        before = self._rows.get(key)
        is_new = take(row)
        if is_new:
            self.changed(before, self._rows.get(key))
        return is_new

    def gone(self, key: Key, uid: str) -> bool:
        """The object with that uid was deleted; False if it was not held."""
        before = self._rows.get(key)
        is_new = self._rows.gone(key, uid)
        if is_new:
            self.changed(before, None)
        return is_new

    def begin(self) -> None:
        """A complete list is requested; the rows stay until it ends."""
        self._rows.begin()

    def page(self, rows: Iterable[Row]) -> list[Row]:
        """Take a page of that list; returns the new rows."""
        return [row for row in rows if self._taken(row, self._rows.listed)]

    def end(self, resource_version: str) -> tuple[Row, ...]:
        """The list is complete as of that version: remove and return the rows it did not name."""
        missing = self._rows.end(resource_version)
        for row in missing:
            self.changed(row, None)
        return missing
