"""List and watch without end: the states that are reported, the retries, and the version to go on from."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from tui.cluster.api.list_watch import (
    FLAPS,
    LIST_AGAIN,
    LONGEST_ASKED,
    LONGEST_RETRY,
    STEADY,
    ListWatchState,
    follow,
)
from tui.cluster.api.watch_events import EventKind, ListPage, WatchEvent
from tui.model.errors import BadAnswer, ClusterError, Expired, Forbidden, Throttled, TimedOut, Unreachable

LOST = Unreachable("reset", "c")
DENIED = Forbidden("watch", "secrets", "default")


def page(version: str, is_last: bool = True) -> ListPage[Any]:
    return ListPage((), version, None, is_last)


def event(version: str, kind: EventKind = "put") -> WatchEvent[Any]:
    return WatchEvent(kind, None, version)


class Clock:
    """Clock that moves only by sleeps and by the script."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Done(Exception):
    """End of the script."""


Step = ListPage[Any] | WatchEvent[Any] | ClusterError | float
"""A float is that many seconds that pass."""


class Play:
    """Plays lists and watches from a script; a script that is over ends the test."""

    def __init__(
        self,
        lists: list[list[Step]],
        watches: list[list[Step]],
        seed: int = 1,
        *,
        lists_again: bool = False,
    ) -> None:
        self.lists, self.watches, self.lists_again = lists, watches, lists_again
        self.clock, self.rng = Clock(), random.Random(seed)
        self.pages: list[str] = []
        self.events: list[str] = []
        self.states: list[ListWatchState] = []
        self.versions: list[str] = []

    async def run(self) -> None:
        await follow(
            self.list_pages,
            self.watch,
            lambda page: self.pages.append(page.resource_version),
            lambda event: self.events.append(event.resource_version),
            self.states.append,
            self.clock,
            self.rng,
            lists_again=self.lists_again,
        )

    async def until_done(self) -> None:
        with pytest.raises(Done):
            await self.run()

    async def list_pages(self) -> AsyncGenerator[ListPage[Any]]:
        async for step in self._play(self.lists):
            assert isinstance(step, ListPage)
            yield step

    async def watch(self, version: str) -> AsyncGenerator[WatchEvent[Any]]:
        self.versions.append(version)
        async for step in self._play(self.watches):
            assert isinstance(step, WatchEvent)
            yield step

    async def _play(self, scripts: list[list[Step]]) -> AsyncGenerator[Step]:
        if not scripts:
            raise Done
        for step in scripts.pop(0):
            if isinstance(step, float):
                self.clock.now += step
            elif isinstance(step, ClusterError):
                raise step
            else:
                yield step

    @property
    def reported(self) -> list[str]:
        return [state.kind for state in self.states]


def opened(version: str = "5") -> WatchEvent[Any]:
    """First event of a watch."""
    return event(version, "bookmark")


BROKEN: list[Step] = [LOST]
SHORT_WATCH: list[Step] = [opened()]
STEADY_WATCH: list[Step] = [opened(), STEADY + 1]


async def test_a_watch_begins_at_the_version_of_the_list() -> None:
    play = Play([[page("5", False), page("5")]], [[opened(), event("6"), event("7")]])
    await play.until_done()
    assert play.pages == ["5", "5"]
    assert play.versions == ["5", "7"]
    assert play.events == ["5", "6", "7"]
    assert play.reported == ["loading", "live"]


async def test_a_watch_that_the_server_ends_goes_on_at_once_and_unreported() -> None:
    play = Play([[page("5")]], [[opened(), 300.0, event("9")], [opened("9"), 300.0], [opened("9"), 300.0]])
    await play.until_done()
    assert play.versions == ["5", "9", "9", "9"]
    assert play.clock.slept == []
    assert play.reported == ["loading", "live"]


async def test_a_break_that_heals_at_once_is_not_reported() -> None:
    play = Play([[page("5")]], [[*STEADY_WATCH, LOST], [opened(), event("6")]])
    await play.until_done()
    assert play.reported == ["loading", "live"]
    assert len(play.clock.slept) == 2
    assert 0.5 <= play.clock.slept[0] <= 1.0


