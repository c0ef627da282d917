"""Connection of a session: a sleep of the machine, a wait that the server asks for, unanswered requests."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, cluster_session
from tests.session.samples import START
from tests.still_clock import StillClock
from tui.cluster.http import transport
from tui.embedded.server import EmbeddedCluster
from tui.model.errors import Throttled
from tui.session.cache.connection import FIRST_PROBE
from tui.session.clock import SLEPT, Clock, notice
from tui.session.open_secret import REREADS_APART


class Machine(Clock):
    """Machine whose two clocks drift apart while it sleeps."""

    def __init__(self) -> None:
        self.wall, self.running = 1_000_000.0, 50.0
        self.tz = StillClock(0).tz

    def now(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.running

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("only the machine's running time counts")


@pytest.mark.parametrize(("slept", "noticed"), [(SLEPT - 1, 0), (SLEPT + 1, 1), (-3600.0, 0)])
async def test_a_sleep_of_the_machine_is_noticed_by_its_two_clocks(slept: float, noticed: int) -> None:
    machine, woken, beats = Machine(), [], iter([0.0, slept, 0.0])

    async def beat() -> None:
        asleep = next(beats, None)
        if asleep is None:
            raise asyncio.CancelledError
        machine.running += 5
        machine.wall += 5 + asleep

    with pytest.raises(asyncio.CancelledError):
        await notice(machine, beat, lambda: woken.append(1))
    assert len(woken) == noticed


def connections(server: EmbeddedCluster) -> set[object]:
    """Connections that the server has open."""
    assert server.runner is not None and server.runner.server is not None
    return set(server.runner.server.connections)


async def test_after_a_sleep_everything_goes_over_new_connections_at_once() -> None:
    async with cluster_session() as here:
        await here.open()
        draft = await here.edited()
        await eventually(lambda: here.session.readers.state.is_live)
        before = connections(here.home)
        hung = here.fault("hang", path="*/secrets/mysecret")
        here.others_set("password", b"theirs")
        await eventually(lambda: hung.seen, "a read over a connection that is dead")
        asked = len(here.asked("GET", "watch=1"))
        here.session._woke()
        await eventually(lambda: connections(here.home) and not before & connections(here.home))
        await eventually(lambda: len(here.asked("GET", "watch=1")) >= asked + 2, "both watches again")
        await here.listed()
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"password"})
        assert here.session.drafts.all() == [draft]
        assert here.opened.ref == MINE
        assert here.session.link.kind == "live"
        told = [topics for topics in here.heard if "link" in topics]
        assert len(told) <= 1, "told of the first connection alone"


async def test_a_list_is_repeated_only_after_the_wait_that_the_server_asked_for() -> None:
    async with cluster_session() as here:
        here.fault("status", path="*/secrets", code=429, retry_after=90, times=1)
        here.session.refresh()
        await eventually(lambda: isinstance(here.session.secrets.state.error, Throttled))
        assert here.session.secrets.state.again_at == START + 90
        asked = len(here.asked("GET", "/secrets?"))
        here.clock.advance(89)
        await here.session.cluster.who_am_i()
        assert len(here.asked("GET", "/secrets?")) == asked, "not a second before"
        here.clock.advance(1)
        await here.listed()
        assert here.session.secrets.state.again_at is None


@pytest.mark.parametrize("code", [429, 503])
async def test_a_secret_that_is_not_given_out_now_is_read_when_the_server_says(code: int) -> None:
    async with cluster_session() as here:
        await here.listed()
        here.fault("status", method="GET", path="*/secrets/mysecret", code=code, retry_after=7, times=1)
        here.session.open(MINE)
        await eventually(lambda: here.opened.state.error is not None)
        assert here.opened.state.again_at == START + 7
        assert here.session.link.kind == "not live", "not all that is on screen is known"
        await eventually(lambda: 7 in here.clock.waits)
        here.clock.advance(6)
        await here.session.cluster.who_am_i()
        assert len(here.asked("GET", "/secrets/mysecret")) == 1, "not a second before"
        here.clock.advance(1)
        await eventually(lambda: here.opened.secret)
        await eventually(lambda: here.session.link.kind == "live")
        await eventually(lambda: here.opened.state.again_at is None)


async def test_a_secret_is_not_read_before_the_time_that_the_server_named() -> None:
    async with cluster_session() as here:
        await here.listed()
        here.fault("status", method="GET", path="*/secrets/mysecret", code=429, retry_after=90, times=1)
        here.session.open(MINE)
        await eventually(lambda: here.opened.state.again_at == START + 90)
        await eventually(lambda: 90 in here.clock.waits)
        for _ in range(2):
            await eventually(lambda: REREADS_APART in here.clock.waits)
            here.clock.advance(REREADS_APART)
            await here.session.cluster.who_am_i()
        assert len(here.asked("GET", "/secrets/mysecret")) == 1
        await eventually(lambda: REREADS_APART in here.clock.waits)
        here.clock.advance(30)
        await eventually(lambda: here.opened.secret)


async def test_a_secret_that_is_not_given_out_is_tried_again_soon_and_then_less_often() -> None:
    async with cluster_session() as here:
        await here.listed()
        here.fault("status", method="GET", path="*/secrets/mysecret", code=503, times=4)
        here.session.open(MINE)
        for wait in (1, 2, 4, 8):
            due = here.clock.now() + wait
            await eventually(partial(lambda due: here.opened.state.again_at == due, due), f"{wait} s")
            await eventually(partial(lambda wait: wait in here.clock.waits, wait), f"a sleep of {wait} s")
            here.clock.advance(wait)
        await eventually(lambda: here.opened.secret)
        here.session.leave()
        assert here.session.link.kind == "live"


async def test_a_watch_that_is_always_refused_as_too_old_is_not_live() -> None:
    async with cluster_session(start=False) as here:
        here.fault("status", method="GET", path="*/secrets", query="watch=", code=410, times=None)
        here.session.start()
        await eventually(lambda: here.session.secrets.state.error is not None)
        assert here.session.link.kind == "not live"
        state = here.session.secrets.state
        assert (state.kind, state.is_live, len(here.rows)) == ("ready", False, 2)
        assert state.error is not None and "refuses to watch" in state.error.sentence
        here.home.faults.clear()
        await here.in_time(lambda: here.session.link.kind == "live")


async def test_a_list_without_an_answer_is_shown_as_waiting_before_it_times_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "SLOW", 0.05)
    async with cluster_session() as here:
        await here.listed()
        await eventually(lambda: here.session.link.kind == "live")
        here.fault("hang", method="GET", times=None)
        here.session.choose_namespace("web")
        await eventually(lambda: here.session.link.kind == "waiting")
        assert here.session.link.since == START - 0.05
        await eventually(lambda: here.asked("GET", "/version"), "it is asked whether it answers at all")
        here.home.faults.clear()
        await eventually(lambda: here.session.link.kind == "live")


async def test_a_slow_list_of_a_cluster_that_answers_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SLOW", 0.05)
    async with cluster_session() as here:
        await here.listed()
        here.fault("hang", method="GET", path="*/web/secrets")
        here.session.choose_namespace("web")
        await eventually(lambda: here.asked("GET", "/web/secrets"))
        await eventually(lambda: here.asked("GET", "/version"))
        await eventually(lambda: here.session.link.kind == "live")
        assert here.session.secrets.state.kind == "loading"


async def test_the_session_is_not_live_while_requests_get_no_answer_though_the_watch_is_open() -> None:
    async with cluster_session(request_timeout=0.5) as here:
        await here.listed()
        await eventually(
            lambda: here.session.readers.state.is_live and here.session.namespaces.state.is_complete
        )
        hang = here.fault("hang", method="GET", times=None)
        here.session.open(MINE)
        await eventually(lambda: hang.seen and here.session.link.kind == "not live")
        assert here.session.secrets.state.is_live, "the watch is silent, and open"
        link = here.session.link
        assert link.since is not None and round(START - link.since, 1) == 0.5, "since it was asked"
        assert (
            link.error is not None
            and link.error.sentence == "No answer within 0.5 s: get secret default/mysecret."
        )
        here.session.leave()
        await eventually(lambda: FIRST_PROBE in here.clock.waits)
        here.clock.advance(FIRST_PROBE)
        await eventually(lambda: len(here.asked("GET", "/version")) == 1)
        assert here.session.link.kind == "not live", "leaving it does not make the cluster answer"
        here.home.faults.clear()

        def is_live() -> bool:
            here.clock.advance(1)
            return here.session.link.kind == "live"

        await eventually(is_live, "an answer that holds")
        assert len(here.asked("GET", "/version")) >= 2
