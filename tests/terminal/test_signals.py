"""Every way out by a signal, with a value on screen: nothing of it stays, and the code tells the signal."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.pseudo import Terminal
from tests.terminal.drive import PROGRAM, Tmux, environment
from tests.terminal.steps import OLD

pytestmark = pytest.mark.pty

COMMAND = [PROGRAM, "--demo", "default/mysecret"]
VALUE = OLD.decode()
NO_SECOND_SCREEN = "set -g alternate-screen off\n"


def show(terminal: Terminal) -> None:
    """The program has drawn a value."""
    terminal.until_shown("password")
    terminal.press("r")
    terminal.until_shown(VALUE)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129), (None, 0)]
)
def test_a_signal_ends_it_and_its_code_tells_which(number: signal.Signals | None, code: int) -> None:
    with Terminal(COMMAND, env=environment()) as terminal:
        show(terminal)
        drawn = len(terminal.stream)
        if number is None:
            terminal.press("\x11")
        else:
            os.kill(terminal.pid, number)
        assert terminal.until_end() == code
        after = bytes(terminal.stream[drawn:])
    if number is signal.SIGHUP:
        assert after == b"", "nobody is there to paint for"
        return
    *_, last = after.split(b"\x1b[?1049l")
    assert b"\x1b[24;1H\x1b[2K" in after, "each line is emptied before the terminal is given back"
    assert VALUE.encode() not in last


@pytest.mark.parametrize("way", ["TERM", "INT", "ctrl+q"])
def test_where_there_is_no_second_screen_the_last_frame_is_emptied(way: str) -> None:
    with Tmux(COMMAND, settings=NO_SECOND_SCREEN) as tmux:
        tmux.sees("password")
        tmux.presses("r", VALUE)
        if way == "ctrl+q":
            tmux.press("C-q")
        else:
            os.kill(_program(tmux), getattr(signal, f"SIG{way}"))
        assert tmux.exit_code == {"TERM": 143, "INT": 130, "ctrl+q": 0}[way]
        left = tmux.history
    assert VALUE not in left
    assert "mysecret" not in left and "password" not in left


def _program(tmux: Tmux) -> int:
    """The process of the command that the shell in tmux's pane runs."""
    shell = int(tmux._ask("#{pane_pid}"))
    return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])


def test_a_terminal_that_is_gone_ends_it_at_once() -> None:
    terminal = Terminal(COMMAND, env=environment())
    with terminal:
        show(terminal)
        os.close(terminal._terminal)
        try:
            assert terminal._process.wait(10) == 129
        finally:
            terminal._terminal = os.open(os.devnull, os.O_RDWR)