async def test_silence_on_a_quiet_cluster_is_not_reported() -> None:
    silent: list[Step] = [opened(), 75.0, TimedOut("a watch", 75)]
    play = Play([[page("5")]], [silent, silent, silent])
    await play.until_done()
    assert play.reported == ["loading", "live"]
    assert all(wait <= 1.0 for wait in play.clock.slept)


async def test_a_break_that_lasts_is_reported_with_its_reason_and_its_end() -> None:
    play = Play([[page("5")]], [[*STEADY_WATCH, LOST], [LOST], [LOST], [opened()], [opened()]])
    await play.until_done()
    assert play.reported == ["loading", "live", "not live", "live"]
    assert play.states[2].error is LOST
    assert play.states[2].stage == "watch"
    assert play.versions == ["5"] * 6


@pytest.mark.parametrize(("last", "silent"), [([60.0, LOST], 0.0), ([75.0, TimedOut("a watch", 75)], 75.0)])
async def test_the_age_of_the_rows_counts_from_the_break_or_from_the_start_of_the_silence(
    last: list[Step], silent: float
) -> None:
    play = Play([[page("5")]], [[opened(), 20.0, event("6"), *last], [15.0, LOST], [opened("6")]])
    await play.until_done()
    assert play.reported == ["loading", "live", "not live", "live"]
    assert play.states[2].silent == pytest.approx(play.clock.slept[0] + 15.0 + silent)


async def test_a_server_that_has_just_started_may_refuse_for_a_moment() -> None:
    refused = Forbidden("watch", "secrets", "shop")
    play = Play([[page("5")]], [[*STEADY_WATCH, LOST], [LOST], [refused], [opened()], [opened()]])
    await play.until_done()
    assert play.reported == ["loading", "live", "not live", "not live", "live"]
    play = Play([[page("5")]], [[LOST], [refused], [refused]])
    await play.run()
    assert play.reported[-1] == "ended"


async def test_waits_between_retries_double_up_to_half_a_minute_with_a_seeded_jitter() -> None:
    play = Play([[LOST]] * 9, [])
    await play.until_done()
    bases = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]
    assert all(base / 2 <= wait <= base for wait, base in zip(play.clock.slept, bases, strict=True))
    assert len(set(play.clock.slept)) == len(bases)
    again = Play([[LOST]] * 9, [])
    await again.until_done()
    assert again.clock.slept == play.clock.slept  # seeded
    other = Play([[LOST]] * 9, [], seed=2)
    await other.until_done()
    assert other.clock.slept != play.clock.slept
    assert play.reported == ["loading", "not live"]


async def test_a_working_watch_resets_the_waits_between_retries() -> None:
    play = Play([*([BROKEN] * 6), [page("5")]], [[*STEADY_WATCH, LOST], [LOST], [LOST]])
    await play.until_done()
    assert all(wait <= 1.0 for wait in play.clock.slept[6:7])
    assert play.clock.slept[7] <= 2.0


async def test_a_version_that_is_too_old_is_listed_again_at_once() -> None:
    play = Play([[page("5")], [page("50")]], [[*STEADY_WATCH, Expired()], [opened("50")]])
    await play.until_done()
    assert play.pages == ["5", "50"]
    assert play.versions == ["5", "50", "50"]
    assert "not live" not in play.reported


@pytest.mark.parametrize("refused", [[Expired()], [opened(), Expired()]])
async def test_a_watch_that_is_always_too_old_does_not_spin_and_is_reported(refused: list[Step]) -> None:
    play = Play([[page(str(number))] for number in range(6)], [refused] * 6)
    await play.until_done()
    assert len(play.clock.slept) == 6
    assert play.clock.slept[0] <= 1.0, "the first time it may be chance"
    assert all(wait > LIST_AGAIN - 5 for wait in play.clock.slept[1:])
    assert play.reported[-1] == "not live" and isinstance(play.states[-1].error, Expired)


async def test_a_server_that_was_set_back_while_it_is_watched_is_listed_again() -> None:
    play = Play(
        [[page("50")], [page("7")]], [[opened("50"), STEADY + 1, event("6", "bookmark")], [opened("7")]]
    )
    await play.until_done()
    assert play.pages == ["50", "7"]
    assert play.versions == ["50", "7", "7"]


