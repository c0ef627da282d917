"""Feeds: a list and its watch, put into a store, and said in that store's pane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.cluster.watch import State
from tui.live.clock import Clock
from tui.live.panes import Pane
from tui.live.pods import PodStore
from tui.live.secrets import SecretStore
from tui.model.errors import ServerTrouble
from tui.model.secret import SecretRef, SecretSummary

if TYPE_CHECKING:
    from tui.cluster.cluster import PodEvent, PodPage, SecretEvent, SecretPage


def paned(pane: Pane, state: State, now: float) -> Pane:
    """The pane after a turn of the list-and-watch loop."""
    if state.kind == "loading":
        return pane.loading()
    if state.kind == "live":
        return pane.live(now)
    until = now + state.wait if state.wait is not None else None
    if state.stage == "list":
        return pane.failed(state.error or ServerTrouble(0), now).asked_to_wait(until)
    return pane.lost(state.error, now).asked_to_wait(until)


class SecretFeed:
    """The one writer of a SecretStore, beside the answers to writes of ours."""

    def __init__(
        self,
        store: SecretStore,
        clock: Clock,
        tell: Callable[[], None],
        saw: Callable[[SecretSummary], None],
        gone: Callable[[SecretRef, str], None],
        went_back: Callable[[], None] = lambda: None,
    ) -> None:
        """`went_back`: a list was older than what was held, as after a restore of etcd."""
        self._store, self._clock, self._tell, self._saw, self._gone = store, clock, tell, saw, gone
        self._went_back = went_back

    def page(self, page: SecretPage) -> None:
        """A part of the list; what the whole of it does not name is gone."""
        store = self._store
        for row in store.page(page.rows):
            self._saw(row)
        missing = store.end(page.resource_version) if page.is_last else ()
        store.pane = store.pane.with_page(len(store), page.remaining, is_last=page.is_last)
        for row in missing:
            self._gone(row.ref, row.uid)
        self._tell()
        if page.is_last and store.went_back:
            self._went_back()

    def event(self, event: SecretEvent) -> None:
        """Something happened to one Secret; a bookmark is nothing to tell of."""
        row = event.row
        if row is None:
            return
        if event.kind == "gone":
            is_new = self._store.gone(row.ref, row.uid)
            self._gone(row.ref, row.uid)
        else:
            is_new = self._store.put(row)
            if is_new:
                self._saw(row)
        if is_new:
            self._store.pane = self._store.pane.with_count(len(self._store))
            self._tell()

    def state(self, state: State) -> None:
        """How the loop fares."""
        self._store.pane = paned(self._store.pane, state, self._clock.now())
        self._tell()


class PodFeed:
    """The one writer of a PodStore."""

    def __init__(self, store: PodStore, clock: Clock, tell: Callable[[], None]) -> None:
        self._store, self._clock, self._tell = store, clock, tell

    def page(self, page: PodPage) -> None:
        """A part of the list; what the whole of it does not name is gone."""
        store = self._store
        store.page(page.pods)
        if page.is_last:
            store.end(page.resource_version)
        store.pane = store.pane.with_page(len(store), page.remaining, is_last=page.is_last)
        self._tell()

    def event(self, event: PodEvent) -> None:
        """Something happened to one pod; a bookmark is nothing to tell of."""
        pod = event.pod
        if pod is None:
            return
        gone = event.kind == "gone"
        if self._store.gone(pod.namespace, pod.name, pod.uid) if gone else self._store.put(pod):
            self._store.pane = self._store.pane.with_count(len(self._store))
            self._tell()

    def state(self, state: State) -> None:
        """How the loop fares."""
        self._store.pane = paned(self._store.pane, state, self._clock.now())
        self._tell()
