"""ReaderSearch: list all objects that may name a Secret. Objects of some kinds are also watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing
from typing import Any, Final

from msgspec.structs import replace

from tui.cluster.api.resources import reader_resource
from tui.model.api_object import ApiKind
from tui.model.errors import BadAnswer, ClusterError, Failed, Forbidden, TooLarge
from tui.model.readers.gaps import Gap, gap_of
from tui.model.readers.objects import (
    TEXT_KINDS,
    can_name_secrets,
    is_about,
    names_other_namespaces,
    object_source,
    ruled,
    unread_of,
    unruled,
)
from tui.model.readers.rules.registry import GroupKind, own_rules, rules_by_kind
from tui.model.readers.rules.rule import KindRule
from tui.model.readers.secret_names import secret_names
from tui.model.readers.source import ReaderSource
from tui.model.readers.workloads import WORKLOADS
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import OwnReader
from tui.session.cache.events import ListChanged, Services
from tui.session.cache.feeds import Feed
from tui.session.cache.readers import Readers, ReaderStore
from tui.session.cache.secret_store import SecretStore
from tui.session.tasks import kind_of

KINDS_AT_ONCE: Final = 4
MOST_MIB: Final = 64
"""Maximum size of one kind's list in MiB."""


class ReaderSearch:
    """Search for readers: objects that use a Secret."""

    def __init__(
        self,
        services: Services,
        readers: Readers,
        follow: Callable[[ReaderStore, asyncio.Semaphore], None],
        secrets: SecretStore,
        opened: Iterable[SecretRef],
        own: Iterable[OwnReader] = (),
    ) -> None:
        """Prepare a search for the readers of the Secrets in `secrets`, `opened` and `readers.named`."""
        self._cluster, self._clock, _, self._events = services
        self._secrets, self._opened, self._own = secrets, opened, own
        self._readers, self._follow = readers, follow
        self._search = readers.search
        self._slots = asyncio.Semaphore(KINDS_AT_ONCE)
        self._errors = list[Exception]()

    async def run(self) -> None:
        """Run the search. If a kind cannot be read, its store keeps the error, and the search continues.

        Raises the first unexpected error, but only at the end of the search.
        """
        search = self._search
        search.phase, search.unknown, search.others = "asking", (), 0
        if not search.followed:
            search.followed = tuple(ReaderStore(source, self._readers.namespace) for source in WORKLOADS)
        for store in search.stores:
            store.loading()
        for store in self._workloads:
            self._follow(store, self._slots)
        try:
            await self._list_others()
        except Exception as error:
            shown = self._shown_error(error)
            for store in self._others:
                if store.state.kind == "loading":
                    store.failed(shown, self._clock.now())
            self._lacks(gap_of("other kinds", shown))
        search.phase, search.at = "ended", self._clock.now()
        self._changed()
        if self._errors:
            raise self._errors[0]

    async def _list_others(self) -> None:
        search = self._search
        rules = rules_by_kind(own_rules(self._own))
        served = await self._served()
        await self._events.until(lambda: self._secrets.state.kind != "loading")
        names = secret_names(self._refs())
        kinds = ruled(served, rules) | unruled(served, rules)
        if search.with_texts:
            kinds |= {
                api: replace(kinds.get(api, rule), texts=rule.texts) for api, rule in TEXT_KINDS.items()
            }
        former = {(store.source.api.group, store.source.kind.name): store for store in self._others}
        namespace = self._readers.namespace
        stores = {
            api: self._store_of(api, object_source(api, rule, names, namespace), former)
            for api, rule in kinds.items()
        }
        watched = (stores[api] for api, rule in kinds.items() if rule.is_watched)
        search.followed = (*self._workloads, *watched)
        search.listed = tuple(stores[api] for api, rule in kinds.items() if not rule.is_watched)
        search.phase = "reading"
        self._changed()
        async with asyncio.TaskGroup() as lists:
            for api, rule in kinds.items():
                lists.create_task(self._list(stores[api], api, rule))
        search.names = names

    @property
    def _workloads(self) -> tuple[ReaderStore, ...]:
        return self._search.followed[: len(WORKLOADS)]

    @property
    def _others(self) -> tuple[ReaderStore, ...]:
        return self._search.stores[len(WORKLOADS) :]

    def _refs(self) -> Iterator[SecretRef]:
        readers = self._readers
        known = (row.ref for row in self._secrets.rows)
        yield from (ref for ref in (*known, *self._opened, *readers.named) if readers.covers(ref.namespace))

    def _changed(self) -> None:
        self._events.emit(ListChanged("readers"))

    def _lacks(self, *gaps: Gap) -> None:
        self._search.unknown = (*self._search.unknown, *gaps)
        self._changed()

    def _shown_error(self, error: Exception) -> ClusterError:
        """Return the error to show. An unexpected error is also kept in `_errors` for `run`."""
        if isinstance(error, ClusterError):
            return error
        self._errors.append(error)
        return Failed(kind_of(error))

    async def _served(self) -> tuple[ApiKind, ...]:
        """Return the kinds that the API server serves outside the core group; () if the request fails."""
        try:
            served = await self._cluster.objects.served()
        except ClusterError as error:
            self._lacks(gap_of("other kinds", error))
            return ()
        if not served.kinds:  # a server before 1.27, or a proxy without aggregated discovery
            self._lacks(Gap("other kinds", "failed", BadAnswer(200).sentence))
        self._lacks(*map(_stale, filter(can_name_secrets, served.stale)))
        return served.kinds

    def _store_of(
        self, api: ApiKind, source: ReaderSource, former: dict[GroupKind, ReaderStore]
    ) -> ReaderStore:
        """Reuse the former store of a kind, or create one. Former rows stay until the new list arrives."""
        store = former.get((api.group, api.kind)) or ReaderStore(source, None)
        store.source = source
        store.loading()
        return store

    async def _list(self, store: ReaderStore, api: ApiKind, rule: KindRule) -> None:
        """List a kind in the namespace of `self._readers`.

        If objects of the kind can name Secrets of other namespaces, list all namespaces instead. This list
        may be forbidden or too large. For a namespaced kind, then list only the namespace of `self._readers`.
        """
        namespace = self._readers.namespace
        is_wide = namespace is None or names_other_namespaces(api, rule)
        try:
            try:
                await self._pages(store, None if is_wide else namespace)
            except (Forbidden, TooLarge) as error:
                if not is_wide or namespace is None or not api.is_namespaced:
                    raise
                await self._pages(store, namespace)
                self._lacks(gap_of(f"{api.full_name} of other namespaces", error))
        except Exception as error:
            store.failed(self._shown_error(error), self._clock.now())
        else:
            store.read_at(self._clock.now())
            self._lacks(*unread_of(store.source, store.rows, namespace))
            if rule.is_watched:
                self._follow(store, self._slots)
        self._changed()

    async def _pages(self, store: ReaderStore, namespace: str | None) -> None:
        feed: Feed[Any, Any] = Feed(store, self._clock, self._events)
        async with self._slots:
            store.namespace = namespace
            store.begin()
            size = 0
            async with aclosing(self._cluster.pages(reader_resource(store.source), namespace)) as pages:
                async for page in pages:
                    if store not in self._search.followed:
                        self._search.others += len(page.rows)
                    rows = tuple(info for info in page.rows if is_about(info, self._readers.namespace))
                    feed.page(replace(page, rows=rows))
                    size += page.size
                    if size > MOST_MIB << 20 and not page.is_last:
                        raise TooLarge(store.source.kind.many, f"{MOST_MIB} MiB")


def _stale(group: str) -> Gap:
    sentence = f"The server of API group {group} does not answer the API server."
    return Gap(f"kinds of {group}", "failed", sentence)
