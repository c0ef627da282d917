"""Start and stop the list and watch of Secrets, and of pods, for the open namespace."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Coroutine
from functools import partial
from typing import Any, Final, Literal

from msgspec import Struct

from tui.cluster.api.list_watch import follow
from tui.cluster.api.resources import PODS, SECRETS, Resource
from tui.cluster.api.results import Page
from tui.cluster.client import Cluster
from tui.model.errors import Failed, Stopped
from tui.model.secret.secret import SecretSummary
from tui.session.cache.feeds import Feed, Told
from tui.session.cache.pod_store import PodStore
from tui.session.cache.resource_store import ResourceStore
from tui.session.cache.secret_store import SecretStore
from tui.session.cache.sorted_rows import Key, Row
from tui.session.clock import Clock
from tui.session.tasks import Tasks, kind_of

Part = Literal["secrets", "pods", "pods aside"]
"""A running watch; "pods aside" are those of a namespace other than the open one."""
What = Literal["secrets", "readers"]
_WHAT: Final[dict[Part, What]] = {"secrets": "secrets", "pods": "readers", "pods aside": "readers"}


class Hears(Struct, frozen=True):
    """Callbacks for what lists and watches bring."""

    changed: Callable[[What], None]
    saw: Callable[[SecretSummary], None]
    """A newer version of a Secret."""
    gone: Callable[[SecretSummary], None]
    """A Secret was deleted."""
    look: Callable[[], None]
    """The open Secret may have changed during a gap: read it again."""
    went_back: Callable[[], None]
    """The cluster holds an older state than it did, as after a restore of etcd."""


class Watches:
    """Runs at most one watch per kind and namespace."""

    def __init__(
        self,
        cluster: Cluster,
        clock: Clock,
        tasks: Tasks,
        rng: random.Random,
        hears: Hears,
        namespace: str | None,
        name: str | None,
    ) -> None:
        self.secrets = SecretStore(namespace, name)
        self.pods = PodStore(namespace)
        self._aside: PodStore | None = None
        self._cluster, self._clock, self._tasks, self._rng, self._hears = cluster, clock, tasks, rng, hears
        self._running: dict[Part, asyncio.Task[None]] = {}

    def choose(self, namespace: str | None) -> None:
        """Follow another namespace, with new stores that no old request can reach."""
        self.stop()
        self.secrets = SecretStore(namespace)
        self.pods = PodStore(namespace)
        self._aside = None
        self.follow_secrets()

    def follow_secrets(self) -> None:
        """List and watch Secrets; the rows stay until the new list is complete."""
        store, hears = self.secrets, self._hears
        told = Told(partial(hears.changed, "secrets"), hears.saw, hears.gone, hears.went_back)
        self._follow("secrets", SECRETS, store, told, name=store.name)

    def pods_of(self, namespace: str) -> PodStore:
        """The store of the pods there; an idle one if they were not loaded."""
        beside = self._aside
        if beside is not None and beside.covers(namespace) and self.pods.pane.kind == "idle":
            return beside
        if self.pods.covers(namespace):
            return self.pods
        return beside if beside is not None and beside.covers(namespace) else PodStore(namespace)

    def want_pods(self, namespace: str | None) -> None:
        """Follow the pods there, in the open namespace or beside it."""
        if namespace == self.pods.namespace:
            if self.pods.pane.kind == "idle":
                self._leave_aside()
                self._follow_pods("pods", self.pods)
        elif namespace is not None and self.pods_of(namespace).pane.kind == "idle":
            self._aside = PodStore(namespace)
            self._follow_pods("pods aside", self._aside)

    def _leave_aside(self) -> None:
        self._aside = None
        former = self._running.pop("pods aside", None)
        if former is not None:
            former.cancel()

    def follow_pods(self) -> None:
        """List and watch again the pods that were loaded."""
        if self.pods.pane.kind != "idle":
            self._follow_pods("pods", self.pods)
        if self._aside is not None:
            self._follow_pods("pods aside", self._aside)

    def _follow_pods(self, part: Part, store: PodStore) -> None:
        store.pane = store.pane.loading()
        self._follow(part, PODS, store, Told(partial(self._hears.changed, "readers")))

    def _follow(
        self,
        part: Part,
        resource: Resource[Row],
        store: ResourceStore[Key, Row],
        told: Told[Row],
        *,
        name: str | None = None,
    ) -> None:
        """List and watch into the store, instead of the former task.

        Of one object, by its `name`, no list is asked for: it is read by name, and its watch begins with what
        is there. Begun anew, the watch may have missed its end.
        """

        async def unlisted() -> AsyncGenerator[Page[Row]]:
            if store.pane.is_complete:
                self._hears.look()
            yield Page((), "", None, is_last=True)

        def listed() -> AsyncGenerator[Page[Row]]:
            store.begin()
            return self._cluster.pages(resource, store.namespace)

        feed = Feed(store, self._clock, told)
        watch = partial(self._cluster.watch, resource, store.namespace, name=name)
        lists = unlisted if name else listed
        loop = partial(follow, lists, watch, feed.page, feed.event, feed.state, self._clock, self._rng)
        former = self._running.pop(part, None)
        if former is not None:
            former.cancel()
        self._running[part] = self._tasks.start(self._reported(part, store, loop), part)
        told.changed()

    async def _reported(
        self, part: Part, store: ResourceStore[Any, Any], loop: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Run the loop; an unexpected error is shown in its pane, and raised."""
        try:
            await loop()
        except Exception as error:
            store.pane = store.pane.failed(Failed(kind_of(error)), self._clock.now())
            self._hears.changed(_WHAT[part])
            raise

    def stop_lists(self) -> tuple[str, ...]:
        """Stop lists that are loading; returns "4,500 Secrets" for each."""
        stores: dict[Part, SecretStore | PodStore] = {"secrets": self.secrets, "pods": self.pods}
        if self._aside is not None:
            stores["pods aside"] = self._aside
        said = []
        for part, store in stores.items():
            if store.pane.kind == "loading":
                self._running.pop(part).cancel()
                store.pane = store.pane.failed(Stopped(), self._clock.now())
                self._hears.changed(_WHAT[part])
                said.append(f"{len(store):,} {'Secrets' if part == 'secrets' else 'pods'}")
        return tuple(said)

    def stop(self) -> None:
        """Stop all watches."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()
