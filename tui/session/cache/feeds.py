"""Feeds: write the pages of a list, and the events of its watch, into a store."""

from __future__ import annotations

from typing import ClassVar, Final, Generic, Literal

from tui.cluster.api.list_watch import ListWatchState
from tui.cluster.api.watch_events import ListPage, Row, WatchEvent
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.events import Events, ListChanged, MayHaveChanged, Notice, SecretGone, SecretSeen
from tui.session.cache.resource_store import Key, ResourceStore
from tui.session.clock import Clock

SET_BACK: Final = "The server went back to an earlier state (restored backup?). Secrets are read again."


class Feed(Generic[Key, Row]):
    topic: ClassVar[Literal["secrets", "readers"]] = "readers"

    def __init__(self, store: ResourceStore[Key, Row], clock: Clock, events: Events) -> None:
        self._store: ResourceStore[Key, Row] = store
        self._clock, self._events = clock, events

    def changed(self) -> None:
        self._events.emit(ListChanged(self.topic))

    def saw(self, row: Row) -> None:
        """React to a new object, or to a newer version of an object."""

    def gone(self, row: Row) -> None:
        """React to the deletion of an object."""

    def set_back(self) -> None:
        """React to a list that is older than the store."""
        self._store.doubt()

    def page(self, page: ListPage[Row]) -> None:
        """Store the rows of a page. The last page also removes the rows that are missing from the list."""
        store = self._store
        if not store.reaches(page.resource_version):
            self.set_back()
        for row in store.page(page.rows):
            self.saw(row)
        missing = store.end(page.resource_version) if page.is_last else ()
        store.paged(page.remaining, self._clock.now(), is_last=page.is_last)
        for row in missing:
            self.gone(row)
        self.changed()

    def event(self, event: WatchEvent[Row]) -> None:
        """Store or remove the row of a watch event.

        A bookmark has no row, and only sets the resource version of the store.
        """
        store, row = self._store, event.row
        store.reaches(event.resource_version)
        if row is None:
            return
        if event.kind == "gone":
            is_new = store.gone(store.key(row), row.uid)
            self.gone(row)
        else:
            is_new = store.put(row)
            if is_new:
                self.saw(row)
        if is_new:
            store.recount()
            self.changed()

    def state(self, loop: ListWatchState) -> None:
        self._store.follows(loop, self._clock.now())
        self.changed()


class SecretFeed(Feed[SecretRef, SecretSummary]):
    topic = "secrets"

    def set_back(self) -> None:
        """Tell the user that the server went back to an earlier state.

        The emitted event makes the session read open Secrets again.
        """
        super().set_back()
        self._events.publish(Notice(SET_BACK, "warning"), "secrets")
        self._events.emit(MayHaveChanged(replaces_running=True, replaces_held=True))

    def saw(self, row: SecretSummary) -> None:
        self._events.emit(SecretSeen(row))

    def gone(self, row: SecretSummary) -> None:
        self._events.emit(SecretGone(row.ref, row.uid))
