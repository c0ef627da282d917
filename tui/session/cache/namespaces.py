"""Namespaces: their names, their existence, and the number of Secrets in each."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tui.model.errors import ClusterError, Forbidden, LoadingStopped
from tui.session.cache.events import Services
from tui.session.cache.list_state import ListState
from tui.session.cache.secret_store import SecretCounts, SecretStore

Doubt: TypeAlias = Literal["", "missing", "not known"]


class Namespaces:
    """Namespaces of the cluster, listed but not watched, because they seldom change."""

    def __init__(self, services: Services) -> None:
        self._cluster, self._clock, _, self._events = services
        self.names: tuple[str, ...] = ()
        self.state = ListState()
        self._counts: dict[str, SecretCounts] = {}
        self._doubts: dict[str, Doubt | None] = {}
        """Results of `look_for` and `mark_existing`, by namespace; None while a request is in flight."""
        self._store: SecretStore | None = None

    def count(self, namespace: str) -> SecretCounts | None:
        """Return the numbers of Secrets in a namespace.

        If the store does not list all of these Secrets, return the last known numbers, or None.
        """
        current = self._store.count(namespace) if self._store is not None else None
        return self._counts.get(namespace) if current is None else current

    @property
    def counted(self) -> tuple[object, ...]:
        """Value that changes whenever a result of `count` may have changed."""
        store = self._store
        return (store, store.tallied if store is not None and store.state.is_complete else None)

    def count_from(self, store: SecretStore) -> None:
        """Make `count` use `store`, and keep the last known counts of the previous store."""
        old = self._store
        if old is not None:
            for name in {*self.names, *self._counts, *old.counted_namespaces(), old.namespace or ""}:
                known = old.count(name)
                if name and known is not None:
                    self._counts[name] = known
        self._store = store

    def doubt(self, name: str) -> Doubt:
        """Return "missing" if the namespace does not exist.

        Return "not known" if `look_for` was forbidden and the list of namespaces is incomplete. Return "" if
        the namespace exists, or if `look_for` was not called, still runs, or failed for another reason.
        """
        return "" if self._is_seen(name) else self._doubts.get(name) or ""

    def is_to_look_for(self, name: str) -> bool:
        """True if the listing has ended, `name` is not listed, and `_doubts` has no entry for `name`.

        False if `count` knows Secrets of the namespace, because then the namespace exists.
        """
        is_listed = self.state.kind not in ("idle", "loading")
        return is_listed and name not in self._doubts and not self._is_seen(name)

    def mark_existing(self, name: str) -> None:
        self._doubts[name] = ""

    async def look_for(self, name: str) -> None:
        self._doubts[name] = None
        try:
            doubt: Doubt = "" if await self._cluster.has_namespace(name) else "missing"
        except ClusterError as error:
            doubt = ""  # the list of Secrets shows the same failure
            if isinstance(error, Forbidden):
                is_whole = self.state.is_complete and self.state.error is None
                doubt = "missing" if is_whole else "not known"
        if self._doubts.get(name) is None:
            self._doubts[name] = doubt
        self._events.notify("namespaces")

    def stopped(self) -> None:
        self.state = self.state.failed(LoadingStopped(), self._clock.now())
        self._events.notify("namespaces")

    def _is_seen(self, name: str) -> bool:
        count = self.count(name)
        return (count is not None and any(count)) or name in self.names

    async def list(self) -> None:
        """List the namespaces; an error goes to `state`."""
        self.state, self._doubts = self.state.loading(), {}
        self._events.notify("namespaces")
        try:
            self.names = await self._cluster.namespaces()
        except ClusterError as error:
            self.state = self.state.failed(error, self._clock.now())
        else:
            self.state = self.state.with_page(len(self.names), None, is_last=True)
        self._events.notify("namespaces")
