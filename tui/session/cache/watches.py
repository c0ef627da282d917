"""Start and stop the list and watch of Secrets, and of pods, for the open namespace."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from tui.model.errors import Failed, Stopped
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.pod_store import PodStore
from tui.session.cache.secret_store import SecretStore
from tui.session.clock import Clock
from tui.session.tasks import Tasks, kind_of

if TYPE_CHECKING:
    from tui.cluster.api.results import PodPage, SecretPage
    from tui.cluster.client import Cluster

What = Literal["secrets", "pods"]
Part = Literal["secrets", "pods", "pods aside"]
"""What is followed: the pods of a namespace that is not the open one are those aside."""


class Hears(Struct, frozen=True):
    """Who is told of what the lists and watches bring."""

    changed: Callable[[What], None]
    saw: Callable[[SecretSummary], None]
    """A newer version of a Secret."""
    gone: Callable[[SecretRef, str], None]
    """The end of a life of one, by its uid."""
    look: Callable[[], None]
    """What is open may have changed unseen: read it."""
    went_back: Callable[[], None]
    """The cluster holds an older state than it did, as after a restore of etcd."""


class Following:
    """At most one watch of each, whatever is opened, left, asked for or refreshed."""

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
        """Follow another one: nothing that was under way for the old one can reach the new stores."""
        self.stop()
        self.secrets = SecretStore(namespace, version=self.secrets.version + 1)
        self.pods = PodStore(namespace, version=self.pods.version + 1)
        self._aside = None
        self.follow_secrets()

    def follow_secrets(self) -> None:
        """List them now, and watch; the rows that are held stay until the new list is whole."""
        from tui.cluster.api.list_watch import follow
        from tui.session.cache.feeds import SecretFeed

        store = self.secrets
        hears = self._hears
        feed = SecretFeed(
            store, self._clock, partial(hears.changed, "secrets"), hears.saw, hears.gone, hears.went_back
        )
        loop = partial(
            follow,
            self._unlisted if store.name else partial(self._list_secrets, store),
            partial(self._cluster.watch_secrets, store.namespace, name=store.name),
            feed.page,
            feed.event,
            feed.state,
            self._clock,
            self._rng,
        )
        self._start("secrets", store, loop)
        self._hears.changed("secrets")

    def _list_secrets(self, store: SecretStore) -> AsyncGenerator[SecretPage]:
        store.begin()
        return self._cluster.secrets(store.namespace)

    def _list_pods(self, store: PodStore) -> AsyncGenerator[PodPage]:
        store.begin()
        return self._cluster.pods(store.namespace)

    async def _unlisted(self) -> AsyncGenerator[SecretPage]:
        """Of one Secret no list is asked for: it is read by name, and its watch begins with what is there.

        Begun anew, the watch may have missed its end.
        """
        from tui.cluster.api.results import SecretPage

        if self.secrets.pane.is_complete:
            self._hears.look()
        yield SecretPage((), "", None, is_last=True)

    def pods_of(self, namespace: str) -> PodStore:
        """The store that holds the pods there; one that is "idle" where they were not looked at."""
        stores = (self.pods, *([self._aside] if self._aside is not None else []))
        here = [store for store in stores if store.covers(namespace)]
        looked_at = [store for store in here if store.pane.kind != "idle"]
        return next(iter((*looked_at, *here, PodStore(namespace))))

    def want_pods(self, namespace: str | None) -> None:
        """See that the pods there are followed: with those of what is open, or else beside them."""
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
        """List those anew that were looked at, and watch."""
        if self.pods.pane.kind != "idle":
            self._follow_pods("pods", self.pods)
        if self._aside is not None:
            self._follow_pods("pods aside", self._aside)

    def _follow_pods(self, part: Part, store: PodStore) -> None:
        """As `follow_secrets`."""
        from tui.cluster.api.list_watch import follow
        from tui.session.cache.feeds import PodFeed

        feed = PodFeed(store, self._clock, partial(self._hears.changed, "pods"))
        loop = partial(
            follow,
            partial(self._list_pods, store),
            partial(self._cluster.watch_pods, store.namespace),
            feed.page,
            feed.event,
            feed.state,
            self._clock,
            self._rng,
        )
        store.pane = store.pane.loading()
        self._start(part, store, loop)
        self._hears.changed("pods")

    def stop_lists(self) -> tuple[str, ...]:
        """End the lists that are still coming in; "4,500 Secrets" for each of those."""
        stores: dict[Part, SecretStore | PodStore] = {"secrets": self.secrets, "pods": self.pods}
        if self._aside is not None:
            stores["pods aside"] = self._aside
        said = []
        for part, store in stores.items():
            if store.pane.kind == "loading":
                self._running.pop(part).cancel()
                store.pane = store.pane.failed(Stopped(), self._clock.now())
                self._hears.changed("secrets" if part == "secrets" else "pods")
                said.append(f"{len(store):,} {'Secrets' if part == 'secrets' else 'pods'}")
        return tuple(said)

    def stop(self) -> None:
        """End all, at once."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()

    def _start(
        self, part: Part, store: SecretStore | PodStore, loop: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        former = self._running.pop(part, None)
        if former is not None:
            former.cancel()
        self._running[part] = self._tasks.start(self._told(part, store, loop), part)

    async def _told(
        self, part: Part, store: SecretStore | PodStore, loop: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Whatever ends the loop is said in its pane, and reported as what it is."""
        try:
            await loop()
        except Exception as error:
            store.pane = store.pane.failed(Failed(kind_of(error)), self._clock.now())
            self._hears.changed("secrets" if part == "secrets" else "pods")
            raise
