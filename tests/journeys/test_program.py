"""Journeys through the installed command, by keys in tmux, against a real API server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import ADMIN, NAMESPACE, ONLY_SECRET, READER, SINGLE
from tests.journeys.cluster_objects import OLD, SECRET, Beside
from tests.journeys.kubeconfigs import kubeconfig
from tests.journeys.user_rights import Grants
from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.steps import MASK, NEW, edit, open_mysecret, write

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

PIN = "0000-made-up"


@pytest.fixture
def till(plane: ControlPlane) -> Iterator[Beside]:
    """The one Secret that the user with the thinnest rights may get."""
    found = Beside(plane, NAMESPACE)
    found.make("secrets", ONLY_SECRET, stringData={"pin": PIN})
    yield found
    plane.ask("DELETE", f"/api/v1/namespaces/{NAMESPACE}/secrets/{ONLY_SECRET}")


def program(
    beside: Beside, *more: str, user: str = ADMIN, size: tuple[int, int] = (80, 24), where: str = ""
) -> Tmux:
    place = [where] if where else ["-n", beside.namespace]
    return Tmux([PROGRAM, "--kubeconfig", str(kubeconfig(beside.plane, user)), *place, *more], size=size)


def quits(tmux: Tmux) -> None:
    tmux.press("C-q")
    assert tmux.exit_code == 0


def test_one_key_is_seen_changed_and_written(beside: Beside) -> None:
    beside.run_pods()
    before = beside.secret()
    with program(beside) as tmux:
        open_mysecret(tmux)
        tmux.presses("r", OLD, "password is shown until")
        tmux.presses("r", MASK, gone=["is shown until", OLD])
        edit(tmux, "password", NEW, was=len(OLD))
        assert beside.secret() == before, "a draft sends nothing"
        screen = write(tmux, "12 B → 15 B", "mypod", "not sent")
        assert f"password of {beside.namespace}/{SECRET}" in " ".join(screen.split())
        assert NEW not in screen
        quits(tmux)
    after = beside.secret()
    assert beside.data() == {"username": b"admin", "password": NEW.encode()}
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    managers = {one["manager"] for one in after["metadata"]["managedFields"]}
    assert "secret-tui" in managers, managers


def test_pods_tell_what_they_read_and_how_they_are(beside: Beside) -> None:
    beside.run_pods()
    with program(beside, size=(120, 36)) as tmux:
        tmux.sees(SECRET, "● live")
        tmux.presses("Enter", "password", MASK, "mypod")
        tmux.presses("p", "Readers of mysecret", "mypod", "running", "files in /etc/secret", "waiter")
        tmux.sees("CreateContainerConfigError", "key missing")
        beside.kubectl_patch({"token": b"made up"})
        tmux.sees("waiter", gone=["key missing"])
        tmux.presses("g", "mypod: ")
        tmux.presses("Enter", "Pod mypod")
        tmux.presses("Escape", "Readers of mysecret")
        quits(tmux)


def test_a_reader_is_told_that_it_may_not_write(beside: Beside) -> None:
    before = beside.secret()
    with program(beside, user=READER) as tmux:
        open_mysecret(tmux)
        for press in ("e", "a", "BSpace", "n"):
            tmux.presses(
                press, "Refused to you (A says more): patch secrets/mysecret", gone=["edit mysecret"]
            )
        tmux.presses("D", "Refused to you (A says more): delete secrets/mysecret")
        tmux.presses("A", "kubectl auth can-i delete secrets/mysecret", "kind: RoleBinding", READER)
        tmux.presses("Escape", "password", gone=["kubectl auth can-i"])
        quits(tmux)
    assert beside.secret() == before


def test_with_the_right_to_get_one_secret_that_one_opens(till: Beside) -> None:
    with program(till, user=SINGLE, where=f"{NAMESPACE}/{ONLY_SECRET}") as tmux:
        tmux.sees(
            "pin",
            MASK,
            "checked every 30 s: you may not watch secrets till",
            "pods not loaded yet (p loads them)",
        )
        tmux.presses("r", PIN, "pin is shown until")
        tmux.presses("p", "Refused: you may not list pods in namespace shop")
        tmux.presses("Escape", "pin")
        quits(tmux)


def test_with_the_rights_on_one_secret_alone_it_is_edited_and_no_refusal_is_seen(beside: Beside) -> None:
    grants = Grants(beside.plane, beside.namespace, f"edits-one-{beside.namespace}")
    grants.allow({"secrets": ("get", "patch")}, [SECRET])
    with program(beside, "--as", grants.user, where=f"{beside.namespace}/{SECRET}") as tmux:
        tmux.sees("password", MASK, "checked every 30 s", gone=["Refused"])
        edit(tmux, "password", NEW, was=len(OLD))
        write(tmux, "12 B → 15 B", "not known: you may not list pods")
        assert "Refused" not in tmux.screen
        quits(tmux)
    assert beside.data()["password"] == NEW.encode()


def test_a_draft_outlives_the_server(beside: Beside) -> None:
    with program(beside) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        beside.plane.stop_apiserver()
        try:
            tmux.sees("not live since", "1 draft", "~ password")
            tmux.presses("w", "Not reachable", "the draft is kept", gone=["W write"])
        finally:
            beside.plane.start_apiserver()
        assert beside.data()["password"] == OLD.encode()
        tmux.presses("C-r", "accepted", "12 B → 15 B", "1 draft", gone=["Not reachable"])
        tmux.presses("W", "written:", "● live", gone=["Writes to", "draft"])
        quits(tmux)
    assert beside.data()["password"] == NEW.encode()
