"""Session: one context's Cluster, stores, drafts and writes. It outlives screens, and ends once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import partial

from tui.cluster.cluster import Cluster, Identity
from tui.cluster.watch import follow
from tui.live.access import Access
from tui.live.clock import Clock
from tui.live.drafts import Drafts
from tui.live.feeds import PodFeed, SecretFeed
from tui.live.link import Link, link_of
from tui.live.namespaces import Namespaces
from tui.live.notices import Listener, Notices, Topic
from tui.live.opened import Opened
from tui.live.outcome import Outcome, Sent
from tui.live.pods import PodStore
from tui.live.readers import ReaderIndex
from tui.live.reading import Reading
from tui.live.secrets import SecretStore, summary_of
from tui.live.tasks import Tasks
from tui.live.writes import Effects, Writes
from tui.model.rights import Rights
from tui.model.secret import Secret, SecretRef, SecretSummary

__all__ = ["Link", "Session", "Topic"]


class Session:
    """What is kept fresh for one context, each part by a task of its own.

    At the start it asks for the identity and the rights, lists and watches the Secrets of the open
    namespace, and lists the namespaces. Pods come when the first Secrets were told of; those of all
    namespaces only when asked for. No value is fetched before `open`, and nothing is listed for a number.
    """

    def __init__(
        self,
        cluster: Cluster,
        clock: Clock,
        *,
        namespace: str | None,
        no_reveal: bool = False,
        read_only: bool = False,
        rng: random.Random | None = None,
    ) -> None:
        """`namespace` None is all namespaces; `rng` spreads the back-off."""
        self.cluster, self.clock, self.namespace = cluster, clock, namespace
        self.no_reveal, self.read_only = no_reveal, read_only
        self.namespaces, self.link = Namespaces(), Link()
        self.secrets, self.pods = SecretStore(namespace), PodStore(namespace)
        self.namespaces.follow(self.secrets)
        self._rng = rng or random.Random()
        self._notices, self._tasks, self._access = Notices(), Tasks(), Access(cluster)
        self.drafts = Drafts(partial(self._tell, "drafts"))
        self._reading = Reading(cluster, clock, self._tasks, partial(self._tell, "opened"))
        effects = Effects(self._written, self._deleted, partial(self._tell, "writes"))
        self.writes = Writes(cluster, clock, self._tasks, effects)
        self._follows: dict[Topic, asyncio.Task[None]] = {}
        self._are_pods_due = False

    # -- beginning and ending

    async def start(self) -> None:
        """Begin to ask; comes back at once."""
        self._notices.subscribe(self._shown)
        self._tasks.start(self._ask_identity(), "identity")
        self._ask_rights(self.namespace)
        self._follow_secrets()
        self._list_namespaces()

    async def close(self) -> tuple[Outcome, ...]:
        """End all; a write in flight gets up to 5 s. What comes back is sent, and of unknown outcome."""
        self._notices.close()
        for task in self._follows.values():
            task.cancel()
        self._reading.leave()
        left = await self.writes.close()
        await self._tasks.close()
        await self.cluster.close()
        return left

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear which topics changed, at most every 50 ms; what comes back ends that."""
        return self._notices.subscribe(listener)

    async def refresh(self) -> None:
        """Ask for everything anew, now: connects again after a failure. Comes back at once; rows stay."""
        self._access.ask_again()
        if self.identity is None:
            self._tasks.start(self._ask_identity(), "identity")
        self._ask_rights(self.namespace)
        self._follow_secrets()
        self._list_namespaces()
        if self.pods.pane.kind != "idle":
            self._follow_pods()
        self._reading.fetch()
        self.writes.look_now()

    def choose_namespace(self, namespace: str | None) -> None:
        """Follow another namespace, or all: the watches of the old one end, its open Secret is left."""
        if namespace == self.namespace:
            return
        self.leave()
        self._stop("secrets", "pods")
        self.namespace = namespace
        self.secrets = SecretStore(namespace, version=self.secrets.version + 1)
        self.pods = PodStore(namespace)
        self.namespaces.follow(self.secrets)
        self._ask_rights(namespace)
        self._follow_secrets()
        self._tell("secrets", "pods", "namespaces")

    # -- what is open

    @property
    def opened(self) -> Opened | None:
        """The Secret that is open, with its values."""
        return self._reading.opened

    def open(self, ref: SecretRef) -> None:
        """Fetch a Secret with its values; a newer open supersedes an older one."""
        self._ask_rights(ref.namespace)
        self._reading.open(ref, self._is_followed)

    def leave(self) -> None:
        """Let go of the open Secret's values, and of those in a review."""
        self._reading.leave()
        self.writes.leave_review()

    # -- who and what may be

    @property
    def identity(self) -> Identity | None:
        """Who the cluster takes this login for; None until it says so."""
        return self._access.identity

    def rights(self, namespace: str) -> Rights | None:
        """The rules for one namespace; None if they were not asked for, or not told."""
        return self._access.rights(namespace)

    def may(
        self, verb: str, resource: str, namespace: str | None = None, name: str | None = None
    ) -> bool | None:
        """May it be done there (the open namespace if none is named)? None is not known."""
        return self._access.may(verb, resource, namespace or self.namespace, name)

    # -- pods

    @property
    def readers(self) -> ReaderIndex:
        """Who reads what, by the pods that are followed; see `pods.pane` for whether those were looked at."""
        return self.pods.readers

    def want_pods(self) -> None:
        """Follow the pods of what is open, all namespaces too."""
        if self.pods.pane.kind == "idle":
            self._follow_pods()

    # -- tasks

    def _ask_rights(self, namespace: str | None) -> None:
        if namespace is not None:
            self._tasks.start(self._rights(namespace), f"rights {namespace}")

    async def _rights(self, namespace: str) -> None:
        if await self._access.ask_rights(namespace):
            self._tell("rights")

    async def _ask_identity(self) -> None:
        if await self._access.ask_identity():
            self._tell("identity")

    def _list_namespaces(self) -> None:
        self._stop("namespaces")
        self._follows["namespaces"] = self._tasks.start(self._names(), "namespaces")

    async def _names(self) -> None:
        await self.namespaces.list(self.cluster, self.clock, partial(self._changed, "namespaces"))

    def _follow_secrets(self) -> None:
        self._stop("secrets")
        store = self.secrets
        feed = SecretFeed(store, self.clock, partial(self._changed, "secrets"), self._saw, self._reading.gone)
        loop = follow(
            partial(self.cluster.secrets, store.namespace),
            partial(self.cluster.watch_secrets, store.namespace),
            feed.page,
            feed.event,
            feed.state,
            self.clock,
            self._rng,
        )
        self._follows["secrets"] = self._tasks.start(loop, "secrets")
        self._are_pods_due = store.namespace is not None and self.pods.pane.kind == "idle"

    def _follow_pods(self) -> None:
        self._stop("pods")
        store = self.pods
        store.pane = store.pane.loading()
        feed = PodFeed(store, self.clock, partial(self._changed, "pods"))
        loop = follow(
            partial(self.cluster.pods, store.namespace),
            partial(self.cluster.watch_pods, store.namespace),
            feed.page,
            feed.event,
            feed.state,
            self.clock,
            self._rng,
        )
        self._follows["pods"] = self._tasks.start(loop, "pods")
        self._tell("pods")

    def _stop(self, *topics: Topic) -> None:
        for topic in topics:
            task = self._follows.pop(topic, None)
            if task is not None:
                task.cancel()

    # -- what follows from what

    def _tell(self, *topics: Topic) -> None:
        self._notices.tell(*topics)

    def _changed(self, topic: Topic) -> None:
        link = link_of((self.secrets.pane, self.pods.pane), self.link, self.clock.now())
        if link != self.link:
            self.link = link
            self._tell("link")
        self._tell(topic)

    def _shown(self, topics: frozenset[Topic]) -> None:
        """The screens were told of the first Secrets, or of why there are none: now the pods."""
        pane = self.secrets.pane
        has_come = pane.loaded > 0 or pane.kind not in ("idle", "loading")
        if self._are_pods_due and "secrets" in topics and has_come:
            self._are_pods_due = False
            self._follow_pods()

    def _saw(self, row: SecretSummary) -> None:
        busy = self.writes.busy
        if busy is None or busy.ref != row.ref:  # else the answer to the write tells it better
            self._reading.saw(row)

    def _is_followed(self, ref: SecretRef) -> bool:
        return self.secrets.covers(ref) and self.secrets.pane.is_live

    def _written(self, sent: Sent, secret: Secret) -> None:
        if sent.draft is not None:
            self.drafts.written(sent.draft, secret)
        self._reading.wrote(secret, frozenset(sent.keys))
        self._put(summary_of(secret))

    def _deleted(self, sent: Sent) -> None:
        self._reading.gone(sent.ref, sent.uid)
        if self.secrets.gone(sent.ref, sent.uid):
            self._changed("secrets")

    def _put(self, row: SecretSummary) -> None:
        if self.secrets.covers(row.ref) and self.secrets.put(row):
            self._changed("secrets")
        latest = self.secrets.get(row.ref)
        if latest is not None:
            self._reading.saw(latest)
