"""How a run ends, in tmux: what quitting asks, and with which exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.server import Server
from tests.terminal.steps import NEW, OLD, edit, open_mysecret, program, type_over

pytestmark = pytest.mark.pty


@pytest.fixture
def server() -> Iterator[Server]:
    """The story's cluster."""
    with Server("--demo") as server:
        yield server


def test_without_a_draft_nothing_is_asked(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.press("C-q")
        assert tmux.exit_code == 0


def test_q_goes_back_level_by_level_and_quits_at_the_top(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.presses("q", "filter: mysecret", gone=["Read by:"])
        tmux.presses("q", "awkward-text", gone=["filter: mysecret"])
        tmux.presses("q", "kube-system", "payments", gone=["awkward-text"])
        tmux.press("q")
        assert tmux.exit_code == 0


def test_with_a_draft_it_is_asked_and_only_the_named_answer_loses_it(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        tmux.presses("C-q", "not written: default/mysecret")
        tmux.presses("Escape", "1 draft", "u undoes", gone=["not written"])
        tmux.presses("C-q", "not written: default/mysecret")
        tmux.press("Enter", "q", "y")
        tmux.sees("not written: default/mysecret")
        tmux.press("Q")
        assert tmux.exit_code == 0
    assert server.data("mysecret")["password"] == OLD


def test_what_stands_in_an_open_editor_is_asked_about_too(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.presses("e", "edit mysecret / password", "was 12 B")
        type_over(tmux, NEW, was=len(OLD))
        tmux.presses("C-q", "not written: default/mysecret / password")
        tmux.presses("Escape", NEW, gone=["not written"])
        tmux.presses("Escape", "Edit of password cancelled. B brings it back until you leave the Secret.")
        tmux.presses("B", "edit mysecret / password", NEW)
        tmux.presses("Enter", "password kept in the draft")
        tmux.presses("C-q", "not written: default/mysecret")
        tmux.press("Q")
        assert tmux.exit_code == 0


def test_quitting_from_the_open_program_leaves_no_value_on_the_terminal(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.presses("r", OLD.decode())
        tmux.press("C-q")
        assert tmux.exit_code == 0
        assert OLD.decode() not in tmux.screen
        assert "mysecret" not in tmux.screen


def test_a_write_without_an_answer_is_told_on_the_way_out_with_exit_code_3(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        tmux.presses("w", "accepted", "Writes to")
        with server.silent():
            tmux.presses("W", "writing default/mysecret")
            tmux.press("C-q")
            if tmux.is_running:
                tmux.sees("before the result of a write is known", "still being written")
                tmux.press("Q")
            assert tmux.exit_code == 3
            tmux.sees(
                "secret-tui:", "waiting for the answer", "outcome unknown", "password of default/mysecret"
            )
        assert NEW not in tmux.screen


def test_a_write_that_is_refused_after_quitting_is_told_with_exit_code_1() -> None:
    slow = "kind=delay,method=PATCH,seconds=4,times=forever"
    with Server("--demo", "--faults", slow) as server, program(server) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        tmux.presses("w", "accepted", "Writes to")
        tmux.presses("W", "writing default/mysecret")
        tmux.presses("C-q", "before the result of a write is known")
        tmux.press("Q")
        tmux.sees("waiting for the answer")
        server.call("DELETE", "/api/v1/namespaces/default/secrets/mysecret")
        assert tmux.exit_code == 1
        tmux.sees("not written: password of default/mysecret", "The draft is lost")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--kubeconfig", "/nowhere/made-up"], 1, "/nowhere/made-up"),
        (["--made-up"], 2, "--made-up"),
        (["password=made-up"], 2, "key=value"),
        (["--demo", "--context", "made-up"], 2, "--demo"),
        (["--version"], 0, "secret-tui"),
    ],
)
def test_what_cannot_run_says_why_in_one_sentence(arguments: list[str], code: int, said: str) -> None:
    with Tmux([PROGRAM, *arguments]) as tmux:
        assert tmux.exit_code == code
        tmux.sees("secret-tui", said, gone=["Traceback", "password=made-up"])


def test_a_cluster_that_is_not_there_is_a_state_not_a_crash(server: Server) -> None:
    gone = Path(os.environ["HOME"]) / "gone"
    gone.write_text(server.kubeconfig.read_text().replace("127.0.0.1:", "127.0.0.2:"))
    with Tmux([PROGRAM, "--kubeconfig", str(gone)]) as tmux:
        tmux.sees("refused the connection", "not live")
        tmux.press("C-q")
        assert tmux.exit_code == 0
