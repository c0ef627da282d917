"""What can read the Secrets of one namespace or of all: a store of objects for each reader source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from tui.model.readers import registry
from tui.model.readers.reader import Reader, ReaderId, ReaderInfo, ReaderKind
from tui.model.readers.source import ReaderSource
from tui.model.secret.secret import SecretRef
from tui.session.cache.list_state import ListState, together
from tui.session.cache.reader_index import ReaderIndex
from tui.session.cache.resource_store import ResourceStore

ReaderKey: TypeAlias = tuple[str, str]


class ReaderStore(ResourceStore[ReaderKey, ReaderInfo]):
    """The objects of one kind by namespace and name, and the index of what they read, updated together."""

    def __init__(self, source: ReaderSource, namespace: str | None) -> None:
        super().__init__(lambda info: (info.namespace, info.name), namespace)
        self.source = source
        self.index = ReaderIndex()

    def changed(self, before: ReaderInfo | None, after: ReaderInfo | None) -> None:
        if after is not None:
            self.index.put(after)
        elif before is not None:
            self.index.drop(self.key(before))


class Readers:
    """The stores of all sources for one namespace, or for all (None); asked together."""

    def __init__(self, namespace: str | None) -> None:
        self.namespace = namespace
        self.stores = tuple(ReaderStore(source, namespace) for source in registry.SOURCES)

    def covers(self, namespace: str) -> bool:
        """Are the objects of that namespace held here?"""
        return self.namespace in (None, namespace)

    @property
    def pane(self) -> ListState:
        """The state of all the lists as of one."""
        return together([store.pane for store in self.stores])

    @property
    def rows(self) -> Sequence[ReaderInfo]:
        """All objects, kind by kind, sorted."""
        return tuple(chain.from_iterable(store.rows for store in self.stores))

    def get(self, which: ReaderId) -> ReaderInfo | None:
        """The object of that kind, namespace and name."""
        kind, namespace, name = which
        stores = (store for store in self.stores if store.source.kind == kind)
        return next((store.get((namespace, name)) for store in stores), None)

    def of(self, ref: SecretRef, keys: Iterable[str] | None = None) -> tuple[Reader, ...]:
        """Every use of the Secret, kind by kind; with `keys` only what reads one of them."""
        wanted = None if keys is None else frozenset(keys)
        return tuple(chain.from_iterable(store.index.of(ref, wanted) for store in self.stores))

    def count(self, ref: SecretRef) -> int:
        """How many objects use it."""
        return sum(store.index.count(ref) for store in self.stores)

    def counts(self, ref: SecretRef) -> dict[ReaderKind, int]:
        """How many objects of each kind use it."""
        return {store.source.kind: store.index.count(ref) for store in self.stores}

    def keys_named(self, ref: SecretRef) -> Iterator[tuple[ReaderKind, frozenset[str]]]:
        """The keys that objects of each kind name, apart from those that may be missing."""
        for store in self.stores:
            yield store.source.kind, store.index.keys_named(ref)

    def names_in(self, namespace: str) -> tuple[str, ...]:
        """The Secrets that objects of a namespace name, existing or not, sorted."""
        return tuple(sorted({name for store in self.stores for name in store.index.names_in(namespace)}))
