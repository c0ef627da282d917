"""State of a list that fails: the old rows, the reason and the time; and how it recovers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, cluster_session, secret_object
from tests.session.samples import START
from tui.cluster.api.list_watch import LIST_AGAIN, STEADY
from tui.embedded.users import EVERYTHING, Rule
from tui.model.errors import ClusterError, Forbidden, ServerTrouble, Unauthorized, Unreachable
from tui.session.cache.connection import Connection, link_of
from tui.session.cache.list_state import ListState

BROKEN: list[tuple[dict[str, Any], str, type[ClusterError]]] = [
    ({"kind": "status", "code": 403}, "refused", ClusterError),
    ({"kind": "status", "code": 401}, "expired", Unauthorized),
    ({"kind": "status", "code": 503}, "broken", ServerTrouble),
    ({"kind": "html"}, "broken", ClusterError),
    ({"kind": "redirect", "url": "http://127.0.0.1:1/"}, "broken", ClusterError),
    ({"kind": "garbage"}, "broken", ClusterError),
]


@pytest.mark.parametrize(("fault", "kind", "error"), BROKEN)
async def test_a_list_that_fails_keeps_the_old_rows_and_recovers_on_refresh(
    fault: dict[str, Any], kind: str, error: type[ClusterError]
) -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.clock.advance(7)
        what = dict(fault)
        here.fault(what.pop("kind"), path="*/secrets", times=None, **what)
        here.session.refresh()
        await eventually(lambda: here.session.secrets.state.kind == kind, kind)
        state = here.session.secrets.state
        assert isinstance(state.error, error)
        assert (state.is_live, state.since, state.loaded) == (False, START + 7, 2)
        assert here.rows == ["mysecret", "other"]
        assert here.session.drafts.all() == [draft]
        await eventually(lambda: here.session.readers.state.is_live, "the rest works")
        assert (here.session.link.kind == "not live") == (kind != "refused")
        here.home.faults.clear()
        here.others_make(MINE.__class__("default", "third"), {})
        here.session.refresh()
        await here.listed()
        assert here.rows == ["mysecret", "other", "third"]
        assert (here.session.link.kind, here.session.secrets.state.error) == ("live", None)


async def test_a_connection_that_recovers_is_reported_and_what_was_missed_is_read() -> None:
    async with cluster_session(start=False) as here:
        here.fault("status", path="*", code=503, times=None)
        here.session.start()
        await eventually(lambda: here.session.secrets.state.kind == "broken")
        await eventually(lambda: here.session.namespaces.state.kind == "broken")
        assert here.session.link.kind == "not live"
        here.heard.clear()
        here.session.open(MINE)
        await eventually(lambda: here.session.opened and here.session.opened.state.kind == "broken")
        here.home.faults.clear()
        await here.in_time(lambda: here.session.secrets.state.is_live)
        await eventually(lambda: here.session.namespaces.names and here.session.access.identity)
        await eventually(
            lambda: here.session.access.rights("default"), "what was not told is asked for again"
        )
        await eventually(lambda: here.session.opened and here.session.opened.secret)
        await eventually(lambda: any("link" in topics for topics in here.heard))
        await eventually(lambda: here.session.link.kind == "live")


async def test_a_watch_that_breaks_says_since_when_it_is_not_live_and_keeps_the_rows() -> None:
    async with cluster_session() as here:
        await eventually(lambda: here.session.readers.state.is_live)
        here.clock.advance(STEADY)
        here.fault("status", query="watch=1", code=503, times=None)
        here.home.end_watches()
        await eventually(lambda: not here.session.secrets.state.is_live)
        state = here.session.secrets.state
        assert (state.kind, state.since, here.rows) == ("ready", START + STEADY, ["mysecret", "other"])
        assert isinstance(state.error, ServerTrouble)
        assert here.session.link.kind == "not live" and here.session.link.since == START + STEADY
        here.home.store.delete("secrets", "default", "other")
        here.home.faults.clear()
        await here.in_time(lambda: here.rows == ["mysecret"], "what happened meanwhile")
        await here.listed()


async def test_a_version_that_is_too_old_is_listed_again_and_deleted_secrets_disappear() -> None:
    async with cluster_session() as here:
        await here.open()
        here.clock.advance(STEADY)
        here.fault("delay", query="watch=1", seconds=60, times=None)
        here.home.end_watches()
        await eventually(lambda: here.home.faults.active[0].seen)
        here.home.store.delete("secrets", "default", "mysecret")
        here.home.store.put(secret_object("third", {}))
        here.home.store.compact()
        here.home.faults.clear()
        await here.in_time(lambda: here.rows == ["other", "third"])
        assert here.opened.gone == "deleted"


async def test_where_watching_is_refused_new_secrets_come_with_the_next_list() -> None:
    async with cluster_session(
        start=False, user="oncall", users={"oncall": [Rule(("get", "list"), ("*",))]}
    ) as here:
        here.session.start()
        await eventually(lambda: here.session.secrets.state.error)
        here.home.store.put(secret_object("third", {}))
        await eventually(lambda: LIST_AGAIN in here.clock.waits)
        here.clock.advance(LIST_AGAIN)
        await eventually(lambda: here.rows == ["mysecret", "other", "third"])
        assert here.session.secrets.state.since == START + LIST_AGAIN


async def test_a_watch_that_is_refused_is_reported_and_the_list_stays() -> None:
    async with cluster_session(
        start=False, user="oncall", users={"oncall": [Rule(("get", "list"), ("*",))]}
    ) as here:
        here.session.start()
        await eventually(lambda: here.session.secrets.state.error)
        state = here.session.secrets.state
        assert (state.kind, state.is_live, here.rows) == ("ready", False, ["mysecret", "other"])
        assert isinstance(state.error, Forbidden) and state.error.verb == "watch"
        await here.open()
        here.others_set("password", b"theirs")
        await eventually(lambda: here.clock.waits)
        here.clock.advance(30)
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"password"})
        here.home.users.set_rules("oncall", [EVERYTHING])
        here.session.refresh()
        await here.listed()


def test_the_link_is_connecting_only_before_the_first_answer() -> None:
    loading = ListState().loading()
    live = loading.with_page(1, None, is_last=True).live(5.0)
    error = Unreachable("reset", "host")
    link = link_of([loading, ListState()], Connection(), 1.0)
    assert link.kind == "connecting"
    link = link_of([live, ListState()], link, 5.0)
    assert link == Connection("live", 5.0)
    assert link_of([loading], link, 6.0) is link, "another namespace is listed over the same connection"
    lost = link_of([live.lost(error, 7.0)], link, 9.0)
    assert lost == Connection("not live", 7.0, error)
    assert link_of([live.lost(error, 8.0)], lost, 9.0) == lost
    assert link_of([loading], lost, 10.0) == lost, "not live until something is"
    refusal = Forbidden("list", "secrets", None)
    refused = link_of([live.failed(refusal, 9.0)], lost, 11.0)
    assert refused == Connection("not live", None, refusal), "an answer, and nothing is followed"
    assert refused.is_lost is False and lost.is_lost is True
    assert link_of([live.failed(refusal, 9.0)], refused, 12.0) is refused
    assert link_of([live.lost(error, 13.0)], refused, 14.0) == Connection("not live", 13.0, error), (
        "so that its return is noticed"
    )
    assert link_of([live.failed(refusal, 9.0), live], refused, 12.0) == Connection("live", 12.0)


@pytest.mark.parametrize(("code", "doubt"), [(403, "not known"), (503, "")])
async def test_only_a_refusal_makes_it_unknown_whether_a_namespace_exists(code: int, doubt: str) -> None:
    async with cluster_session(start=False, namespace="payment") as here:
        here.fault("status", path="*/namespaces*", code=code, times=None)
        here.session.start()
        spaces = here.session.namespaces
        await eventually(lambda: here.asked("GET", "namespaces/payment?") and spaces.state.error)
        await eventually(lambda: not spaces.is_to_look_for("payment") and spaces.doubt("payment") == doubt)
