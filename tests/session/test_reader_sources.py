"""A registered kind of reader is listed, watched and counted like pods; its missing right is its own."""

from __future__ import annotations

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, Desk, desk, pod_object, secret_object
from tests.tunnels import GROUP, TUNNEL, register, tunnel_object
from tui.embedded.users import Rule
from tui.model.rbac.rights import Asking, Right, can_i, to_ask_for
from tui.model.readers.pods import POD
from tui.session.marks import Mark, mark_of
from tui.session.rights_report import holdings

STORY = (
    secret_object("mysecret", {"username": b"admin", "password": b"made-up"}),
    secret_object("other", {"a": b"1"}),
    pod_object("mypod", "mysecret"),
    tunnel_object("edge", ("mysecret", "password")),
)
ALL = Rule(("list", "watch", "get"), ("secrets", "pods", "namespaces"))
NO_TUNNELS = {"oncall": [ALL]}


@pytest.fixture(autouse=True)
def with_tunnels(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def readers(here: Desk) -> list[str]:
    return [reader.info.title for reader in here.session.readers.of(MINE)]


async def test_it_is_listed_and_watched_at_its_own_path_and_counted_beside_pods() -> None:
    async with desk(story=STORY) as here:
        await eventually(lambda: here.session.readers.pane.is_live, "live readers")
        assert readers(here) == ["mypod", "tunnel/edge"]
        assert here.session.readers.counts(MINE) == {POD: 1, TUNNEL: 1}
        path = f"/apis/{GROUP}/v1/namespaces/default/tunnels"
        listed, watched = here.asked("GET", path)
        assert "limit=500" in listed and "watch=1" in watched
        here.home.store.put(tunnel_object("second", ("mysecret", "username"), ("other", "a")))
        await eventually(lambda: readers(here) == ["mypod", "tunnel/edge", "tunnel/second"])
        here.home.store.delete("tunnels.net.example", "default", "edge")
        await eventually(lambda: readers(here) == ["mypod", "tunnel/second"])
        assert here.session.readers.names_in("default") == ("mysecret", "other")


async def test_a_key_that_it_names_and_that_is_missing_is_marked_by_its_own_word() -> None:
    async with desk(story=(*STORY, tunnel_object("far", ("other", "lost")))) as here:
        await eventually(lambda: here.session.readers.pane.is_live, "live readers")
        row = next(row for row in here.session.secrets.rows if row.ref.name == "other")
        assert mark_of(here.session, row, 0.0) == Mark("X", ("tunnels name a key that is missing: lost",))


async def test_without_the_right_to_list_it_the_other_readers_are_known_and_none_is_called_unread() -> None:
    async with desk(story=STORY, user="oncall", users=NO_TUNNELS) as here:
        session = here.session
        await eventually(lambda: session.readers.pane.kind == "refused", "a refusal")
        assert readers(here) == ["mypod"]
        row = next(row for row in session.secrets.rows if row.ref.name == "other")
        assert mark_of(session, row, 0.0) is None, "a tunnel may read it"
        await eventually(lambda: session.access.rights("default") is not None, "the rights")
        found = {(one.right.verb, one.right.resource): one.held for one in holdings(session, None)}
        assert found["list", "tunnels"] == found["watch", "tunnels"] == "refused"
        assert found["list", "pods"] == "yes"


async def test_a_list_that_is_stopped_is_counted_by_its_own_word() -> None:
    async with desk(story=STORY, start=False) as here:
        here.fault("hang", method="GET", path="*/tunnels")
        await here.session.start()
        await eventually(lambda: here.session.readers.count(MINE) == 1, "the pods")
        assert here.session.readers.pane.kind == "loading"
        assert here.session.stop_lists() == ("0 tunnels",)


def test_the_right_to_it_is_asked_for_in_its_own_group() -> None:
    right = Right("list", "tunnels", "default", group=GROUP)
    assert can_i(right, Asking()) == f"kubectl auth can-i list tunnels.{GROUP} -n default"
    assert f'{{apiGroups: ["{GROUP}"], resources: [tunnels], verbs: [list]}}' in to_ask_for(right, "jane")
