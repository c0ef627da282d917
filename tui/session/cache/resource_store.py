"""ResourceStore: the objects of one kind in one namespace or in all, and the state of their list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic

from tui.session.cache.list_state import Pane
from tui.session.cache.sorted_rows import Key, Row, Rows


class ResourceStore(Generic[Key, Row]):
    """Rows sorted by their key. One writer: the session. A subclass may keep more in step by `changed`."""

    def __init__(
        self, key: Callable[[Row], Key], namespace: str | None, *, version: int = 0, remembers: int = 0
    ) -> None:
        """`version` to go on from, `remembers` as Rows."""
        self.key = key
        self.namespace = namespace
        """What is listed here; None is all namespaces."""
        self.pane = Pane()
        self._first_version = version
        self._rows: Rows[Key, Row] = Rows(key, remembers=remembers)

    def changed(self, before: Row | None, after: Row | None) -> None:
        """A row came, changed or went."""

    @property
    def version(self) -> int:
        """Grows with every change of a row, and with the choice of another namespace."""
        return self._first_version + self._rows.version

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, sorted; the same tuple until the next change."""
        return self._rows.view()

    def changes_since(self, version: int) -> Sequence[tuple[Row | None, Row | None]] | None:
        """Each row as it was and as it became since then; None if that is not known."""
        return self._rows.changes_since(version - self._first_version)

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: Key) -> Row | None:
        """The row of that key."""
        return self._rows.get(key)

    def put(self, row: Row) -> bool:
        """Take a sighting; False if it says nothing new."""
        return self._taken(row, self._rows.put)

    def replace(self, row: Row) -> bool:
        """Take what was just read, though it is older than what is held."""
        return self._taken(row, self._rows.replace)

    def _taken(self, row: Row, take: Callable[[Row], bool]) -> bool:
        key = self.key(row)
        before = self._rows.get(key)
        is_new = take(row)
        if is_new:
            self.changed(before, self._rows.get(key))
        return is_new

    def gone(self, key: Key, uid: str) -> bool:
        """That life of it was deleted; False if it was not held."""
        before = self._rows.get(key)
        is_new = self._rows.gone(key, uid)
        if is_new:
            self.changed(before, None)
        return is_new

    def begin(self) -> None:
        """A whole list is asked for now; the rows held stay until it ends."""
        self._rows.begin()

    @property
    def went_back(self) -> bool:
        """Was the latest whole list older than what was held when it was asked for?"""
        return self._rows.went_back

    def page(self, rows: Iterable[Row]) -> list[Row]:
        """A page of that list; returns what was new in it."""
        return [row for row in rows if self._taken(row, self._rows.listed)]

    def end(self, resource_version: str) -> tuple[Row, ...]:
        """The list has arrived as of that version: what it did not name is gone, and returned."""
        missing = self._rows.end(resource_version)
        for row in missing:
            self.changed(row, None)
        return missing
