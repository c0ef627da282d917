"""Search all kinds for what names Secrets, few at once; workloads are followed, the rest is as of now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import Any, Final

from msgspec.structs import replace

from tui.cluster.api.resources import reader_resource
from tui.cluster.client import Cluster
from tui.model.api_object import ApiKind
from tui.model.errors import BadAnswer, ClusterError, Failed, Forbidden, NotFound
from tui.model.readers.gaps import Gap
from tui.model.readers.objects import (
    can_name_secrets,
    is_about,
    names_other_namespaces,
    object_source,
    ruled,
    templates_of,
    unruled,
)
from tui.model.readers.rules.registry import own_rules, rules_by_kind
from tui.model.readers.rules.rule import KindRule
from tui.model.readers.rules.schema import rules_of_schema
from tui.model.readers.workloads import WORKLOADS
from tui.model.settings.settings import OwnReader
from tui.session.cache.events import Events, ListChanged
from tui.session.cache.feeds import Feed
from tui.session.cache.readers import Readers, ReaderStore
from tui.session.clock import Clock
from tui.session.tasks import kind_of

AT_ONCE: Final = 4
"""Requests that are under way at once."""


class ReaderSearch:
    """One search; its state is the `search` of the readers."""

    def __init__(
        self,
        cluster: Cluster,
        clock: Clock,
        events: Events,
        readers: Readers,
        follow: Callable[[ReaderStore, asyncio.Semaphore], None],
        own: Iterable[OwnReader] = (),
    ) -> None:
        """`own`: the fields that a person's settings name."""
        self._cluster, self._clock, self._events, self._own = cluster, clock, events, own
        self._readers, self._follow = readers, follow
        self._search = readers.search
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._errors = list[Exception]()
        """Unexpected ones of single kinds: the others are read all the same."""

    async def run(self) -> None:
        """What could not be read is a gap. Raises unexpected errors alone, at the end."""
        search = self._search
        search.phase, search.unknown, search.others = "asking", (), 0
        if not search.followed:
            search.followed = tuple(ReaderStore(source, self._readers.namespace) for source in WORKLOADS)
        for store in search.stores:
            store.pane = store.pane.loading()
        for store in search.followed:
            self._follow(store, self._slots)
        try:
            await self._list_others()
        except Exception as error:
            self._errors.append(error)
            for store in search.listed:
                if store.pane.kind == "loading":
                    store.pane = store.pane.failed(Failed(kind_of(error)), self._clock.now())
            self._lacks(_gap("other kinds", Failed(kind_of(error))))
        search.phase, search.at = "ended", self._clock.now()
        self._changed()
        if self._errors:
            raise self._errors[0]

    async def _list_others(self) -> None:
        kinds = await self._kinds()
        stores = {api: self._store_of(api, rule) for api, rule in kinds.items()}
        self._search.phase, self._search.listed = "reading", tuple(stores.values())
        self._changed()
        async with asyncio.TaskGroup() as group:
            for api, store in stores.items():
                group.create_task(self._list(store, api, kinds[api]))

    def _changed(self) -> None:
        self._events.emit(ListChanged("readers"))

    def _lacks(self, *gaps: Gap) -> None:
        self._search.unknown = (*self._search.unknown, *gaps)
        self._changed()

    async def _kinds(self) -> dict[ApiKind, KindRule]:
        """Every kind that the cluster has and that can name a Secret, apart from workloads."""
        rules = rules_by_kind(own_rules(self._own))
        try:
            served = await self._cluster.objects.served()
        except ClusterError as error:
            self._lacks(_gap("other kinds", error))
            return ruled((), rules)
        if not served.kinds:  # before 1.27, or through a proxy that does not tell of all groups in one answer
            self._lacks(Gap("other kinds", "failed", BadAnswer(200).sentence))
        self._lacks(*map(_stale, filter(can_name_secrets, served.stale)))
        custom: dict[str, list[ApiKind]] = {}
        for api in unruled(served.kinds, rules):
            custom.setdefault(api.api, []).append(api)
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(self._by_schema(*one)) for one in custom.items()]
        found = ruled(served.kinds, rules)
        for task in reading:
            found |= task.result()
        return found

    async def _by_schema(self, api: str, kinds: Iterable[ApiKind]) -> dict[ApiKind, KindRule]:
        """Of these kinds, of one group and version, those that have a field that names a Secret."""
        try:
            async with self._slots:
                document = await self._cluster.objects.schemas(api)
            rules = {rule.kind: rule for rule in await asyncio.to_thread(rules_of_schema, document)}
        except ClusterError as error:
            unread = await self._still_served(kinds) if isinstance(error, NotFound) else kinds
            self._lacks(*(_gap(f"{kind.resource}.{kind.group}", error) for kind in unread))
            return {}
        except Exception as error:
            self._errors.append(error)
            failed = Failed(kind_of(error))
            self._lacks(*(_gap(f"{kind.resource}.{kind.group}", failed) for kind in kinds))
            return {}
        return {kind: rules[kind.kind] for kind in kinds if kind.kind in rules}

    async def _still_served(self, kinds: Iterable[ApiKind]) -> list[ApiKind]:
        """Those of a group and version without a schema that are there all the same."""
        try:
            async with self._slots:
                served = await self._cluster.objects.served()
        except ClusterError:
            return list(kinds)
        return [kind for kind in kinds if kind in served.kinds or kind.group in served.stale]

    def _store_of(self, api: ApiKind, rule: KindRule) -> ReaderStore:
        """The one of the former search, if there was one: what it holds stays until it is read anew."""
        source = object_source(api, rule)
        former = (one for one in self._search.listed if one.source.kind == source.kind)
        store = next(former, None) or ReaderStore(source, None)
        store.source, store.pane = source, store.pane.loading()
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
                self._lacks(_gap(f"{store.source.full_name} of other namespaces", error))
        except ClusterError as error:
            store.pane = store.pane.failed(error, self._clock.now())
        except Exception as error:
            self._errors.append(error)
            store.pane = store.pane.failed(Failed(kind_of(error)), self._clock.now())
        else:
            store.pane = replace(store.pane, since=self._clock.now())
            if (gap := templates_of(store.source, store.rows)) is not None:
                self._lacks(gap)
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


def _gap(what: str, error: ClusterError) -> Gap:
    return Gap(what, "refused" if isinstance(error, Forbidden) else "failed", error.sentence)
