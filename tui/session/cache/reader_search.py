"""Search all kinds for what names Secrets, few at once; workloads are followed, the rest is as of now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

from msgspec.structs import replace

from tui.cluster.api.resources import reader_resource
from tui.model.api_object import ApiKind
from tui.model.errors import BadAnswer, ClusterError, Failed, Forbidden
from tui.model.readers.gaps import Gap, gap_of
from tui.model.readers.objects import (
    can_name_secrets,
    is_about,
    names_other_namespaces,
    object_source,
    ruled,
    unread_of,
    unruled,
)
from tui.model.readers.rules.registry import own_rules, rules_by_kind
from tui.model.readers.rules.rule import KindRule
from tui.model.readers.rules.schema import rules_of_schema
from tui.model.readers.workloads import WORKLOADS
from tui.model.settings.settings import OwnReader
from tui.session.cache.events import ListChanged, Services
from tui.session.cache.feeds import Feed
from tui.session.cache.readers import Readers, ReaderStore
from tui.session.tasks import kind_of

AT_ONCE: Final = 4
"""Requests that are under way at once."""


class ReaderSearch:
    """One search; its state is the `search` of the readers."""

    def __init__(
        self,
        services: Services,
        readers: Readers,
        follow: Callable[[ReaderStore, asyncio.Semaphore], None],
        own: Iterable[OwnReader] = (),
    ) -> None:
        """`own`: the fields that a person's settings name."""
        self._cluster, self._clock, _, self._events = services
        self._own = own
        self._readers, self._follow = readers, follow
        self._search = readers.search
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._stores: dict[ApiKind, ReaderStore | None] = {}
        """Of all kinds that may name a Secret; None of those that do not, or are not known to."""
        self._errors = list[Exception]()
        """Unexpected ones of single kinds: the others are read all the same."""

    async def run(self) -> None:
        """What could not be read is a gap. Raises unexpected errors alone, at the end."""
        search = self._search
        search.phase, search.unknown, search.others = "asking", (), 0
        if not search.followed:
            search.followed = tuple(ReaderStore(source, self._readers.namespace) for source in WORKLOADS)
        for store in search.stores:
            store.state = store.state.loading()
        for store in search.followed:
            self._follow(store, self._slots)
        try:
            await self._list_others()
        except Exception as error:
            told = self._told(error)
            for store in search.listed:
                if store.state.kind == "loading":
                    store.state = store.state.failed(told, self._clock.now())
            self._lacks(gap_of("other kinds", told))
        search.phase, search.at = "ended", self._clock.now()
        self._changed()
        if self._errors:
            raise self._errors[0]

    async def _list_others(self) -> None:
        """The kinds that rules know at once, the others as their schemas come."""
        rules = rules_by_kind(own_rules(self._own))
        served = await self._served()
        known, custom = ruled(served, rules), unruled(served, rules)
        former = {(one.source.api.group, one.source.kind.name): one for one in self._search.listed}
        self._stores = {api: former.get((api.group, api.kind)) for api in (*known, *custom)}
        versions: dict[str, list[ApiKind]] = {}
        for api in custom:
            versions.setdefault(api.api, []).append(api)
        async with asyncio.TaskGroup() as lists:
            self._begin(lists, known, known)
            async with asyncio.TaskGroup() as schemas:
                for version, kinds in versions.items():
                    schemas.create_task(self._by_schema(lists, version, kinds))
            self._search.phase = "reading"
            self._changed()

    def _changed(self) -> None:
        self._events.emit(ListChanged("readers"))

    def _lacks(self, *gaps: Gap) -> None:
        self._search.unknown = (*self._search.unknown, *gaps)
        self._changed()

    def _told(self, error: Exception) -> ClusterError:
        """For the screen; an unexpected one is raised at the end."""
        if isinstance(error, ClusterError):
            return error
        self._errors.append(error)
        return Failed(kind_of(error))

    async def _served(self) -> tuple[ApiKind, ...]:
        """Every kind that the cluster has outside the core group."""
        try:
            served = await self._cluster.objects.served()
        except ClusterError as error:
            self._lacks(gap_of("other kinds", error))
            return ()
        if not served.kinds:  # before 1.27, or through a proxy that does not tell of all groups in one answer
            self._lacks(Gap("other kinds", "failed", BadAnswer(200).sentence))
        self._lacks(*map(_stale, filter(can_name_secrets, served.stale)))
        return served.kinds

    def _begin(
        self, lists: asyncio.TaskGroup, kinds: Iterable[ApiKind], rules: Mapping[ApiKind, KindRule]
    ) -> None:
        """List those of the kinds that have a rule."""
        for api in kinds:
            if (rule := rules.get(api)) is None:
                self._stores[api] = None
            else:
                self._stores[api] = store = self._store_of(api, rule)
                lists.create_task(self._list(store, api, rule))
        self._search.listed = tuple(store for store in self._stores.values() if store is not None)
        self._changed()

    async def _by_schema(self, lists: asyncio.TaskGroup, version: str, kinds: Sequence[ApiKind]) -> None:
        """List those of these kinds, of one group and version, that have a field that names a Secret."""
        rules: dict[ApiKind, KindRule] = {}
        try:
            async with self._slots:
                document = await self._cluster.objects.schemas(version)
            found = {rule.kind: rule for rule in await asyncio.to_thread(rules_of_schema, document)}
            rules = {kind: found[kind.kind] for kind in kinds if kind.kind in found}
        except Exception as error:
            told = self._told(error)
            self._lacks(*(gap_of(kind.full_name, told) for kind in kinds))
        self._begin(lists, kinds, rules)

    def _store_of(self, api: ApiKind, rule: KindRule) -> ReaderStore:
        """The one of the former search, if there was one: what it holds stays until it is read again."""
        source = object_source(api, rule)
        store = self._stores.get(api) or ReaderStore(source, None)
        store.source, store.state = source, store.state.loading()
        return store

    async def _list(self, store: ReaderStore, api: ApiKind, rule: KindRule) -> None:
        """One kind; if only the namespace's may be read, those, and the rest is a gap."""
        here = self._readers.namespace
        is_wide = here is None or names_other_namespaces(api, rule)
        try:
            try:
                await self._pages(store, None if is_wide else here)
            except Forbidden as error:
                if not is_wide or here is None or not api.is_namespaced:
                    raise
                await self._pages(store, here)
                self._lacks(gap_of(f"{store.source.api.full_name} of other namespaces", error))
        except Exception as error:
            store.state = store.state.failed(self._told(error), self._clock.now())
        else:
            store.state = replace(store.state, since=self._clock.now())
            self._lacks(*unread_of(store.source, store.rows, here))
        self._changed()

    async def _pages(self, store: ReaderStore, namespace: str | None) -> None:
        feed: Feed[Any, Any] = Feed(store, self._clock, self._events)
        async with self._slots:
            store.begin()
            async with aclosing(self._cluster.pages(reader_resource(store.source), namespace)) as pages:
                async for page in pages:
                    self._search.others += len(page.rows)
                    rows = tuple(info for info in page.rows if is_about(info, self._readers.namespace))
                    feed.page(replace(page, rows=rows))


def _stale(group: str) -> Gap:
    return Gap(f"kinds of {group}", "failed", f"The server of {group} does not answer the API server.")
