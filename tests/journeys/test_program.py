"""Journeys through the installed command, by keys in tmux, against a real API server."""

from __future__ import annotations

import pytest

from tests.controlplane.users import ADMIN
from tests.journeys.cluster_objects import OLD, SECRET, Beside
from tests.journeys.kubeconfigs import kubeconfig
from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.steps import MASK, NEW, edit, open_mysecret, write

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def program(beside: Beside, size: tuple[int, int] = (80, 24)) -> Tmux:
    command = [PROGRAM, "--kubeconfig", str(kubeconfig(beside.plane, ADMIN)), "-n", beside.namespace]
    return Tmux(command, size=size)


def quits(tmux: Tmux) -> None:
    tmux.press("C-q")
    assert tmux.exit_code == 0


def test_a_value_is_revealed_edited_and_written(beside: Beside) -> None:
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


def test_the_readers_page_shows_what_each_pod_reads_and_its_state(beside: Beside) -> None:
    beside.run_pods()
    with program(beside, size=(120, 36)) as tmux:
        tmux.sees(SECRET, "● live")
        tmux.presses("Enter", "password", MASK, "mypod")
        tmux.presses("p", "Readers of mysecret", "mypod", "running", "files in /etc/secret", "waiter")
        tmux.sees("CreateContainerConfigError", "key missing")
        beside.kubectl_patch({"token": b"made up"})
        tmux.sees("waiter", gone=["key missing"])
        tmux.presses("g", "mypod: ")
        tmux.presses("Enter", "Inputs of Pod/mypod", "/etc/secret/password")
        tmux.presses("Escape", "Readers of mysecret")
        quits(tmux)


def test_a_draft_is_kept_and_written_after_the_server_was_down(beside: Beside) -> None:
    with program(beside) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        beside.plane.stop_apiserver()
        try:
            tmux.sees("not live since", "1 draft", "~ password")
            tmux.presses("w", "dry run: Not reachable", "ctrl+r", "draft kept", gone=["W write"])
        finally:
            beside.plane.start_apiserver()
        assert beside.data()["password"] == OLD.encode()
        tmux.presses("C-r", "accepted", "12 B → 15 B", "1 draft", "● live", gone=["Not reachable"])
        tmux.rests()  # the list that comes meanwhile is reviewed again
        tmux.presses("W", "written:", "● live", gone=["Writes to", "draft"])
        quits(tmux)
    assert beside.data()["password"] == NEW.encode()
