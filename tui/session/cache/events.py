"""Events of a session for its parts, at once, and topics for the screens, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple, TypeVar

from msgspec import Struct

from tui.cluster.client import Cluster
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.session.clock import Clock
from tui.session.tasks import Tasks

E = TypeVar("E")
Topic = Literal[
    "namespaces",
    "secrets",
    "readers",
    "opened",
    "drafts",
    "writes",
    "rights",
    "link",
    "identity",
    "login",
    "journal",
    "rollouts",
    "sources",
    "woke",
    "failed",
]
Listener = Callable[[frozenset[Topic]], None]

NOTICES_APART: Final = 0.050
"""Seconds between two notices: 200 events a second are 20 repaints, and a key is answered between them."""


SLICE: Final = 0.005
"""Seconds for which watch events are handled in a row: a flood of them must not block the loop."""
REST: Final = 0.005
"""Seconds between two slices."""
MOST_RESTS: Final = 50
"""Rests before a slice while a key press is handled; limited, as it may itself wait for an event."""


class ListChanged(Struct, frozen=True):
    topic: Literal["secrets", "readers"]


class SecretSeen(Struct, frozen=True):
    """Event: a list or a watch brought a newer version of a Secret."""

    row: SecretSummary


class SecretGone(Struct, frozen=True):
    """Event: a list, a watch or a write of this run reported that a Secret was deleted."""

    ref: SecretRef
    uid: str


class SecretLost(Struct, frozen=True):
    """Event: the open Secret was deleted, by this run or by others; with its last values."""

    secret: Secret


class SecretOpened(Struct, frozen=True):
    """Event: the values of a Secret were fetched for the first time since it was opened."""

    secret: Secret


class SecretRead(Struct, frozen=True):
    """Newest version that was read with its values."""

    secret: Secret


class SecretReadAgain(Struct, frozen=True):
    """Event: an open Secret was read again; its former version is about to be dropped."""

    before: Secret
    after: Secret
    since: float
    """Time when `before` was read, in seconds since the epoch."""


class MayHaveChanged(Struct, frozen=True):
    """Notice that the held objects may have changed without an event: read them again."""

    replaces_running: bool = False
    """True if a read in flight is canceled and sent again."""
    replaces_held: bool = False
    """True if the answer replaces the held object, whatever the versions say."""


class Reachable(Struct, frozen=True):
    """Event: the cluster answers again; fetch what was missed."""


class Notice(Struct, frozen=True):
    """Sentence for the person that no key asked for."""

    text: str
    tone: Literal["good", "warning", "bad"]


class Events:
    """Bus between the parts of one session, the screens and the person.

    An event goes at once to the parts that subscribed to its class; a lower turn gets it first. Topics are
    collected and sent to every listener, at most every 50 ms; the first of a burst goes out at once. It
    uses the event loop's time, not the session's clock, so that screens are drawn although a test's clock
    does not move.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """`loop`: the running one by default."""
        self._loop = loop
        self._acts: dict[type[Any], list[tuple[int, Callable[[Any], object]]]] = {}
        self._listeners: list[Listener] = []
        self._topics: set[Topic] = set()
        self._news: list[Any] = []
        self._due: asyncio.TimerHandle | None = None
        self._last = float("-inf")
        self._is_closed = False
        self.is_pressed: Callable[[], bool] = lambda: False
        """True while a key press is being handled, or the program ends."""
        self._slice_ends: float | None = None
        """None once the loop ran since the last slice began."""

    def on(self, kind: type[E], act: Callable[[E], object], *, turn: int = 0) -> None:
        """Call `act` with each event of this class, for as long as the session lives; lower turns first."""
        acts = self._acts.setdefault(kind, [])
        acts.append((turn, act))
        acts.sort(key=itemgetter(0))

    def emit(self, event: object) -> None:
        for _, act in self._acts.get(type(event), ()):
            act(event)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the event loop; returns the function that ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until the condition holds; checked again whenever something in the session changed."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe(lambda topics: changed.set())
        try:
            while not is_true():
                await changed.wait()
                changed.clear()
        finally:
            unsubscribe()

    async def turn(self) -> None:
        """Wait until a watch event may be handled: keys come first, and the loop runs between slices."""
        loop = asyncio.get_running_loop()
        if self._slice_ends is not None:
            if loop.time() < self._slice_ends:
                return
            await asyncio.sleep(REST)
        for _ in range(MOST_RESTS):
            if not self.is_pressed():
                break
            await asyncio.sleep(REST)
        if self._slice_ends is None:
            loop.call_soon(self._end_slice)
        self._slice_ends = loop.time() + SLICE

    def _end_slice(self) -> None:
        self._slice_ends = None

    def tell(self, *topics: Topic) -> None:
        """Report that these topics changed."""
        if self._is_closed or not topics:
            return
        self._topics.update(topics)
        if self._due is None:
            loop = self._loop = self._loop or asyncio.get_running_loop()
            self._due = loop.call_later(max(0.0, self._last + NOTICES_APART - loop.time()), self._flush, loop)

    def tell_now(self) -> None:
        """Notify the screens at once of all changes, so that the rest of a command finds them drawn."""
        if self._due is not None and self._loop is not None:
            self._due.cancel()
            self._flush(self._loop)

    def say(self, news: object, topic: Topic) -> None:
        """Add news for the status line: a Notice, or the outcome of a write or a request. The topic changed
        too."""
        self._news.append(news)
        self.tell(topic)

    def news(self) -> list[Any]:
        """Return the news since the last call."""
        news, self._news = self._news, []
        return news

    def close(self) -> None:
        self._is_closed = True
        self._listeners.clear()
        if self._due is not None:
            self._due.cancel()

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        topics, self._topics = frozenset(self._topics), set()
        self._due, self._last = None, loop.time()
        for listener in tuple(self._listeners):
            listener(topics)


class Services(NamedTuple):
    """Services that the parts of one session use."""

    cluster: Cluster
    clock: Clock
    tasks: Tasks
    events: Events
