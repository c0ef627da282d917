"""Quitting in tmux while a write has no answer: the question, the report and the exit code."""

from __future__ import annotations

import pytest

from tests.terminal.server import Server
from tests.terminal.steps import NEW, OLD, edit, open_mysecret, program

pytestmark = pytest.mark.pty


def test_quitting_during_a_write_without_an_answer_reports_it_with_exit_code_3(server: Server) -> None:
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
            tmux.sees("secret-tui:", "waiting up to 5 s", "outcome unknown", "password of default/mysecret")
        assert NEW not in tmux.screen
