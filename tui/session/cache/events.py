"""Event bus of a session: events for the session's parts, and topics for the screens.

Events are sent immediately, topics in batches. A topic is a word for what changed, such as "secrets".
"""

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
"""Minimum seconds between two batches of topics. Only `notify_now` sends a batch earlier."""


SLICE: Final = 0.005
"""Maximum seconds of a slice, in which watch events are handled without a pause."""
REST: Final = 0.005
"""Seconds of one pause: between two slices, and while a key press is handled."""
MOST_RESTS: Final = 50
"""Maximum number of pauses by which a key press in progress delays a watch event.

Without a maximum, a key press whose handler waits for a watch event would wait forever.
"""


class ListChanged(Struct, frozen=True):
    topic: Literal["secrets", "readers"]


class SecretSeen(Struct, frozen=True):
    """A list or a watch brought a new Secret, or a newer version of a Secret."""

    row: SecretSummary


class SecretGone(Struct, frozen=True):
    """A Secret was deleted, according to a list, a watch or a write."""

    ref: SecretRef
    uid: str


class SecretLost(Struct, frozen=True):
    """A Secret with values in memory was deleted."""

    secret: Secret


class SecretOpened(Struct, frozen=True):
    """The values of an opened Secret were fetched for the first time."""

    secret: Secret


class SecretRead(Struct, frozen=True):
    """The newest known version of a Secret is in memory, with its values."""

    secret: Secret


class SecretReadAgain(Struct, frozen=True):
    """Another version of an open Secret was read. `before` is dropped after this event."""

    before: Secret
    after: Secret
    since: float
    """Time of the read of `before`, in seconds since the epoch."""


class MayHaveChanged(Struct, frozen=True):
    """Watch events may have been lost, so the objects in memory must be read again."""

    replaces_running: bool = False
    """True to cancel a read in flight and start another."""
    replaces_held: bool = False
    """True to replace an object in memory even by an older version."""


class Reachable(Struct, frozen=True):
    """The cluster answers again, so failed requests can be repeated."""


class Notice(Struct, frozen=True):
    """Message for the user, not caused by a key press."""

    text: str
    tone: Literal["good", "warning", "bad"]


class Events:
    """Event bus of one session.

    Delays use the event loop's time, because tests stop the session's clock.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop
        self._acts: dict[type[Any], list[tuple[int, Callable[[Any], object]]]] = {}
        self._listeners: list[Listener] = []
        self._topics: set[Topic] = set()
        self._news: list[Any] = []
        self._due: asyncio.TimerHandle | None = None
        self._last = float("-inf")
        self._is_closed = False
        self.is_pressed: Callable[[], bool] = lambda: False
        """Function that returns True while a key press is handled or the program ends."""
        self._slice_ends: float | None = None
        """Loop time at which the current slice ends; None between slices."""

    def on(self, kind: type[E], act: Callable[[E], object], *, turn: int = 0) -> None:
        """Call `act` with each event of the class `kind`. Functions with a lower `turn` are called first."""
        acts = self._acts.setdefault(kind, [])
        acts.append((turn, act))
        acts.sort(key=itemgetter(0))

    def emit(self, event: object) -> None:
        for _, act in self._acts.get(type(event), ()):
            act(event)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each batch of topics. Returns a function that ends the subscription."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def until(self, is_true: Callable[[], bool]) -> None:
        changed = asyncio.Event()
        unsubscribe = self.subscribe(lambda topics: changed.set())
        try:
            while not is_true():
                await changed.wait()
                changed.clear()
        finally:
            unsubscribe()

    async def turn(self) -> None:
        """Wait until the next watch event may be handled. Key presses come first."""
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

    def notify(self, *topics: Topic) -> None:
        if self._is_closed or not topics:
            return
        self._topics.update(topics)
        if self._due is None:
            loop = self._loop = self._loop or asyncio.get_running_loop()
            self._due = loop.call_later(max(0.0, self._last + NOTICES_APART - loop.time()), self._flush, loop)

    def notify_now(self) -> None:
        """Send the collected topics at once, so that the rest of a command sees updated screens."""
        if self._due is not None and self._loop is not None:
            self._due.cancel()
            self._flush(self._loop)

    def publish(self, news: object, topic: Topic) -> None:
        """Add news for the status line, such as a Notice or the outcome of a write."""
        self._news.append(news)
        self.notify(topic)

    def news(self) -> list[Any]:
        """Return and forget the collected news."""
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
    cluster: Cluster
    clock: Clock
    tasks: Tasks
    events: Events
