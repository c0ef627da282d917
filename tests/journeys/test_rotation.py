"""A rotation in a real terminal, on the real server: from a changed key to the record of all restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.jobs.person import Person
from tests.journeys.cluster_objects import OLD, Beside
from tests.journeys.kubelet import Kubelet, kubelet
from tests.journeys.sessions import LineBeside
from tests.journeys.workloads import deployment, template, variable
from tests.pseudo_terminal import Terminal
from tests.terminal.drive import environment
from tests.terminal.steps import NEW
from tests.terminal.test_clipboard_multiplexers import copied

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

SIZES: Final = ((80, 24), (120, 36))


@pytest.fixture
def beside(whole_plane: ControlPlane) -> Beside:
    """Namespace with the Secrets `mysecret` and `other`, whose key `node` removes later."""
    access = Beside(whole_plane, whole_plane.new_namespace())
    access.make_the_example()
    access.make("secrets", "other", stringData={"token": "made-up-1"})
    return access


@pytest.fixture
def node(beside: Beside) -> Iterator[Kubelet]:
    """Kubelet that runs two pods of `web` and one of `worker`, which would not start again."""
    lacks = variable("other", "token", "TOKEN")
    password = variable("mysecret", "password")
    with kubelet(beside.plane, beside.namespace) as played:
        # Of containers that start in the seconds around the change nothing is certain.
        played.ago = timedelta(minutes=1)
        beside.plane.make(_path(beside, ""), deployment("web", template("web", password), 2))
        beside.plane.make(_path(beside, ""), deployment("worker", template("worker", password, lacks)))
        beside.plane.wait_for(lambda: _available(beside, "web") + _available(beside, "worker") == 3)
        path = f"/api/v1/namespaces/{beside.namespace}/secrets/other"
        beside.plane.ask("PATCH", path, {"data": {"token": None}})
        played.ago = timedelta()
        yield played


def _path(beside: Beside, name: str) -> str:
    return f"/apis/apps/v1/namespaces/{beside.namespace}/deployments/{name}".rstrip("/")


def _available(beside: Beside, name: str) -> int:
    return int(beside.plane.ask("GET", _path(beside, name)).body["status"].get("availableReplicas", 0))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_rotation_is_followed_to_its_end_across_a_cut_connection(
    beside: Beside, node: Kubelet, size: tuple[int, int]
) -> None:
    space = beside.namespace
    with LineBeside(beside.plane) as line, Person(line, "-n", space, size=size) as person:
        person.opens("mysecret")
        person.edits("password")
        person.clears()
        person.types(NEW)
        person.keeps("password")
        person.reviews("password")
        person.presses("W", "3 pods keep the old value; T restarts them.")
        assert beside.data()["password"] == NEW.encode()
        node.is_still.set()
        person.presses("T", "Restart", "Deployment/web", "Deployment/worker", "accepted")
        person.presses("W", "restarting 1 of 2", "rolling")
        with line.cut_off():
            node.is_still.clear()
            person.sees("trying again")
        person.sees("new after", " 2/2 ")
        person.sees("failed:", "couldn't find key", "Restarts incomplete")
        with Terminal(person.attaching(), env=environment(), size=size) as outside:
            outside.until_shown("failed:")
            person.presses("c", "the record")
            outside.until(lambda: copied(outside), "the record on the clipboard")
            record = copied(outside)[-1].decode()
        assert "Deployment/web" in record and "couldn't find key token in Secret" in record
        assert OLD not in record and NEW not in record
        person.goes_back("KEY", "all new")
        person.quits()
    assert _available(beside, "web") == 2 and _available(beside, "worker") == 1
