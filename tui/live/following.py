"""Following: the list and watch of Secrets, and the one of pods, of the namespace that is open."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from tui.live.clock import Clock
from tui.live.pods import PodStore
from tui.live.secrets import SecretStore
from tui.live.tasks import Tasks
from tui.model.errors import Stopped
from tui.model.secret import SecretRef, SecretSummary

if TYPE_CHECKING:
    from tui.cluster.cluster import Cluster
    from tui.cluster.pages import SecretPage

What = Literal["secrets", "pods"]


class Hears(Struct, frozen=True):
    """Who is told of what the lists and watches bring."""

    changed: Callable[[What], None]
    saw: Callable[[SecretSummary], None]
    """A newer version of a Secret."""
    gone: Callable[[SecretRef, str], None]
    """The end of a life of one, by its uid."""
    look: Callable[[], None]
    """What is open may have changed unseen: read it."""


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
        self._cluster, self._clock, self._tasks, self._rng, self._hears = cluster, clock, tasks, rng, hears
        self._running: dict[What, asyncio.Task[None]] = {}

    def choose(self, namespace: str | None) -> None:
        """Follow another one: nothing that was under way for the old one can reach the new stores."""
        self.stop()
        self.secrets = SecretStore(namespace, version=self.secrets.version + 1)
        self.pods = PodStore(namespace, version=self.pods.version + 1)
        self.follow_secrets()

    def follow_secrets(self) -> None:
        """List them now, and watch; the rows that are held stay until the new list is whole."""
        from tui.cluster.watch import follow
        from tui.live.feeds import SecretFeed

        store = self.secrets
        hears = self._hears
        feed = SecretFeed(store, self._clock, partial(hears.changed, "secrets"), hears.saw, hears.gone)
        how: Final[Mapping[str, Any]] = {"name": store.name} if store.name else {}
        loop = follow(
            self._unlisted if store.name else partial(self._cluster.secrets, store.namespace),
            partial(self._cluster.watch_secrets, store.namespace, **how),
            feed.page,
            feed.event,
            feed.state,
            self._clock,
            self._rng,
        )
        self._start("secrets", loop)

    async def _unlisted(self) -> AsyncGenerator[SecretPage]:
        """Of one Secret no list is asked for: it is read by name, and its watch begins with what is there.

        Begun anew, the watch may have missed its end.
        """
        from tui.cluster.pages import SecretPage

        if self.secrets.pane.is_complete:
            self._hears.look()
        yield SecretPage((), "", None, is_last=True)

    def follow_pods(self) -> None:
        """As `follow_secrets`."""
        from tui.cluster.watch import follow
        from tui.live.feeds import PodFeed

        store = self.pods
        feed = PodFeed(store, self._clock, partial(self._hears.changed, "pods"))
        loop = follow(
            partial(self._cluster.pods, store.namespace),
            partial(self._cluster.watch_pods, store.namespace),
            feed.page,
            feed.event,
            feed.state,
            self._clock,
            self._rng,
        )
        store.pane = store.pane.loading()
        self._start("pods", loop)

    def stop_lists(self) -> list[What]:
        """End the lists that are still coming in; which ones those were."""
        stores: dict[What, SecretStore | PodStore] = {"secrets": self.secrets, "pods": self.pods}
        stopped = [what for what, store in stores.items() if store.pane.kind == "loading"]
        for what in stopped:
            self._running.pop(what).cancel()
            stores[what].pane = stores[what].pane.failed(Stopped(), self._clock.now())
            self._hears.changed(what)
        return stopped

    def stop(self) -> None:
        """End both, at once."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()

    def _start(self, what: What, loop: Any) -> None:
        former = self._running.pop(what, None)
        if former is not None:
            former.cancel()
        self._running[what] = self._tasks.start(loop, what)
        self._hears.changed(what)
