"""List and watch one kind: resume, back off, and list again if the resourceVersion is too old.

Source: client-go tools/cache/reflector.go.

A silent watch may be broken or healthy: an API server without changes may send no bookmarks (measured on
Kubernetes 1.37). So a silent watch is closed and opened again.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, Literal, Protocol

from msgspec import Struct

from tui.cluster.api.watch_events import ListPage, Row, WatchEvent, is_older
from tui.model.errors import ClusterError, Expired, Forbidden, ServerTrouble, Throttled, TimedOut, Unreachable

FIRST_RETRY: Final = 1.0
LONGEST_RETRY: Final = 30.0
"""First and longest back-off in seconds."""
LONGEST_ASKED: Final = 600.0
"""Maximum seconds of a Retry-After. A longer Retry-After is shortened."""
STEADY: Final = 5.0
"""Seconds after which an open watch counts as working."""
FLAPS: Final = 3
"""Number of watches in a row, each open for less than `STEADY`, until the state becomes "not live"."""
LIST_AGAIN: Final = 30.0
"""Minimum pause in seconds between two lists of the objects while the watch cannot be opened."""
_LIST_SHARE: Final = 20
"""Minimum pause before the objects are listed again, as a multiple of the time that the last list took.

The longer of this pause and `LIST_AGAIN` counts.
"""


class WatchClock(Protocol):
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class ListWatchState(Struct, frozen=True):
    """State of a list and watch. "ended" means that no retry follows, because it could not help."""

    kind: Literal["loading", "live", "not live", "ended"]
    error: ClusterError | None = None
    stage: Literal["list", "watch"] = "list"
    wait: float | None = None
    """Wait in seconds that the server requested (Retry-After, shortened); None without a request."""
    silent: float = 0.0
    """Seconds since the listed objects were last known to be current."""


async def follow(
    list_pages: Callable[[], AsyncGenerator[ListPage[Row]]],
    watch: Callable[[str], AsyncGenerator[WatchEvent[Row]]],
    on_page: Callable[[ListPage[Row]], None],
    on_event: Callable[[WatchEvent[Row]], None],
    on_state: Callable[[ListWatchState], None],
    clock: WatchClock,
    rng: random.Random,
    *,
    lists_again: bool = False,
) -> None:
    """List objects, then watch them, until canceled or until a retry cannot help.

    `watch(version)` must first yield a bookmark. A server that just started may refuse requests (403). So a
    request that is refused right after a connection or server error is sent once more.

    If `lists_again` is True and the watch cannot be opened, the objects are listed again after a wait. They
    are not listed while the server is unreachable or throttles requests.
    """
    teller, pace = _StateReporter(on_state), _Pace(clock, rng)
    version: str | None = None
    trouble: ClusterError | None = None
    stale_at = 0.0
    while True:
        stage: Literal["list", "watch"] = "list" if version is None else "watch"
        is_fresh, former, trouble = version is None, trouble, None
        try:
            if version is None:
                list_started = clock.monotonic()
                version = await _list(list_pages, on_page, teller)
                stage, listed = "watch", clock.monotonic()
                pace.last_life = listed
                stale_at = listed + max(LIST_AGAIN, _LIST_SHARE * (listed - list_started))
            async with aclosing(watch(version)) as events:
                async for event in events:
                    pace.note_life()
                    if event.kind == "bookmark" and is_older(event.resource_version, version):
                        # A server restored from a backup sends nothing until its version exceeds `version`.
                        raise Expired(is_watch=True)
                    version = event.resource_version or version
                    if not pace.flaps:
                        teller.set_state(ListWatchState("live", stage="watch"))
                    on_event(event)
        except Expired as error:
            # Expiry of an old version is normal. Expiry soon after a new list is an error.
            version, trouble = None, error if is_fresh and not pace.is_steady else None
        except ClusterError as error:
            trouble = error
        is_refused = isinstance(trouble, Forbidden)
        is_starting = is_refused and isinstance(former, (Unreachable, ServerTrouble))
        is_list_alone = is_refused and stage == "watch" and lists_again
        if trouble is not None and not (trouble.can_retry or is_starting or is_list_alone):
            teller.set_state(ListWatchState("ended", trouble, stage))
            return
        is_refused_again = isinstance(trouble, Expired) and isinstance(former, Expired) and stage == "watch"
        waits_to_list = is_refused_again or (is_list_alone and not is_starting)
        is_unopened = trouble is not None and not pace.is_open
        pace.ends(trouble)
        if pace.flaps or (trouble is not None and not pace.was_steady):
            teller.set_state(ListWatchState("not live", trouble, stage, asked_wait(trouble), pace.silent))
        await pace.wait(trouble, until=stale_at if waits_to_list else 0.0)
        can_list = lists_again and not isinstance(trouble, (Unreachable, Throttled))
        if is_unopened and can_list and clock.monotonic() >= stale_at:
            version = None


def asked_wait(trouble: ClusterError | None) -> float | None:
    """Return the seconds of Retry-After, at most `LONGEST_ASKED`; None without Retry-After."""
    seconds = trouble.after if isinstance(trouble, Throttled | ServerTrouble) else None
    return None if seconds is None else min(seconds, LONGEST_ASKED)


async def _list(
    list_pages: Callable[[], AsyncGenerator[ListPage[Row]]],
    on_page: Callable[[ListPage[Row]], None],
    teller: _StateReporter,
) -> str:
    """List the objects, and pass each page to `on_page`. Return the version to watch from."""
    teller.set_state(ListWatchState("loading"))
    version = ""
    async with aclosing(list_pages()) as pages:
        async for page in pages:
            version = page.resource_version
            on_page(page)
    return version


class _StateReporter:
    def __init__(self, on_state: Callable[[ListWatchState], None]) -> None:
        self._on_state = on_state
        self._last: ListWatchState | None = None

    def set_state(self, state: ListWatchState) -> None:
        if state.wait is None and self._last is not None and _looks(state) == _looks(self._last):
            return
        if state.kind == "loading" and self._last is not None and self._last.kind == "not live":
            return  # the state stays "not live" until a watch is open
        self._last = state
        self._on_state(state)


def _looks(state: ListWatchState) -> tuple[str, str, str]:
    return state.kind, state.stage, state.error.sentence if state.error else ""


class _Pace:
    def __init__(self, clock: WatchClock, rng: random.Random) -> None:
        self._clock, self._rng = clock, rng
        self._wait = FIRST_RETRY
        self._opened: float | None = None
        self._short_lives = 0
        self.was_steady = False
        self.last_life = clock.monotonic()
        """Time when the listed objects were last known to be current."""

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    @property
    def flaps(self) -> bool:
        return self._short_lives >= FLAPS

    @property
    def silent(self) -> float:
        return self._clock.monotonic() - self.last_life

    def note_life(self) -> None:
        self.last_life = self._clock.monotonic()
        if self._opened is None:
            self._opened = self._clock.monotonic()
        elif self.is_steady:
            self._short_lives = 0

    def ends(self, trouble: ClusterError | None) -> None:
        if self.is_open and not isinstance(trouble, TimedOut):
            self.last_life = self._clock.monotonic()
        self.was_steady = self.is_steady
        if self.was_steady:
            self._wait, self._short_lives = FIRST_RETRY, 0
        elif self._opened is not None:
            self._short_lives += 1
        self._opened = None

    @property
    def is_steady(self) -> bool:
        return self._opened is not None and self._clock.monotonic() - self._opened >= STEADY

    async def wait(self, trouble: ClusterError | None, until: float = 0.0) -> None:
        """Back off, at least until the monotonic time `until`.

        Return at once if the watch was steady and ended without an error.
        """
        if self.was_steady and trouble is None:
            return
        wait, self._wait = self._wait * (1 - self._rng.random() / 2), min(self._wait * 2, LONGEST_RETRY)
        await self._clock.sleep(max(wait, asked_wait(trouble) or 0.0, until - self._clock.monotonic()))
