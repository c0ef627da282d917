"""The terminal is closed by the other side, wherever the program is: nothing of it is left."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import PATIENCE, Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, environment, state_of, until
from tests.terminal.server import Server
from tests.terminal.steps import NEW, OLD
from tests.value_search import traces_in_files
from tui.cli.subcommands import journal_lines
from tui.model.journal import Wanted

pytestmark = pytest.mark.pty

SIGHUP: Final = 129
MOST: Final = 1.0
"""Seconds of a processor that it may still take, however long that is by the clock."""


def browsing(terminal: Terminal, server: Server) -> None:
    """A value is shown."""
    terminal.presses("r", OLD.decode())


def editing(terminal: Terminal, server: Server) -> None:
    """Another value stands in the editor."""
    terminal.presses("e", "mysecret / password")
    terminal.press(*NEW)
    terminal.until_shown(NEW)


def reviewing(terminal: Terminal, server: Server) -> None:
    """It is kept, and under review."""
    editing(terminal, server)
    terminal.presses("\r", "kept in the draft")
    terminal.presses("w", "accepted")


def writing(terminal: Terminal, server: Server) -> None:
    """It was sent, and nothing answers."""
    reviewing(terminal, server)
    os.kill(server.pid, signal.SIGSTOP)
    terminal.presses("W", "Writing default/mysecret")


def stopped(terminal: Terminal, server: Server) -> None:
    """The shell has the terminal."""
    browsing(terminal, server)
    os.kill(terminal.pid, signal.SIGTSTP)
    terminal.until(lambda: b"\x1b[?1049l" in terminal.stream, "the terminal to be given back")
    until(lambda: state_of(terminal.pid) == "T", lambda: "the program to stop")


@pytest.mark.parametrize(
    ("place", "written_down"),
    [
        (browsing, "shown password"),
        (editing, "shown password, to edit"),
        (reviewing, "shown password, to edit"),
        (writing, "written password, unknown"),
        (stopped, "shown password"),
    ],
)
def test_nothing_is_left_but_the_journals_line(
    place: Callable[[Terminal, Server], None], written_down: str, server: Server
) -> None:
    folders = [Path(os.environ[name]) for name in ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")]
    command = [*COMMAND, "--kubeconfig", str(server.kubeconfig), "default/mysecret"]
    with Terminal(command, env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown("password")
        try:
            place(terminal, server)
            spent = _processor_seconds(terminal.pid)
            terminal.close()
            while (now := _processor_seconds(terminal.pid)) is not None and now - (spent or 0) < MOST:
                time.sleep(0.01)
            assert now is None, "it is busy without a terminal"
            assert terminal.ends(PATIENCE) == SIGHUP
        finally:
            os.kill(server.pid, signal.SIGCONT)
        assert of_session(terminal.pid) == []
    assert place is writing or server.data("mysecret")["password"] == OLD, "nothing was written"
    assert traces_in_files(folders, OLD.decode()) + traces_in_files(folders, NEW) == []
    *_, last = journal_lines(Path(os.environ["XDG_STATE_HOME"]) / "secret-tui", Wanted())
    assert last.endswith(f"  default/mysecret  {written_down}")


BLOCKED: Final = (
    *(sys.executable, "-c"),
    "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP]); "
    "os.execv(sys.argv[1], sys.argv[1:])",
)
"""Runs what follows without SIGHUP ever coming to it."""


def test_where_no_signal_says_so_it_ends_all_the_same(server: Server) -> None:
    command = [*BLOCKED, *COMMAND, "--kubeconfig", str(server.kubeconfig), "default/mysecret"]
    with Terminal(command, env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown("password")
        browsing(terminal, server)
        terminal.close()
        assert terminal.ends(PATIENCE) != 0
        assert of_session(terminal.pid) == []


def _processor_seconds(pid: int) -> float | None:
    """What it has used so far; None once it has ended."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in "ZX" else sum(map(int, fields[10:12])) / os.sysconf("SC_CLK_TCK")


def of_session(leader: int) -> list[str]:
    """The processes of a terminal's session that there still are."""
    found = []
    for about in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = about.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            found.append(about.parent.name)
    return found
