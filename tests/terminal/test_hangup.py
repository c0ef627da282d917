"""A terminal closed by the other side: the program ends wherever it is, and leaves nothing behind."""

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
from tui.model.journal import JournalFilter

pytestmark = pytest.mark.pty

SIGHUP: Final = 129
MOST: Final = 1.0
"""Seconds of processor time that the program may still take, however long that is by the clock."""


def browsing(terminal: Terminal, server: Server) -> None:
    """Show a value."""
    terminal.presses("r", OLD.decode())


def editing(terminal: Terminal, server: Server) -> None:
    """Type another value in the editor."""
    terminal.presses("e", "mysecret / password")
    terminal.press(*NEW)
    terminal.until_shown(NEW)


def reviewing(terminal: Terminal, server: Server) -> None:
    """Keep the edit and open the review."""
    editing(terminal, server)
    terminal.presses("\r", "kept in the draft")
    terminal.presses("w", "accepted")


def writing(terminal: Terminal, server: Server) -> None:
    """Send the write to a server that answers nothing."""
    reviewing(terminal, server)
    os.kill(server.pid, signal.SIGSTOP)
    terminal.presses("W", "Writing default/mysecret")


def stopped(terminal: Terminal, server: Server) -> None:
    """Stop the program, so that the shell would have the terminal."""
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
def test_a_closed_terminal_leaves_only_a_line_in_the_journal(
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
    *_, last = journal_lines(Path(os.environ["XDG_STATE_HOME"]) / "secret-tui", JournalFilter())
    assert last.endswith(f"  default/mysecret  {written_down}")


BLOCKED: Final = (
    *(sys.executable, "-c"),
    "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP]); "
    "os.execv(sys.argv[1], sys.argv[1:])",
)
"""Command that runs what follows with SIGHUP blocked."""


def test_a_closed_terminal_ends_the_program_even_with_sighup_blocked(server: Server) -> None:
    command = [*BLOCKED, *COMMAND, "--kubeconfig", str(server.kubeconfig), "default/mysecret"]
    with Terminal(command, env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown("password")
        browsing(terminal, server)
        terminal.close()
        assert terminal.ends(PATIENCE) != 0
        assert of_session(terminal.pid) == []


def _processor_seconds(pid: int) -> float | None:
    """Processor seconds that a process has used so far; None once it has ended."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in "ZX" else sum(map(int, fields[10:12])) / os.sysconf("SC_CLK_TCK")


def of_session(leader: int) -> list[str]:
    """Processes that are left in a terminal's session."""
    left = []
    for about in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = about.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            left.append(about.parent.name)
    return left
