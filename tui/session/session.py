"""Session: owns the client, stores, drafts and writes of one context. Outlives screens; closed once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tui.cluster.client import Cluster, Identity
from tui.model.draft.draft import Draft
from tui.model.errors import ClusterError, Failed, NotFound, Stopped
from tui.model.rbac.rights import Rights
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.text.printable import ascii_only
from tui.session.cache.certificates import CertificateEnds
from tui.session.cache.connection import Connection, ConnectionWatch
from tui.session.cache.events import Listener, Topic, TopicEvents
from tui.session.cache.namespaces import Namespaces
from tui.session.cache.readers import Readers
from tui.session.cache.rights import RightsCache
from tui.session.cache.secret_store import SecretStore, summary_of
from tui.session.cache.watches import Hears, Watches
from tui.session.clock import Clock
from tui.session.open_secret.loader import SecretLoader
from tui.session.open_secret.opened import Opened, Stayed
from tui.session.suspend_resume import BEAT, notice
from tui.session.tasks import Tasks
from tui.session.writes.audit import Journal
from tui.session.writes.drafts import DraftBook, Home
from tui.session.writes.outcome import End, Outcome, Sent
from tui.session.writes.queue import Effects, Writes
from tui.session.writes.revert_watch import WatchedWrite

__all__ = ["Connection", "Session", "Topic"]


class Session:
    """Everything kept fresh for one context, each part in a task.

    At the start it asks for the identity and the rights, lists and watches the Secrets of the open namespace,
    and lists the namespaces. Readers follow after the first Secrets; those of all namespaces only on request.
    No value is fetched before `open`, and nothing is listed only for a number.
    """

    def __init__(
        self,
        cluster: Cluster,
        clock: Clock,
        *,
        namespace: str | None,
        name: str | None = None,
        read_only: bool = False,
        is_guarded: bool = False,
        journal: Journal | None = None,
        book: DraftBook | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """`namespace` None is all namespaces.

        With `name` only that Secret is followed, and neither lists nor readers are asked for, until
        `look_around`. `is_guarded`: a write needs the context's name. `book` keeps this run's drafts, those
        of other contexts too. `rng` spreads the back-off.
        """
        self.cluster, self.clock = cluster, clock
        self.read_only = read_only
        self.namespaces = Namespaces()
        self.certificates = CertificateEnds()
        self.notices, self._tasks = TopicEvents(), Tasks(self._failed)
        self.failures: list[str] = []
        """Failures inside this program, for the status line."""
        self._link = ConnectionWatch(
            clock, self._tasks, partial(self._tell, "link"), self._is_back, cluster.reach
        )
        cluster.listen(self._link.heard)
        self._access = RightsCache(cluster, self._tasks, self._tell)
        self._book, self._home = book or DraftBook(), (cluster.target.context, cluster.target.server)
        self.drafts = self._book.at(self._home, self._drafted)
        self.journal = (journal or Journal()).at(clock, cluster.target, self._access, self._tell)
        self._reading, self._page = (
            SecretLoader(cluster, clock, self._tasks, self._looked, self.journal.opened) for _ in range(2)
        )
        self._loaders = self._reading, self._page
        self.guard = ascii_only(cluster.target.context) if is_guarded else ""
        """The name that a person types before each write, as drawn; "" if none is asked for."""
        hears = Hears(self._changed, self._saw, self._gone, self._fetch, self._went_back)
        self._watches = Watches(cluster, clock, self._tasks, rng or random.Random(), hears, namespace, name)
        self.namespaces.count_from(self.secrets)
        effects = Effects(
            begun=self.drafts.begun,
            ended=self._ended,
            row_of=self._row_of,
            idle=self._wrote,
            tell=partial(self._tell, "writes"),
            seen=self.drafts.seen,
            stayed=self._stayed,
        )
        self.writes = Writes(cluster, clock, self._tasks, effects, guard=self.guard, journal=self.journal)
        """Reviews, and this run's writes."""
        cluster.login.listener = partial(self._tell, "login")
        self._listing: asyncio.Task[None] | None = None

    # -- beginning and ending

    async def start(self) -> None:
        """Start all requests; returns at once."""
        self.notices.subscribe(self._shown)
        self._access.ask_identity()
        self._access.ask_rights(self.namespace)
        self._watches.follow_secrets()
        self._tasks.start(notice(self.clock, partial(asyncio.sleep, BEAT), self._woke), "waking")
        if self.secrets.name is None:
            self._list_namespaces()

    async def close(self) -> tuple[Outcome, ...]:
        """Close everything; a write in flight gets up to 5 s. Returns writes of unknown outcome."""
        self.notices.close()
        self._watches.stop()
        self.leave()
        left = await self.writes.close()
        await self._tasks.close()
        await self.cluster.close()
        return left

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with changed topics, at most every 50 ms; returns the function that ends that."""
        return self.notices.subscribe(listener)

    async def refresh(self) -> None:
        """Request everything again, also after a failure. Returns at once; rows stay."""
        self._link.asked()
        self._ask_what_is_missing(is_all=True)
        self._follow_anew()
        self._fetch()
        self.writes.look_now()

    def _fetch(self, *, is_anew: bool = False) -> None:
        for loader in self._loaders:
            loader.fetch(is_anew=is_anew)

    def _follow_anew(self) -> None:
        self._watches.follow_secrets()
        self._watches.follow_readers()

    def _woke(self) -> None:
        """The machine slept: reconnect, because old connections may be dead without an error."""
        self._tasks.start(self.cluster.connect_anew(), "reconnect")
        self._follow_anew()
        self._fetch(is_anew=True)
        self.writes.look_now()
        self._tell("woke")

    def stop_lists(self) -> tuple[str, ...]:
        """Stop lists that are loading, and keep their rows; returns "4,500 Secrets" for each."""
        said = list(self._watches.stop_lists())
        if self._listing is not None and self.namespaces.pane.kind == "loading":
            self._listing.cancel()
            self.namespaces.pane = self.namespaces.pane.failed(Stopped(), self.clock.now())
            self._tell("namespaces")
            said.append(f"{len(self.namespaces.names):,} namespaces")
        return tuple(said)

    # -- what is followed

    @property
    def link(self) -> Connection:
        """The state of the connection."""
        return self._link.link

    @property
    def namespace(self) -> str | None:
        """The open namespace; None is all."""
        return self._watches.secrets.namespace

    @property
    def secrets(self) -> SecretStore:
        """The rows of the open namespace."""
        return self._watches.secrets

    @property
    def readers(self) -> Readers:
        """What reads the Secrets of the open namespace; idle until it is needed."""
        return self._watches.readers

    def readers_of(self, namespace: str) -> Readers:
        """What reads the Secrets of a namespace; `pane` says whether that was loaded."""
        return self._watches.readers_of(namespace)

    def choose_namespace(self, namespace: str | None) -> None:
        """Switch the namespace: stop the old watches, and leave the open Secret."""
        if namespace == self.namespace and self.secrets.name is None:
            return
        if self.open_ref is not None and namespace not in (None, self.open_ref.namespace):
            self.leave()
        self._access.ask_rights(namespace)
        self._watches.choose(namespace)
        self.namespaces.count_from(self.secrets)
        if self.namespaces.pane.kind == "idle":
            self._list_namespaces()
        self._tell("secrets", "readers", "namespaces")

    def look_around(self) -> None:
        """After a start with one Secret: list the other Secrets and the namespaces too."""
        if self.secrets.name is not None:
            self.choose_namespace(self.namespace)

    def want_readers(self, namespace: str | None) -> None:
        """Follow the readers there; None is all namespaces, and only where all are open."""
        self._watches.want_readers(namespace)

    # -- what is open

    @property
    def opened(self) -> Opened | None:
        """The Secret that is open, with its values; what screens say to be open is this one."""
        return self._reading.opened

    @property
    def open_ref(self) -> SecretRef | None:
        """The name of the Secret that is open."""
        return self.opened.ref if self.opened is not None else None

    @property
    def fetched(self) -> Sequence[Secret]:
        """The Secrets whose values are in memory: of a page first, then the open one."""
        found = (loader.opened for loader in (self._page, self._reading))
        return [opened.secret for opened in found if opened is not None and opened.secret is not None]

    def held(self, ref: SecretRef) -> Opened | None:
        """A Secret that is open, or fetched for a page."""
        found = (loader.opened for loader in self._loaders)
        return next((opened for opened in found if opened is not None and opened.ref == ref), None)

    def open(self, ref: SecretRef) -> None:
        """Fetch a Secret with its values; a newer open supersedes an older one.

        One that only a draft knows is open without a request, until it was created.
        """
        draft = self.drafts.get(ref)
        is_new = draft is not None and draft.is_new and self.secrets.get(ref) is None
        self._access.ask_rights(ref.namespace)
        self._reading.open(ref, self._is_followed, is_new=is_new)

    def open_page(self, ref: SecretRef) -> None:
        """Fetch a Secret for a page about it, unless it is open; `close_page` drops its values."""
        if ref != self.open_ref:
            self._access.ask_rights(ref.namespace)
            self._page.open(ref, self._is_followed)

    def close_page(self) -> None:
        """The page is left."""
        self._page.leave()

    def leave(self) -> None:
        """Drop the values of the open Secret, of a page and of the reviews."""
        for loader in self._loaders:
            loader.leave()
        self.writes.reviews.leave(*self.writes.reviews.targets)

    @property
    def has_drafts(self) -> bool:
        """Is there a draft, here or in another context?"""
        return bool(self.drafts.all() or self.parked)

    @property
    def parked(self) -> Sequence[tuple[Home, Draft]]:
        """The drafts that wait in other contexts of this run."""
        return self._book.elsewhere(self._home)

    # -- who, and what may be

    @property
    def identity(self) -> Identity | None:
        """The identity that the cluster sees; None until it answers."""
        return self._access.identity

    def rights(self, namespace: str) -> Rights | None:
        """The rules for one namespace; None if unknown."""
        return self._access.rights(namespace)

    def may(
        self,
        verb: str,
        resource: str,
        namespace: str | None = None,
        name: str | None = None,
        group: str = "",
    ) -> bool | None:
        """May it be done there (by default in the open namespace)? None if unknown."""
        return self._access.may(verb, resource, namespace or self.namespace, name, group)

    def known_namespaces(self) -> frozenset[str]:
        """Namespaces that are named in rules."""
        return self._access.names("namespaces")

    def _failed(self, what: str) -> None:
        self.failures.append(Failed(what).sentence)
        self._tell("failed")

    def _list_namespaces(self) -> None:
        work = self.namespaces.list(self.cluster, self.clock, partial(self._tell, "namespaces"))
        self._listing = self._tasks.start(work, "namespaces")

    def _look_for_namespace(self) -> None:
        """Check whether an open namespace without Secrets exists."""
        name, pane = self.namespace, self.secrets.pane
        is_empty = pane.kind not in ("idle", "loading") and not pane.loaded
        if name is not None and is_empty and self.namespaces.is_to_look_for(name):
            tell = partial(self._tell, "namespaces")
            self._tasks.start(self.namespaces.look_for(name, self.cluster, tell), "namespace")

    def _ask_what_is_missing(self, *, is_all: bool) -> None:
        """Request again what is requested only once and failed; or all of it."""
        self._access.ask_again(self.namespace, is_all=is_all)
        pane = self.namespaces.pane
        if pane.kind == "broken" or (is_all and pane.kind not in ("idle", "loading")):
            self._list_namespaces()

    # -- what follows from what

    def _tell(self, *topics: Topic) -> None:
        self._access.heed(self._errors())
        self.notices.tell(*topics)

    def _errors(self) -> Iterator[ClusterError | None]:
        """Errors of the lists, the open Secret, the reviews and the last write."""
        yield from (self.secrets.pane.error, *(store.pane.error for store in self.readers.stores))
        yield from (loader.opened.pane.error for loader in self._loaders if loader.opened is not None)
        for target in self.writes.reviews.targets:
            if (review := target.review) is not None:
                yield from (review.error, review.rehearsal.error)
        if self.writes.outcomes:
            yield self.writes.outcomes[-1].error

    def _drafted(self) -> None:
        """A new Secret whose draft was written is there now: it is opened like any other."""
        draft = self.drafts.get(self.open_ref) if self.open_ref is not None else None
        if self.opened is not None and self.opened.is_new and (draft is None or not draft.is_new):
            self.open(self.opened.ref)
        self._tell("drafts")

    def _looked(self, loader: SecretLoader) -> None:
        """A Secret was read, or could not be read; without a list this updates its row."""
        opened, store = loader.opened, self.secrets
        if opened is not None and store.name == opened.ref.name and store.covers(opened.ref):
            put = store.replace if opened.went_back else store.put
            if opened.secret is not None and put(summary_of(opened.secret)):
                self._changed("secrets")
            if opened.gone is not None and store.gone(opened.ref, opened.uid):
                self._changed("secrets")
        if opened is not None and isinstance(opened.pane.error, NotFound) and store.name == opened.ref.name:
            self.look_around()  # for names that are like it
        self._tell("opened")
        if opened is not None and opened.secret is not None:
            self.drafts.seen(opened.secret)
        if opened is not None and opened.secret is not None and opened.went_back:
            opened.went_back, version = False, opened.secret.resource_version
            row = self._row_of(opened.ref)
            if row is None:
                self._tell("went back")
            elif row.resource_version != version:
                self._follow_anew()  # the new list tells of it

    def _went_back(self) -> None:
        """The list is older than the rows, as after a restore of etcd: read readers and Secret again."""
        self._watches.follow_readers()
        self._fetch(is_anew=True)
        self._tell("went back")

    def _changed(self, topic: Topic) -> None:
        self._link.look((self.secrets.pane, *(store.pane for store in self.readers.stores)))
        self._tell(topic, "namespaces") if topic == "secrets" else self._tell(topic)

    def _is_back(self) -> None:
        self._ask_what_is_missing(is_all=False)
        for loader in self._loaders:
            loader.retry()
        self.writes.look_now()

    def _shown(self, topics: frozenset[Topic]) -> None:
        """Load readers after the screens got the first Secrets, or the reason why there are none."""
        store, pane = self.secrets, self.secrets.pane
        is_due = self.readers.pane.kind == "idle" and store.namespace is not None and store.name is None
        has_come = pane.loaded > 0 or pane.kind not in ("idle", "loading")
        if topics & {"secrets", "namespaces"}:
            self._look_for_namespace()
        if "secrets" in topics and is_due and has_come and not isinstance(pane.error, Stopped):
            self.want_readers(store.namespace)

    def _saw(self, row: SecretSummary) -> None:
        self.writes.aftermath.saw(row.ref)
        busy = self.writes.busy
        if busy is None or busy.ref != row.ref:  # else the answer to the write tells it better
            for loader in self._loaders:
                loader.saw(row)

    def _gone(self, row: SecretSummary) -> None:
        self.writes.aftermath.saw(row.ref)
        self.writes.gone(row.ref, row.uid)
        for loader in self._loaders:
            loader.gone(row.ref, row.uid)

    def _row_of(self, ref: SecretRef) -> SecretSummary | None:
        return self.secrets.get(ref) if self._is_followed(ref) else None

    def _stayed(self, mark: WatchedWrite, version: str) -> Stayed:
        opened = self.opened
        if opened is None or (opened.ref, opened.uid) != (mark.ref, mark.uid):
            return "not seen"
        return opened.stayed(mark.set | mark.removed, mark.version, version)

    def _is_followed(self, ref: SecretRef) -> bool:
        return self.secrets.covers(ref) and self.secrets.pane.is_live

    def _ended(self, sent: Sent, end: End) -> None:
        self.drafts.ended(sent, end)
        if end.kind == "written" and end.secret is not None:
            self._written(sent, end.secret)
        elif end.kind == "deleted" and not end.is_pending:
            self._deleted(sent)

    def _written(self, sent: Sent, secret: Secret) -> None:
        for loader in self._loaders:
            loader.wrote(secret, frozenset(sent.keys))
        row = summary_of(secret)
        if self.secrets.covers(row.ref) and self.secrets.put(row):
            self._changed("secrets")

    def _wrote(self, ref: SecretRef) -> None:
        row = self.secrets.get(ref)
        if row is not None:
            for loader in self._loaders:
                loader.saw(row)

    def _deleted(self, sent: Sent) -> None:
        for loader in self._loaders:
            loader.gone(sent.ref, sent.uid)
        if self.secrets.gone(sent.ref, sent.uid):
            self._changed("secrets")
