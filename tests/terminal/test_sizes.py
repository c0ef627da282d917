"""What each size of terminal keeps, and what stays when the size changes while the program runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.terminal.server import Server
from tests.terminal.steps import MASK, NEW, OLD, edit, open_mysecret, program, write

pytestmark = pytest.mark.pty

SIZES = ((200, 60), (120, 36), (100, 30), (80, 24), (48, 20))


@pytest.fixture
def server() -> Iterator[Server]:
    """The story's cluster."""
    with Server("--demo") as server:
        yield server


@pytest.mark.parametrize("size", [(48, 20), (120, 36), (200, 60)])
def test_the_main_job_works_at_this_size(server: Server, size: tuple[int, int]) -> None:
    with program(server, size=size) as tmux:
        open_mysecret(tmux)
        tmux.presses("p", "Readers of mysecret", "mypod: container mypod", "/etc/secret", "read-only")
        tmux.presses("Escape", "Read by: password", gone=["Readers of"])
        edit(tmux, "password", NEW, was=len(OLD))
        write(tmux, "12 B → 15 B")
        tmux.press("C-q")
        assert tmux.exit_code == 0
    assert server.data("mysecret") == {"username": b"admin", "password": NEW.encode()}


def test_another_size_keeps_cursor_draft_and_what_is_shown(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        tmux.go_to("username")
        tmux.presses("r", "admin", "username is shown")
        for size in (*SIZES, *reversed(SIZES)):
            tmux.resizes(*size)
            screen = tmux.sees("username", "admin", MASK, "mysecret")
            assert tmux.cursor == "username", screen
            rows = screen.splitlines()
            assert max(map(len, rows)) <= size[0]
            assert NEW not in screen
        tmux.go_to("password")
        write(tmux, "12 B → 15 B")
    assert server.data("mysecret") == {"username": b"admin", "password": NEW.encode()}


def test_a_terminal_that_is_too_small_loses_nothing(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.presses("e", "edit mysecret / password", "was 12 B")
        tmux.type("-and-more")
        tmux.sees("-and-more")
        tmux.resizes(20, 5)
        tmux.resizes(80, 24)
        tmux.sees("edit mysecret / password", "1f2d1e2e67df-and-more")
        tmux.presses("Enter", "password kept in the draft")
        tmux.resizes(20, 5)
        tmux.resizes(80, 24)
        tmux.sees("1 draft", "password", "username")
        write(tmux, "12 B → 21 B")
        tmux.press("C-q")
        assert tmux.exit_code == 0
    assert server.data("mysecret")["password"] == OLD + b"-and-more"


def test_it_starts_in_a_terminal_that_is_too_small(server: Server) -> None:
    with program(server, size=(20, 5)) as tmux:
        tmux.rests()
        tmux.resizes(80, 24)
        tmux.sees("mysecret", "● live")
        tmux.press("C-q")
        assert tmux.exit_code == 0
