"""Search all kinds for what names Secrets, few lists at once; workloads are followed, the rest is as of now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from tui.model.readers.gaps import Gap
from tui.model.readers.workloads import WORKLOADS
from tui.session.cache.events import Events, ListChanged
from tui.session.cache.readers import Readers, ReaderStore
from tui.session.clock import Clock

AT_ONCE: Final = 4
"""Lists that are asked for at once."""


class ReaderSearch:
    """One search; its state is the `search` of the readers."""

    def __init__(
        self,
        clock: Clock,
        events: Events,
        readers: Readers,
        follow: Callable[[ReaderStore, asyncio.Semaphore], None],
    ) -> None:
        self._clock, self._events, self._readers, self._follow = clock, events, readers, follow
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Raises nothing of the cluster: what could not be read is a gap."""
        search = self._readers.search
        search.phase, search.unknown = "running", ()
        former = {store.source: store for store in search.stores}
        search.stores = tuple(
            former.get(source) or ReaderStore(source, self._readers.namespace) for source in WORKLOADS
        )
        for store in search.stores:
            store.pane = store.pane.loading()
            self._follow(store, self._slots)
        search.unknown = (Gap("other kinds", "not looked at"),)
        search.phase, search.at = "ended", self._clock.now()
        self._events.emit(ListChanged("readers"))
