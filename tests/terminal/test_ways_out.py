"""Every end or stop with a value on screen, in tmux and GNU screen: neither keeps the value."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Final

import pytest

from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import Tmux, child_of, state_of, until
from tests.terminal.gnuscreen import GnuScreen
from tests.terminal.steps import OLD

pytestmark = pytest.mark.pty

VALUE: Final = OLD.decode()
OPENS: Final = ("--demo", "default/mysecret")
CRASHING: Final = (sys.executable, "-m", "tests.terminal.crash_on_help")
HOSTS: Final[dict[str, Callable[[list[str]], Tmux | GnuScreen]]] = {
    "tmux": Tmux,
    "tmux without a second screen": lambda command: Tmux(command, settings="set -g alternate-screen off\n"),
    "GNU screen": GnuScreen,
}


def show_value(host: Tmux | GnuScreen) -> None:
    host.sees("password")
    host.presses("r", VALUE)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("way", ["ctrl+q", "INT", "TERM", "HUP", "QUIT", "ABRT", "crash"])
def test_an_end_leaves_nothing_of_a_secret_in_the_multiplexer(host: str, way: str) -> None:
    with HOSTS[host]([*(CRASHING if way == "crash" else COMMAND), *OPENS]) as run:
        show_value(run)
        if way in ("ctrl+q", "crash"):
            run.press("C-q" if way == "ctrl+q" else "?")
            if way == "crash":
                run.sees("Internal error: KeyError")  # the first opens the screens again
                assert VALUE not in run.history
                run.press("?")
            assert run.exit_code == ["ctrl+q", "crash"].index(way)
        else:
            number = signal.Signals[f"SIG{way}"]
            os.kill(run.pid, number)
            assert run.exit_code == 128 + number
        if way == "crash":
            run.sees("Internal error: KeyError")
        # The terminal may read the program's last bytes after its end.
        until(lambda: VALUE not in run.history, lambda: f"the value to go from\n{run.history}")
        left = run.history
    assert ("Internal error: KeyError" in left) == (way == "crash")
    assert VALUE not in left and "mysecret" not in left and "password" not in left


@pytest.mark.parametrize("host", HOSTS)
def test_a_stopped_program_leaves_nothing_on_screen_and_returns_when_continued(host: str) -> None:
    with HOSTS[host]([*COMMAND, *OPENS]) as run:
        show_value(run)
        pid = run.pid
        os.kill(pid, signal.SIGTSTP)
        until(lambda: state_of(pid) == "T", lambda: "the program to stop")
        left = run.history
        assert VALUE not in left and "mysecret" not in left
        os.kill(pid, signal.SIGCONT)
        run.sees("mysecret", "password")
        run.press("C-q")
        assert run.exit_code == 0
        assert VALUE not in run.history


@pytest.mark.parametrize("host", HOSTS)
def test_after_a_kill_the_next_run_leaves_nothing_of_either(host: str) -> None:
    first = " ".join([*COMMAND, *OPENS])
    both = ["sh", "-c", f"{first}; stty sane; echo made sane; read on; exec {first}"]
    with HOSTS[host](both) as run:
        show_value(run)
        os.kill(child_of(run.pid), signal.SIGKILL)
        run.sees("made sane")  # before `stty sane`, the terminal is raw, and Enter would end no line
        run.press("Enter")
        until(lambda: VALUE not in run.history, lambda: "the next start to paint over the last frame")
        run.sees("live", "password", "********")
        run.press("C-q")
        assert run.exit_code == 0
        left = run.history
    assert VALUE not in left and "password" not in left
