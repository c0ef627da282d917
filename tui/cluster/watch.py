"""List and watch without end: go on where it broke, back off, list again when the version is too old.

Source: client-go tools/cache/reflector.go; unlike it, a watch that lives only a moment counts as broken.
Silence proves nothing: where nothing changes at all, a server sends no bookmark either (measured on 1.37). So
a watch that fell silent is opened again, and that is told only if it cannot be.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeVar

from tui.model.errors import (
    ClusterError,
    Expired,
    Forbidden,
    ServerTrouble,
    Throttled,
    TimedOut,
    Unreachable,
)

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
"""Seconds of back-off, before the jitter that takes up to half off."""
LONGEST_ASKED: Final = 600.0
"""Seconds that a server's Retry-After is believed."""
STEADY: Final = 5.0
"""Seconds after which an open watch is taken for a working one."""
FLAPS: Final = 3
"""So many short lives in a row, and it is not called live any more."""


class Page(Protocol):
    @property
    def resource_version(self) -> str: ...
    @property
    def is_last(self) -> bool: ...


class Event(Protocol):
    @property
    def resource_version(self) -> str: ...


class Clock(Protocol):
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class State:
    """How the following goes. "ended": trying again cannot help, `follow` has returned."""

    kind: Literal["loading", "live", "not live", "ended"]
    error: ClusterError | None = None
    stage: Literal["list", "watch"] = "list"
    wait: float | None = None
    """Seconds until it is tried again, where the server asked for a time."""


_Page = TypeVar("_Page", bound=Page)
_Event = TypeVar("_Event", bound=Event)


async def follow(
    list_pages: Callable[[], AsyncGenerator[_Page]],
    watch: Callable[[str], AsyncGenerator[_Event]],
    on_page: Callable[[_Page], None],
    on_event: Callable[[_Event], None],
    on_state: Callable[[State], None],
    clock: Clock,
    rng: random.Random,
) -> None:
    """List, then watch, for as long as it is not cancelled.

    `watch(version)` must first yield a bookmark when it is open. The last page of a list (`page.is_last`)
    makes it whole. `on_state` hears only changes: a
    watch that the server ends, or that breaks and comes back at once, is not told. Returns only after the
    state "ended": refused, logged out, not there.

    After a server that could not be reached it lists again: its etcd may have been restored to an older
    state, and a watch from a version of before would open and tell nothing of that (measured on 1.37). A
    server that has just started may also refuse what it allows once its rules are loaded: asked again.
    """
    teller, pace = _Teller(on_state), _Pace(clock, rng)
    version: str | None = None
    was_away = had_list = False
    while True:
        stage: Literal["list", "watch"] = "list" if version is None else "watch"
        trouble: ClusterError | None = None
        try:
            if version is None:
                version = await _list(list_pages, on_page, teller)
                stage, was_away, had_list = "watch", False, True
            async with aclosing(watch(version)) as events:
                async for event in events:
                    if was_away:
                        version = None
                        break
                    pace.hears()
                    version = event.resource_version or version
                    if not pace.flaps:
                        teller.tell(State("live", stage="watch"))
                    on_event(event)
        except Expired as error:
            version, trouble = None, error if stage == "list" else None
        except ClusterError as error:
            trouble = error
        if was_away and version is None and trouble is None:
            continue
        was_away |= isinstance(trouble, (Unreachable, TimedOut, ServerTrouble)) and not pace.is_open
        is_starting = was_away and had_list and isinstance(trouble, Forbidden)
        if trouble is not None and not (trouble.can_retry or is_starting):
            teller.tell(State("ended", trouble, stage))
            return
        pace.ends()
        if pace.flaps or (trouble is not None and not pace.was_steady):
            teller.tell(State("not live", trouble, stage, asked_wait(trouble)))
        await pace.wait(trouble)


def asked_wait(trouble: ClusterError | None) -> float | None:
    """How long the server asked to wait (429 with Retry-After); None if it did not."""
    asked = trouble.after if isinstance(trouble, Throttled) else None
    return None if asked is None else min(asked, LONGEST_ASKED)


async def _list(
    list_pages: Callable[[], AsyncGenerator[_Page]],
    on_page: Callable[[_Page], None],
    teller: _Teller,
) -> str:
    """All pages; the version to watch from."""
    teller.tell(State("loading"))
    version = ""
    async with aclosing(list_pages()) as pages:
        async for page in pages:
            version = page.resource_version
            on_page(page)
    return version


class _Teller:
    """Tells a state once."""

    def __init__(self, on_state: Callable[[State], None]) -> None:
        self._on_state = on_state
        self._told: State | None = None

    def tell(self, state: State) -> None:
        if state.wait is None and self._told is not None and _looks(state) == _looks(self._told):
            return
        if state.kind == "loading" and self._told is not None and self._told.kind == "not live":
            return  # still not live, until a watch is open
        self._told = state
        self._on_state(state)


def _looks(state: State) -> tuple[str, str, str]:
    return state.kind, state.stage, state.error.sentence if state.error else ""


class _Pace:
    """When to try again, and what to think of a watch that keeps ending.

    1 s, doubled to 30 s, up to half of it taken off; begun anew by a watch that was open for a while.
    """

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock, self._rng = clock, rng
        self._wait = FIRST_WAIT
        self._opened: float | None = None
        self._short_lives = 0
        self.was_steady = False
        """Was the watch that has just ended a working one?"""

    @property
    def flaps(self) -> bool:
        """Has it opened and ended at once, several times over?"""
        return self._short_lives >= FLAPS

    @property
    def is_open(self) -> bool:
        """Was the watch that ended now open before?"""
        return self._opened is not None

    def hears(self) -> None:
        """The watch is open, or says something."""
        if self._opened is None:
            self._opened = self._clock.monotonic()
        elif self._is_steady():
            self._short_lives = 0

    def ends(self) -> None:
        """The watch ended, or there was none."""
        self.was_steady = self._is_steady()
        if self.was_steady:
            self._wait, self._short_lives = FIRST_WAIT, 0
        elif self._opened is not None:
            self._short_lives += 1
        self._opened = None

    def _is_steady(self) -> bool:
        return self._opened is not None and self._clock.monotonic() - self._opened >= STEADY

    async def wait(self, trouble: ClusterError | None) -> None:
        """A working watch that the server ended is opened again at once."""
        if self.was_steady and trouble is None:
            return
        wait, self._wait = self._wait * (1 - self._rng.random() / 2), min(self._wait * 2, LONGEST_WAIT)
        await self._clock.sleep(max(wait, asked_wait(trouble) or 0.0))