async def test_a_list_that_expires_begins_again_and_is_reported() -> None:
    play = Play([[page("5", False), Expired("token")], [page("6")]], [[opened("6")]])
    await play.until_done()
    assert play.pages == ["5", "6"]
    assert play.reported == ["loading", "not live", "live"]
    assert isinstance(play.states[1].error, Expired)


@pytest.mark.parametrize("stage", ["list", "watch"])
async def test_a_refusal_ends_the_list_or_the_watch_without_a_retry(stage: str) -> None:
    play = Play([[DENIED]], []) if stage == "list" else Play([[page("5")]], [[DENIED]])
    await play.run()
    assert play.states[-1] == ListWatchState("ended", DENIED, stage)  # type: ignore[arg-type]
    assert play.clock.slept == []


async def test_a_refused_watch_is_replaced_by_lists_at_intervals() -> None:
    lists: list[list[Step]] = [[page("5")], [4.0, page("6")], [page("7")], [page("8")]]
    play = Play(lists, [[DENIED], [DENIED], [DENIED], [opened("8")]], lists_again=True)
    await play.until_done()
    assert play.pages == ["5", "6", "7", "8"]
    assert play.clock.slept[:3] == [LIST_AGAIN, 80.0, LIST_AGAIN], "longer after a list that took long"
    assert play.reported == ["loading", "not live", "live"], (
        "the rows stay meanwhile, and are not called loading"
    )


async def test_a_watch_that_never_opens_is_replaced_by_lists_unless_nothing_answers() -> None:
    slow: list[Step] = [15.0, TimedOut("a watch", 15)]
    play = Play([[page("5")], [page("6")]], [slow, slow, slow, [opened("6")]], lists_again=True)
    await play.until_done()
    assert play.pages == ["5", "6"] and play.reported == ["loading", "not live", "live"]
    play = Play([[page("5")]], [[15.0, LOST]] * 9, lists_again=True)
    await play.until_done()
    assert play.pages == ["5"] and play.versions == ["5"] * 10


async def test_a_watch_that_opens_and_ends_at_once_again_and_again_is_not_called_live() -> None:
    play = Play([[page("5")]], [[opened()]] * 8)
    await play.until_done()
    assert play.reported == ["loading", "live", "not live"]
    assert len(play.clock.slept) == 8
    assert play.clock.slept[-1] > LONGEST_RETRY / 2


async def test_a_watch_that_ended_too_often_is_called_live_again_once_it_lasts() -> None:
    lasting: list[Step] = [opened(), STEADY + 1, event("6")]
    play = Play([[page("5")]], [*([SHORT_WATCH] * FLAPS), lasting])
    await play.until_done()
    assert play.reported == ["loading", "live", "not live", "live"]


async def test_a_busy_server_says_how_long_to_wait_up_to_a_limit() -> None:
    play = Play([[Throttled(12.0)], [Throttled(9_999.0)], [Throttled(None)]], [])
    await play.until_done()
    assert play.clock.slept[0] == 12.0
    assert play.clock.slept[1] == LONGEST_ASKED
    assert [state.wait for state in play.states] == [None, 12.0, LONGEST_ASKED, None]
    assert play.clock.slept[2] <= 4.0


@pytest.mark.parametrize("error", [TimedOut("a watch", 75), BadAnswer(200), LOST])
async def test_a_watch_that_breaks_goes_on_at_its_last_version(error: ClusterError) -> None:
    play = Play([[page("5")]], [[opened(), event("8"), error], [opened("8")]])
    await play.until_done()
    assert play.versions == ["5", "8", "8"]
    assert len(play.pages) == 1


async def test_cancelling_closes_the_watch_that_is_open() -> None:
    closed: list[str] = []
    is_open = asyncio.Event()

    async def hanging(version: str) -> AsyncGenerator[WatchEvent[Any]]:
        try:
            yield opened(version)
            is_open.set()
            await asyncio.Event().wait()
        finally:
            closed.append(version)

    async def pages() -> AsyncGenerator[ListPage[Any]]:
        yield page("5")

    ignore: Callable[..., None] = lambda *_: None  # noqa: E731
    task = asyncio.create_task(follow(pages, hanging, ignore, ignore, ignore, Clock(), random.Random(1)))
    await is_open.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed == ["5"]
