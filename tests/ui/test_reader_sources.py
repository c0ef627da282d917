"""A registered kind of reader is shown wherever pods are, by its own words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faulty_cluster.server import FaultyCluster
from tests.tunnels import register, tunnel_object
from tests.ui.person import MINE, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.ui.widgets.text import text_of

pytestmark = pytest.mark.slow

STORY = (
    secret_object("mysecret", {"username": b"admin", "password": b"made-up"}),
    secret_object("other", {"a": b"1"}),
    pod_object("mypod", {"envFrom": [{"secretRef": {"name": "mysecret"}}]}),
    tunnel_object("edge", ("mysecret", "password")),
)
WIDE: dict[str, Any] = {"story": STORY, "size": (200, 60)}


@pytest.fixture(autouse=True)
def with_tunnels(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


async def test_it_is_counted_and_told_in_the_list_and_in_the_detail() -> None:
    async with sitting_at(**WIDE) as person:
        await person.put_cursor("#secret-table", str(MINE))
        desk = person.app.screen.desk  # type: ignore[attr-defined]
        assert desk.read_by(MINE) == "1 pod, 1 tunnel"
        await person.reads("#warnings", "read by 1 pod, 1 tunnel: mypod (envFrom) tunnel/edge (login)")
        await person.open()
        await person.put_cursor("#key-table", "password")
        await person.reads("#key-readers", "Read by: password 1 pod, 1 tunnel (live)")
        await person.reads("#key-readers", "tunnel/edge", "login at p1", "sees a change when it dials")
        await person.put_cursor("#key-table", "username")
        await person.reads("#key-readers", "Read by: username 1 pod (live)")
        assert "tunnel" not in person.read("#key-readers")
        person.cluster.store.put(tunnel_object("second", ("mysecret", "username")))
        await person.reads("#key-readers", "Read by: username 1 pod, 1 tunnel (live)", "tunnel/second")


async def test_its_rows_are_among_the_readers_and_lead_to_what_it_reads() -> None:
    async with sitting_at(**WIDE) as person:
        await person.open()
        await person.press("p")
        await person.sees("Readers of mysecret", "1 pod, 1 tunnel", "READER")
        await person.put_cursor("#pod-table", "default/tunnel/edge/0")
        await person.reads("#pods-about", "tunnel/edge: login at p1 · key password")
        await person.press("enter")
        await person.sees("Tunnel edge")
        person.cluster.store.delete("tunnels.net.example", "default", "edge")
        await person.reads("#pods-about", "this tunnel is gone; showing its last state")
        await person.press("escape", "P")
        await person.sees("Pods and tunnels of default")


async def test_the_review_and_the_deletion_say_what_happens_to_it() -> None:
    async with sitting_at(**WIDE) as person:
        await person.open()
        await person.edit("password", "an0ther-made-up")
        await person.press("w")
        await person.reads("#about", "Who reads the changed keys, worst first 1 pod, 1 tunnel")
        await person.reads("#about", "tunnel/edge login at p1 sees a change when it dials")
        await person.press("escape", "D")
        await person.reads("#about", "1 pod, 1 tunnel", "tunnel/edge login at p1 next dial FAILS")


async def test_a_missing_right_to_it_is_said_and_can_be_asked_for() -> None:
    def prepare(cluster: FaultyCluster) -> None:
        rule = Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"))
        cluster.users.add("oncall", rules=[rule])

    async with sitting_at(**WIDE, user="oncall", prepare=prepare, settles=False) as person:
        desk = person.app.screen.desk  # type: ignore[attr-defined]
        await person.waits_for(lambda: text_of(desk.read_by(MINE)) == "1 pod, tunnels refused")
        await person.open()
        await person.reads("#key-readers", "1 pod", "incomplete: you may not list tunnels")
        await person.press("p")
        await person.reads("#pods-about", "! incomplete: you may not list tunnels")
        await person.press("escape", "escape", "A")
        await person.sees("list tunnels", "find readers", "live tunnel updates")
        await person.put_cursor("#rights-table", "list tunnels in namespace default")
        await person.sees("kubectl auth can-i list tunnels.net.example -n default")


async def test_the_help_says_how_it_reads() -> None:
    async with sitting_at(**WIDE) as person:
        await person.press("question_mark", "G")
        await person.sees("How tunnels read a Secret, and when they see a change")
        await person.sees("READ BY counts pods and tunnels of the open namespace")
