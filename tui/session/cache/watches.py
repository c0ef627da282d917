"""Watches: start and stop the tasks that list and watch Secrets, or the readers of Secrets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import (
    AsyncGenerator,
    Callable,
    Collection,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing, contextmanager, nullcontext
from functools import partial
from typing import Any

from tui.cluster.api.list_watch import follow
from tui.cluster.api.resources import SECRETS, Resource, reader_resource
from tui.cluster.api.watch_events import ListPage, Row, WatchEvent
from tui.model.errors import Failed, LoadingStopped
from tui.model.readers.gaps import Gap
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import OwnReader
from tui.session.cache.events import ListChanged, MayHaveChanged, Services
from tui.session.cache.feeds import Feed, SecretFeed
from tui.session.cache.lookup import SecretLookup
from tui.session.cache.readers import Readers, ReaderStore
from tui.session.cache.resource_store import Key, ResourceStore
from tui.session.cache.secret_store import SecretStore
from tui.session.tasks import kind_of


class Watches:
    """Tasks that list and watch objects, at most one task for each store."""

    def __init__(
        self,
        services: Services,
        rng: random.Random,
        namespace: str | None,
        name: str | None,
        own: Sequence[OwnReader],
        lookup: SecretLookup,
    ) -> None:
        self._own, self._lookup = own, lookup
        self.secrets = SecretStore(namespace, name)
        self.readers = Readers(namespace, self._labels_of)
        self._elsewhere: list[Readers] = []
        self._held: list[Readers] = []
        """`Readers` of namespaces whose pods stay watched even if another namespace is opened."""
        self._services, self._rng = services, rng
        self._cluster, self._clock, self._tasks, self._events = services
        self._running: dict[ResourceStore[Any, Any], asyncio.Task[None]] = {}
        self._searching: dict[Readers, asyncio.Task[None]] = {}

    def choose(self, namespace: str | None) -> None:
        """List and watch the Secrets of `namespace`, or of all namespaces if None.

        New stores replace the former stores, so late answers to earlier requests change only the former
        stores.
        """
        self.stop(kept=self._held_stores)
        self.secrets = SecretStore(namespace)
        self.readers = Readers(namespace, self._labels_of)
        self._elsewhere = []
        self.follow_secrets()

    def follow_secrets(self) -> None:
        store = self.secrets
        self._follow(SECRETS, store, SecretFeed(store, self._clock, self._events), name=store.name)

    def _labels_of(self, ref: SecretRef) -> Mapping[str, str]:
        row = self.secrets.get(ref) if self.secrets.covers(ref) else None
        return dict(row.labels) if row is not None else {}

    def readers_of(self, namespace: str) -> Readers:
        """Return the readers of a namespace; their `state` is "idle" before they load."""
        elsewhere = next((readers for readers in self._elsewhere if readers.covers(namespace)), None)
        if self.readers.covers(namespace) and (elsewhere is None or self.readers.state.kind != "idle"):
            return self.readers
        return elsewhere or Readers(namespace, self._labels_of)

    def want_readers(self, *namespaces: str | None) -> None:
        """List and watch the readers of `namespaces`, if their `state` is "idle".

        None means all namespaces, and is ignored if only one namespace is open.
        """
        missing = [name for name in dict.fromkeys(namespaces) if self._is_to_follow(name)]
        if missing:
            self._leave_elsewhere(kept=namespaces)
        for namespace in missing:
            readers = self.readers
            if namespace != readers.namespace:
                readers = Readers(namespace, self._labels_of)
                self._elsewhere.append(readers)
            self._follow_readers(readers)

    def _is_to_follow(self, namespace: str | None) -> bool:
        if namespace == self.readers.namespace:
            return self.readers.state.kind == "idle"
        return namespace is not None and self.readers_of(namespace).state.kind == "idle"

    @contextmanager
    def hold(self, namespace: str) -> Iterator[Readers]:
        """Keep a running watch of a namespace's pods until the `with` block ends, even after `choose`."""
        readers = self.readers_of(namespace)
        self._held.append(readers)
        try:
            yield readers
        finally:
            self._held.remove(readers)
            if readers not in (self.readers, *self._elsewhere, *self._held):
                for store in (*readers.stores, *readers.search.followed):
                    self._cancel(store)

    @property
    def _held_stores(self) -> Collection[ReaderStore]:
        return [store for readers in self._held for store in readers.stores]

    def search_readers(self, namespace: str | None) -> None:
        """Search all kinds for objects that name Secrets of `namespace`.

        None means the open namespace, or all namespaces if all are open.
        """
        # Imported late, because reader_search loads the rules that find Secret names in objects of each kind.
        from tui.session.cache.reader_search import ReaderSearch

        self.want_readers(namespace)
        readers = self.readers if namespace is None else self.readers_of(namespace)
        if readers.search.phase in ("not asked", "ended"):
            search = ReaderSearch(
                self._services,
                readers,
                self._follow_searched,
                self.secrets,
                self._lookup.open_refs(),
                self._own,
            )
            self._end_search(readers)
            # An old watch and the new list must not fill the same store.
            for store in readers.search.followed:
                self._cancel(store)
            readers.search.phase = "asking"
            self._searching[readers] = self._tasks.start(search.run(), "search of readers")

    def search_more(self, namespace: str | None) -> None:
        """Search as `search_readers` does.

        If an earlier search has ended, also search ConfigMaps and the literal values of variables in
        workloads.
        """
        readers = self.readers if namespace is None else self.readers_of(namespace)
        if readers.search.phase == "ended":
            readers.search.with_texts = True
        self.search_readers(namespace)

    def search_again(self) -> None:
        """Repeat each ended search in which the objects of a kind could not be read."""
        for readers in (self.readers, *self._elsewhere):
            if readers.search.phase == "ended" and any(gap.why == "failed" for gap in readers.gaps):
                self.search_readers(readers.namespace)

    def _follow_searched(self, store: ReaderStore, slots: asyncio.Semaphore) -> None:
        self._follow(
            reader_resource(store.source), store, Feed(store, self._clock, self._events), slots=slots
        )

    def _leave_elsewhere(self, kept: Collection[str | None]) -> None:
        for readers in [other for other in self._elsewhere if other.namespace not in kept]:
            self._end_search(readers)
            for store in (*readers.stores, *readers.search.stores):
                if store not in self._held_stores:
                    self._cancel(store)
            self._elsewhere.remove(readers)

    def _end_search(self, readers: Readers) -> None:
        search = self._searching.pop(readers, None)
        if search is not None:
            search.cancel()

    def follow_readers(self) -> None:
        wanted = (self.readers, *self._elsewhere, *self._held)
        for readers in dict.fromkeys(held for held in wanted if held.state.kind != "idle"):
            self._follow_readers(readers)

    def _follow_readers(self, readers: Readers) -> None:
        for store in (*readers.stores, *readers.search.followed):
            store.loading()
            self._follow(reader_resource(store.source), store, Feed(store, self._clock, self._events))

    def _follow(
        self,
        resource: Resource[Row],
        store: ResourceStore[Key, Row],
        feed: Feed[Key, Row],
        *,
        name: str | None = None,
        slots: asyncio.Semaphore | None = None,
    ) -> None:
        """Start a task that fills `store` from a list and a watch. The store's former task is canceled.

        `name`: name of the only object to watch; None to list and watch all. If `name` is
        given, nothing is listed, because the first event of the watch contains the object.
        """

        async def unlisted() -> AsyncGenerator[ListPage[Row]]:
            # If the watch begins again, the object may have been deleted meanwhile.
            if store.state.is_complete:
                self._events.emit(MayHaveChanged())
            yield ListPage((), "", None, is_last=True)

        async def listed() -> AsyncGenerator[ListPage[Row]]:
            async with slots or nullcontext():
                store.begin()
                async with aclosing(self._cluster.pages(resource, store.namespace)) as pages:
                    async for page in pages:
                        yield page

        async def watched(version: str) -> AsyncGenerator[WatchEvent[Row]]:
            async with aclosing(self._cluster.watch(resource, store.namespace, version, name=name)) as events:
                async for event in events:
                    await self._events.turn()
                    yield event

        lists = unlisted if name else listed
        into = feed.page, feed.event, feed.state
        loop = partial(follow, lists, watched, *into, self._clock, self._rng, lists_again=name is None)
        self._cancel(store)
        store.doubt()
        self._running[store] = self._tasks.start(self._reported(store, feed, loop), resource.name)
        feed.changed()

    async def _reported(
        self,
        store: ResourceStore[Key, Row],
        feed: Feed[Key, Row],
        loop: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        """Run `loop`. Record an unexpected error as the error of `store`, and raise it again."""
        try:
            await loop()
        except Exception as error:
            store.failed(Failed(kind_of(error)), self._clock.now())
            feed.changed()
            raise

    def stop_lists(self) -> tuple[str, ...]:
        """Stop the running lists and searches. Returns the progress of each, such as "4,500 Secrets"."""
        stores: list[tuple[ResourceStore[Any, Any], str]] = [(self.secrets, "Secrets")]
        lists = []
        for readers in (self.readers, *self._elsewhere):
            stores += [(store, store.source.kind.many) for store in readers.stores]
            if readers.search.is_running:
                lists.append(self._stop_search(readers))
        for stopped, words in stores:
            if self._stop(stopped):
                self._events.emit(ListChanged("secrets" if stopped is self.secrets else "readers"))
                lists.append(f"{len(stopped):,} {words}")
        return tuple(lists)

    def _stop_search(self, readers: Readers) -> str:
        search, progress, is_early = readers.search, readers.search.progress, readers.search.phase == "asking"
        self._end_search(readers)
        for store in search.stores:
            self._stop(store)
        search.phase, search.at = "ended", self._clock.now()
        if is_early:
            search.unknown = (*search.unknown, Gap("other kinds", "stopped", LoadingStopped().sentence))
        self._events.emit(ListChanged("readers"))
        return progress

    def _stop(self, store: ResourceStore[Any, Any]) -> bool:
        """Stop the list of a store. Returns False if the list was not loading."""
        if store.state.kind != "loading":
            return False
        self._cancel(store)
        store.failed(LoadingStopped(), self._clock.now())
        return True

    def _cancel(self, store: ResourceStore[Any, Any]) -> None:
        former = self._running.pop(store, None)
        if former is not None:
            former.cancel()

    def stop(self, *, kept: Collection[ResourceStore[Any, Any]] = ()) -> None:
        for store in [store for store in self._running if store not in kept]:
            self._cancel(store)
        for task in self._searching.values():
            task.cancel()
        self._searching.clear()
