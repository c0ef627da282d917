"""Names of the namespaces, checks if one exists, and counts of the Secrets in those that were listed."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tui.model.errors import ClusterError, Forbidden, Stopped
from tui.session.cache.events import Services
from tui.session.cache.list_state import ListState
from tui.session.cache.secret_store import Count, SecretStore

Doubt: TypeAlias = Literal["", "missing", "not known"]


class Namespaces:
    """The names of the last list; not watched, because they seldom change. A count sends no request."""

    def __init__(self, services: Services) -> None:
        self._cluster, self._clock, _, self._events = services
        self.names: tuple[str, ...] = ()
        """Sorted; the old ones stay when a list fails."""
        self.state = ListState()
        self._counts: dict[str, Count] = {}
        self._doubts: dict[str, Doubt | None] = {}
        """Result of a GET of each unlisted namespace; None while it is in flight."""
        self._store: SecretStore | None = None

    def count(self, namespace: str) -> Count | None:
        """Number of Secrets in a watched namespace, or the last known one; else None."""
        here = self._store.count(namespace) if self._store is not None else None
        return self._counts.get(namespace) if here is None else here

    @property
    def counted(self) -> tuple[object, ...]:
        """Counter that grows whenever a count may have changed."""
        store = self._store
        return (store, store.tallied if store is not None and store.state.is_complete else None)

    def count_from(self, store: SecretStore) -> None:
        """Count from this store from now on; keep the last counts of the one before."""
        old = self._store
        if old is not None:
            for name in {*self.names, *self._counts, *old.counted_namespaces(), old.namespace or ""}:
                known = old.count(name)
                if name and known is not None:
                    self._counts[name] = known
        self._store = store

    def doubt(self, name: str) -> Doubt:
        """Doubt about a namespace: "" if it exists or was not checked yet."""
        return "" if self._is_seen(name) else self._doubts.get(name) or ""

    def is_to_look_for(self, name: str) -> bool:
        """True if its existence is unknown, although the list of all arrived or failed."""
        is_listed = self.state.kind not in ("idle", "loading")
        return is_listed and name not in self._doubts and not self._is_seen(name)

    def exists(self, name: str) -> None:
        """Note that a Secret was read or written there."""
        self._doubts[name] = ""

    async def look_for(self, name: str) -> None:
        """Ask the server whether this namespace exists."""
        self._doubts[name] = None
        try:
            doubt: Doubt = "" if await self._cluster.has_namespace(name) else "missing"
        except ClusterError as error:
            doubt = ""  # the failure is said where the rows are
            if isinstance(error, Forbidden):
                is_whole = self.state.is_complete and self.state.error is None
                doubt = "missing" if is_whole else "not known"
        if self._doubts.get(name) is None:
            self._doubts[name] = doubt
        self._events.tell("namespaces")

    def stopped(self) -> None:
        """Note that the list was stopped; the old names stay."""
        self.state = self.state.failed(Stopped(), self._clock.now())
        self._events.tell("namespaces")

    def _is_seen(self, name: str) -> bool:
        """True if the list names it, or a Secret is in it."""
        count = self.count(name)
        return (count is not None and any(count)) or name in self.names

    async def list(self) -> None:
        """List the names; an error becomes the state of the list."""
        self.state, self._doubts = self.state.loading(), {}
        self._events.tell("namespaces")
        try:
            self.names = await self._cluster.namespaces()
        except ClusterError as error:
            self.state = self.state.failed(error, self._clock.now())
        else:
            self.state = self.state.with_page(len(self.names), None, is_last=True)
        self._events.tell("namespaces")
