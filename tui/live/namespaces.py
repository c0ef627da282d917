"""Namespaces: their names, and how many Secrets those have that were looked into."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.live.clock import Clock
from tui.live.panes import Pane
from tui.live.secrets import SecretStore
from tui.live.tasks import kind_of
from tui.model.errors import ClusterError, Failed

if TYPE_CHECKING:
    from tui.cluster.cluster import Cluster


class Namespaces:
    """The names as of the last list; not watched, since they hardly change. Counts ask nothing."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        """Sorted; the old ones stay when a list fails."""
        self.pane = Pane()
        self._counts: dict[str, int] = {}
        self._store: SecretStore | None = None

    def count(self, namespace: str) -> int | None:
        """How many Secrets it has: now where they are watched, as last seen where they were; else None."""
        here = self._store.count(namespace) if self._store is not None else None
        return self._counts.get(namespace) if here is None else here

    @property
    def counted(self) -> tuple[object, ...]:
        """As long as it is the same, so is every count; while a list comes in, none is told."""
        store = self._store
        return (store, store.tallied if store is not None and store.pane.is_complete else None)

    def count_from(self, store: SecretStore) -> None:
        """Count from this store from now on; what the one before knew of its one namespace is kept."""
        old = self._store
        if old is not None and old.namespace is not None:
            known = old.count(old.namespace)
            if known is not None:
                self._counts[old.namespace] = known
        self._store = store

    async def list(self, cluster: Cluster, clock: Clock, tell: Callable[[], None]) -> None:
        """Ask for the names; a failure is the pane's state."""
        self.pane = self.pane.loading()
        tell()
        try:
            names = await cluster.namespaces()
        except ClusterError as error:
            self.pane = self.pane.failed(error, clock.now())
        except Exception as error:
            self.pane = self.pane.failed(Failed(kind_of(error)), clock.now())
            tell()
            raise
        else:
            self.names = tuple(sorted(names))
            self.pane = self.pane.with_page(len(self.names), None, is_last=True)
        tell()
