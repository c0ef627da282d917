"""Telling the screens that something changed: together, and not more often than they can paint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal, Protocol

Topic = Literal[
    "namespaces",
    "secrets",
    "pods",
    "opened",
    "drafts",
    "writes",
    "rights",
    "link",
    "identity",
    "login",
    "journal",
]
Listener = Callable[[frozenset[Topic]], None]

APART: Final = 0.050
"""Seconds between two notices: 200 events a second are 20 repaints, and a key is answered between them."""


class Timer(Protocol):
    """The part of an event loop that this file needs; tests bring their own."""

    def time(self) -> float:
        """Seconds, growing."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None]) -> Cancellable:
        """Call once, after `delay` seconds."""
        ...


class Cancellable(Protocol):
    """What `call_later` gives back."""

    def cancel(self) -> None:
        """Do not call after all."""
        ...


class Notices:
    """Collects topics and tells them to every listener, at most every 50 ms.

    The first of a burst goes out at once. This runs on the loop's own time and not on the session's
    clock: a picture whose clock stands still is painted all the same.
    """

    def __init__(self, timer: Timer | None = None) -> None:
        self._timer = timer
        self._listeners: list[Listener] = []
        self._topics: set[Topic] = set()
        self._due: Cancellable | None = None
        self._last = float("-inf")
        self._is_closed = False

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called on the loop; what comes back ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, *topics: Topic) -> None:
        """Something about these changed."""
        if self._is_closed:
            return
        self._topics.update(topics)
        if self._due is not None or not self._topics:
            return
        timer = self._loop()
        self._due = timer.call_later(max(0.0, self._last + APART - timer.time()), self._flush)

    def close(self) -> None:
        """Tell nobody any more."""
        self._is_closed = True
        self._listeners.clear()
        if self._due is not None:
            self._due.cancel()

    def _loop(self) -> Timer:
        if self._timer is None:
            self._timer = asyncio.get_running_loop()
        return self._timer

    def _flush(self) -> None:
        topics, self._topics = frozenset(self._topics), set()
        self._due, self._last = None, self._loop().time()
        for listener in tuple(self._listeners):
            listener(topics)
