"""Session: the client, stores, drafts and writes of one context. It outlives the screens that show it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing
from functools import partial

from tui.cluster.api.resources import WHOLE_SECRETS, WITH_TOKENS
from tui.cluster.client import Cluster
from tui.model.draft.draft import Draft
from tui.model.errors import Failed, LoadingStopped, NotFound, ServerTrouble, Throttled
from tui.model.health.finding import Finding
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.settings.accepted_risks import AcceptedRisk
from tui.model.settings.settings import OwnReader
from tui.model.text.printable import ascii_only
from tui.session.actions import Actions
from tui.session.cache.connection import Connection, ConnectionWatch
from tui.session.cache.events import (
    Events,
    ListChanged,
    MayHaveChanged,
    Notice,
    Reachable,
    SecretGone,
    SecretRead,
    SecretSeen,
    Services,
    Topic,
)
from tui.session.cache.namespaces import Namespaces
from tui.session.cache.readers import Readers
from tui.session.cache.rights import RightsCache
from tui.session.cache.secret_store import CertificateTimes, SecretStore, summary_of
from tui.session.cache.watches import Watches
from tui.session.clock import BEAT, Clock, notice
from tui.session.open_secret import HeldChanged, Opened, SecretLoader
from tui.session.rollouts.rollouts import Rollouts
from tui.session.source import Sources
from tui.session.tasks import Tasks
from tui.session.verdicts import Verdicts
from tui.session.writes.audit import Journal
from tui.session.writes.changed_at import ChangedAt
from tui.session.writes.drafts import DraftBook, Home
from tui.session.writes.outcome import NotWriting, Outcome, WriteEnded, WriteTurn
from tui.session.writes.queue import Writes

__all__ = ["Connection", "Session", "Topic"]


class Session:
    """State of one context.

    Values are fetched only by `open`, `open_page`, `read`, `read_whole`, reviews and writes.
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
        keeps_undo: bool = True,
        own_readers: Sequence[OwnReader] = (),
        accepted_risks: Sequence[AcceptedRisk] = (),
        rng: random.Random | None = None,
    ) -> None:
        """`name`: follow only the Secret of this name until `look_around` is called."""
        self.cluster, self.clock = cluster, clock
        self.read_only, self.accepted_risks = read_only, accepted_risks
        self.certificates = CertificateTimes()
        self.problems = dict[tuple[SecretRef, str], list[Finding]]()
        """Findings of the health check. Each key is a pair: a Secret, and its resourceVersion."""
        self.events = events = Events()
        self._tasks = tasks = Tasks(self._failed)
        services = Services(cluster, clock, tasks, events)
        self.namespaces = Namespaces(services)
        self._link = ConnectionWatch(services)
        cluster.listen(self._link.on_answer, self._link.waits)
        self.access = RightsCache(services)
        self._book, self._home = book or DraftBook(), (cluster.target.context, cluster.target.server)
        self.drafts = self._book.at(self._home, events)
        self.journal = (journal or Journal()).at(clock, cluster.target, self.access, events)
        self._reading, self._page = SecretLoader(services, self), SecretLoader(services, self)
        self._loaders = self._reading, self._page
        self.guard = ascii_only(cluster.target.context) if is_guarded else ""
        """Name that the user must type before each write; "" if the context is not guarded."""
        self._watches = Watches(services, rng or random.Random(), namespace, name, own_readers, self)
        self.namespaces.count_from(self.secrets)
        self.writes = Writes(services, self, guard=self.guard, journal=self.journal, keeps_undo=keeps_undo)
        self.changes = ChangedAt(services, self.writes.undo, self)
        self.verdicts = Verdicts(services, self.changes, self)
        self.changes.follow(self.secrets)
        self.actions = Actions(services, self.journal, self.writes, read_only=read_only)
        self.rollouts = Rollouts(services, self.actions, self.verdicts, self)
        self.sources = Sources(services, self.actions, self.certificates)
        cluster.login.listener = partial(events.notify, "login")
        events.on(ListChanged, self._list_changed)
        events.on(SecretSeen, self._secret_seen)
        events.on(HeldChanged, self._held_changed)
        events.on(WriteEnded, self._write_ended, turn=WriteTurn.ROWS)
        events.on(NotWriting, self._not_writing)
        events.on(Reachable, lambda _: self._ask_what_is_missing(is_all=False))
        events.on(Reachable, lambda _: self._watches.search_again())
        events.subscribe(self._follow_up)
        self._listing: asyncio.Task[None] | None = None
        self.is_started = False

    # -- start and end

    def start(self) -> None:
        self.is_started = True
        self.access.ask_identity()
        self.access.ask_rights(self.namespace)
        self._watches.follow_secrets()
        self._tasks.start(notice(self.clock, partial(asyncio.sleep, BEAT), self._woke), "waking")
        if self.secrets.name is None:
            self._list_namespaces()

    async def close(self) -> tuple[Outcome, ...]:
        """Wait up to 5 s for writes and actions in flight, and close the session.

        Returns the outcomes of those writes whose success is unknown.
        """
        self.events.close()
        self._watches.stop()
        self.leave()
        unknown, _ = await asyncio.gather(self.writes.close(), self.actions.close())
        await self._tasks.close()
        await self.cluster.close()
        return unknown

    def refresh(self) -> None:
        """Start background tasks that request everything again.

        An answer replaces even a newer object in memory, because the server may run from a restored backup.
        """
        self._ask_what_is_missing(is_all=True)
        self._follow_again()
        self.events.emit(MayHaveChanged(replaces_running=True, replaces_held=True))

    def logged_in(self) -> None:
        """Request everything again after a new login, because the new user may have more rights."""
        self.refresh()
        self.events.emit(Reachable())

    def _follow_again(self) -> None:
        self._watches.follow_secrets()
        self._watches.follow_readers()

    def _woke(self) -> None:
        """Reconnect after the computer was suspended, because a dead connection may report no error."""
        self._tasks.start(self.cluster.reconnect(), "reconnect")
        self._follow_again()
        self.events.emit(MayHaveChanged(replaces_running=True))
        self.events.notify("woke")

    def stop_lists(self) -> tuple[str, ...]:
        """Stop the lists that are loading. Returns the progress of each, such as "4,500 Secrets"."""
        stopped = list(self._watches.stop_lists())
        if self._listing is not None and self.namespaces.state.kind == "loading":
            self._listing.cancel()
            self.namespaces.stopped()
            stopped.append(f"{len(self.namespaces.names):,} namespaces")
        return tuple(stopped)

    # -- the open namespace

    @property
    def link(self) -> Connection:
        return self._link.link

    @property
    def namespace(self) -> str | None:
        """Open namespace; None for all namespaces."""
        return self._watches.secrets.namespace

    @property
    def secrets(self) -> SecretStore:
        return self._watches.secrets

    @property
    def readers(self) -> Readers:
        """Readers of the Secrets in the open namespace. `Readers.state` is "idle" before the readers load."""
        return self._watches.readers

    def readers_of(self, namespace: str) -> Readers:
        return self._watches.readers_of(namespace)

    def hold_readers(self, namespace: str) -> AbstractContextManager[Readers]:
        """Keep a running watch of a namespace's pods until the `with` block ends."""
        return self._watches.hold(namespace)

    def choose_namespace(self, namespace: str | None) -> None:
        """Switch to a namespace (None: all namespaces). Closes an open Secret of another namespace."""
        if namespace == self.namespace and self.secrets.name is None:
            return
        if self.open_ref is not None and namespace not in (None, self.open_ref.namespace):
            self.leave()
        self.access.ask_rights(namespace)
        self._watches.choose(namespace)
        self.namespaces.count_from(self.secrets)
        self.changes.follow(self.secrets)
        if self.namespaces.state.kind == "idle":
            self._list_namespaces()
        self.events.notify("secrets", "readers", "namespaces")

    def look_around(self) -> None:
        """End the restriction to one Secret: list the namespaces, and all Secrets of the open namespace."""
        if self.secrets.name is not None:
            self.choose_namespace(self.namespace)

    def want_readers(self, *namespaces: str | None) -> None:
        """Follow the readers of these namespaces.

        None means all namespaces, and is ignored if only one namespace is open.
        """
        self._watches.want_readers(*namespaces)

    def search_readers(self, namespace: str | None) -> None:
        """Search objects of all kinds for readers and writers of a namespace's Secrets."""
        self._watches.search_readers(namespace)

    def search_more(self, namespace: str | None) -> None:
        """Search like `search_readers`.

        If an earlier search has ended, also search in ConfigMaps and in literal values of variables.
        """
        self._watches.search_more(namespace)

    # -- the open Secrets

    @property
    def opened(self) -> Opened | None:
        return self._reading.opened

    @property
    def open_ref(self) -> SecretRef | None:
        return self.opened.ref if self.opened is not None else None

    @property
    def fetched(self) -> Sequence[Secret]:
        """Secrets whose values are in memory: the Secret of `open_page`, then the Secret of `open`."""
        secrets_open = (loader.opened for loader in (self._page, self._reading))
        return [opened.secret for opened in secrets_open if opened is not None and opened.secret is not None]

    def held(self, ref: SecretRef) -> Opened | None:
        """Return the Opened of a Secret; None if neither `open` nor `open_page` holds the Secret."""
        held_secrets = (loader.opened for loader in self._loaders)
        return next((opened for opened in held_secrets if opened is not None and opened.ref == ref), None)

    def open_refs(self) -> Iterator[SecretRef]:
        return (loader.opened.ref for loader in self._loaders if loader.opened is not None)

    def row_of(self, ref: SecretRef) -> SecretSummary | None:
        """Return the row of a Secret; None if no row is known.

        The row comes from the list, from the fetched Secret, or from the last write.
        """
        if self.secrets.covers(ref) and (row := self.secrets.get(ref)) is not None:
            return row
        held = self.held(ref)
        if held is not None and held.secret is not None:
            return summary_of(held.secret)
        return None if self.secrets.covers(ref) else self.changes.written(ref)

    def followed_row(self, ref: SecretRef) -> SecretSummary | None:
        return self.secrets.get(ref) if self.is_followed(ref) else None

    def is_followed(self, ref: SecretRef) -> bool:
        """True if a live watch reports the changes of this Secret."""
        return self.secrets.covers(ref) and self.secrets.state.is_live

    def is_gone(self, ref: SecretRef) -> bool:
        """True if a complete list shows that this Secret does not exist."""
        store = self.secrets
        return store.name is None and store.covers(ref) and store.state.is_complete and store.get(ref) is None

    def open(self, ref: SecretRef) -> None:
        """Open a Secret and fetch its values. Closes the Secret that was open."""
        draft = self.drafts.get(ref)
        is_new = draft is not None and draft.is_new and self.secrets.get(ref) is None
        self.access.ask_rights(ref.namespace)
        self.want_readers(ref.namespace)
        self._reading.open(ref, is_new=is_new)

    def open_page(self, ref: SecretRef) -> None:
        """Fetch a Secret for a page about it, unless this Secret is already open."""
        if ref != self.open_ref:
            self.access.ask_rights(ref.namespace)
            self._page.open(ref)

    async def read(self, ref: SecretRef) -> Secret:
        """Fetch a Secret with its values, and write a journal entry. Raises ClusterErrors.

        The caller must drop the values as soon as possible.
        """
        secret = await self.cluster.open(ref)
        self.journal.opened(secret)
        return secret

    async def read_whole(
        self, namespace: str | None, *, with_tokens: bool = False
    ) -> AsyncGenerator[Sequence[Secret]]:
        """Fetch the Secrets of a namespace (None: of all namespaces) with their values. Raises ClusterErrors.

        Yields chunks, and writes one journal entry at the end. The caller must drop the values as soon as
        possible.
        """
        resource = WITH_TOKENS if with_tokens else WHOLE_SECRETS
        count = 0
        try:
            async with aclosing(self.cluster.pages(resource, namespace)) as pages:
                async for page in pages:
                    count += len(page.rows)
                    yield page.rows
        finally:
            if count:
                self.journal.opened_whole(namespace, count)

    def close_page(self) -> None:
        self._page.leave()

    def close_new(self, ref: SecretRef) -> None:
        if ref == self.open_ref:
            self._reading.leave()

    def leave(self) -> None:
        """Close the open Secret, the page's Secret and all reviews, and drop their values."""
        for loader in self._loaders:
            loader.leave()
        self.writes.reviews.leave(*self.writes.reviews.targets)

    def forget_app(self) -> None:
        """Drop references to the app that showed this session, because another app takes over."""
        self.leave()
        self._tasks.forget_context()

    @property
    def has_drafts(self) -> bool:
        return bool(self.drafts.all() or self.parked)

    @property
    def parked(self) -> Sequence[tuple[Home, Draft]]:
        """Drafts for other contexts, each with the name and server of its context."""
        return self._book.elsewhere(self._home)

    def park(self, home: Home, draft: Draft) -> bool:
        """Keep a draft for another context. Returns False if that context has a draft for the same Secret."""
        is_kept = self._book.park(home, draft)
        self.events.notify("drafts")
        return is_kept

    # -- rights and repeated requests

    def may(
        self,
        verb: str,
        resource: str,
        namespace: str | None = None,
        name: str | None = None,
        group: str = "",
    ) -> bool | None:
        """True if the user may use the verb on the resource; None if unknown.

        If `namespace` is None, the open namespace is meant.
        """
        return self.access.may(verb, resource, namespace or self.namespace, name, group)

    def _failed(self, what: str) -> None:
        self.events.publish(Notice(Failed(what).sentence, "bad"), "failed")

    def _list_namespaces(self) -> None:
        self._listing = self._tasks.start(self.namespaces.list(), "namespaces")

    def _look_for_namespace(self) -> None:
        name, state = self.namespace, self.secrets.state
        is_empty = state.kind not in ("idle", "loading") and not state.loaded
        if name is not None and is_empty and self.namespaces.is_to_look_for(name):
            self._tasks.start(self.namespaces.look_for(name), "namespace")

    def _ask_what_is_missing(self, *, is_all: bool) -> None:
        self.access.ask_again(self.namespace, is_all=is_all)
        state = self.namespaces.state
        is_listing = self._listing is not None and not self._listing.done()
        if state.kind == "broken" or (is_all and state.kind != "idle" and not is_listing):
            self._list_namespaces()

    # -- reactions to events

    def _follow_up(self, topics: frozenset[Topic]) -> None:
        """React to changes before the screens do.

        This listener is called first, because it was added first.
        """
        if "drafts" in topics:
            self._open_what_was_made()
        if topics & {"secrets", "namespaces"}:
            self._look_for_namespace()
        if "secrets" in topics:
            self._load_readers()

    def _open_what_was_made(self) -> None:
        draft = self.drafts.get(self.open_ref) if self.open_ref is not None else None
        if self.opened is not None and self.opened.is_new and (draft is None or not draft.is_new):
            self.open(self.opened.ref)

    def _load_readers(self) -> None:
        store, state = self.secrets, self.secrets.state
        is_due = self.readers.state.kind == "idle" and store.namespace is not None and store.name is None
        has_come = state.loaded > 0 or state.kind not in ("idle", "loading")
        if is_due and has_come and not isinstance(state.error, LoadingStopped):
            self.want_readers(store.namespace)

    def _list_changed(self, event: ListChanged) -> None:
        self._look_at_link()
        self.events.notify(event.topic)
        if event.topic == "secrets":
            self.events.notify("namespaces")

    def _look_at_link(self) -> None:
        states = (loader.opened.state for loader in self._loaders if loader.opened is not None)
        unread = (state for state in states if isinstance(state.error, Throttled | ServerTrouble))
        self._link.look((self.secrets.state, *(store.state for store in self.readers.stores), *unread))

    def _held_changed(self, event: HeldChanged) -> None:
        opened = event.opened
        self._look_at_link()
        self.sources.opened(self.opened.secret if self.opened is not None else None)
        self.events.notify("opened")
        if opened is not None:
            self._update_row(opened)
            if opened.secret is not None:
                self.namespaces.mark_existing(opened.ref.namespace)
                self.events.emit(SecretRead(opened.secret))

    def _update_row(self, opened: Opened) -> None:
        store = self.secrets
        if store.name != opened.ref.name:
            return
        if store.covers(opened.ref):
            is_new = opened.secret is not None and store.put(summary_of(opened.secret))
            is_gone = opened.gone is not None and store.gone(opened.ref, opened.uid)
            if is_new or is_gone:
                self.events.emit(ListChanged("secrets"))
        if isinstance(opened.state.error, NotFound):
            self.look_around()  # list all Secrets, because the user may have mistyped the name

    def _secret_seen(self, event: SecretSeen) -> None:
        if self.writes.busy_with(event.row.ref) is None:  # if busy, `_not_writing` handles the row
            for loader in self._loaders:
                loader.saw(event.row)

    def _not_writing(self, event: NotWriting) -> None:
        """React to a row that a watch brought while a write was in flight."""
        row = self.secrets.get(event.ref)
        if row is not None:
            self._secret_seen(SecretSeen(row))

    def _write_ended(self, event: WriteEnded) -> None:
        sent, end, is_news = event.sent, event.end, False
        if end.kind == "written" and end.secret is not None:
            for loader in self._loaders:
                loader.wrote(end.secret, frozenset(sent.keys))
            row = summary_of(end.secret)
            self.namespaces.mark_existing(row.ref.namespace)
            is_news = self.secrets.covers(row.ref) and self.secrets.put(row)
        elif end.kind == "deleted" and not end.is_pending:
            self.events.emit(SecretGone(sent.ref, sent.uid))
            is_news = self.secrets.gone(sent.ref, sent.uid)
        if is_news:
            self.events.emit(ListChanged("secrets"))
