"""Resizes of the terminal from 200x60 to 48x20 and back, while the program runs."""

from __future__ import annotations

import pytest

from tests.terminal.server import Server
from tests.terminal.steps import MASK, NEW, OLD, edit, open_mysecret, program, write

pytestmark = pytest.mark.pty

SIZES = ((200, 60), (120, 36), (100, 30), (80, 24), (48, 20))


def test_a_resize_keeps_cursor_draft_and_shown_value(server: Server) -> None:
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
