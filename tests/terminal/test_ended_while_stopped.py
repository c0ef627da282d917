"""The program, stopped by ctrl+z and ended from the shell, leaves the shell's terminal as it is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, child_of, environment, state_of, until
from tests.terminal.steps import MASK, OLD

pytestmark = pytest.mark.pty

VALUE: Final = OLD.decode()
OPENS: Final = shlex.join([*COMMAND, "--demo", "default/mysecret"])
PROMPT: Final = "made-up> "


class Shell(Terminal):
    """An interactive shell, and the program as its first job."""

    def run_line(self, line: str) -> str:
        """Run a line in the shell; return what came to the terminal until it was done."""
        before = len(self.stream)
        self.press(f"{line}; echo d''one\r")
        self.until(lambda: b"done\r\n" in self.stream[before:], f"an answer to {line}")
        return bytes(self.stream[before:]).decode()

    @property
    def job(self) -> int:
        """The program's process."""
        return child_of(self.pid)


@contextmanager
def shell(**more: str) -> Iterator[Shell]:
    env = {**environment(), "PS1": PROMPT, **more}
    with Shell(["bash", "--norc", "--noprofile", "-i"], env=env, cwd=str(ROOT)) as terminal:
        terminal.until_shown(PROMPT.strip())
        yield terminal
        if is_there(terminal.pid):
            terminal.press("exit\r")
            terminal.until_end()


def stops(terminal: Shell) -> None:
    """Show a value, then stop the program by ctrl+z."""
    terminal.press(f"{OPENS}\r")
    terminal.until_shown("Read by: password")
    terminal.presses("r", VALUE)
    terminal.presses("\x1a", "Stopped")


def mode(terminal: Shell) -> str:
    """Settings of the terminal, as `stty -g` prints them."""
    match = re.search(r"[0-9a-f:]{40,}", terminal.run_line("stty -g"))
    assert match is not None
    return match[0]


def is_untouched(stream: str) -> bool:
    """True if only the shell wrote: no other screen, no title, no mouse, no erased line."""
    return not re.search(r"\x1b\[\?(1049|100\d|25|7)|\x1b\]|\x1b\[[\d;]+[GH]|\x1b\[2[JK]", stream)


def assert_ends(terminal: Shell, pid: int, line: str, code: int) -> None:
    """Check that this line ends the program with this code, and that only the shell writes."""
    before = len(terminal.stream)
    terminal.run_line(line)
    until(lambda: not Path(f"/proc/{pid}").exists(), lambda: f"the end of it, which is {state_of(pid)}")
    # `jobs` names the job unless a prompt did before; after that prompt `wait` no longer knows it.
    terminal.run_line("jobs")
    assert f"Exit {code} " in bytes(terminal.stream[before:]).decode()
    assert is_untouched(bytes(terminal.stream[before:]).decode())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("kill %1", 143),
        ("kill -INT $!; kill -CONT $!", 130),
        ("kill -HUP %1", 129),
        ("kill -CONT $!; kill -TERM $!", 143),
    ],
)
def test_a_stopped_program_ends_by_a_signal_and_leaves_the_shells_terminal_as_it_was(
    line: str, code: int
) -> None:
    with shell() as terminal:
        stops(terminal)
        pid, was = terminal.job, mode(terminal)
        assert_ends(terminal, pid, line.replace("$!", str(pid)), code)
        assert mode(terminal) == was


def test_in_the_background_the_program_stops_again_and_fg_brings_it_back_masked() -> None:
    with shell() as terminal:
        stops(terminal)
        pid = terminal.job
        output = terminal.run_line("bg")
        until(lambda: state_of(pid) == "T", lambda: "it to stop again")
        assert is_untouched(output + terminal.run_line("true"))
        shown = len(terminal.stream)
        terminal.presses("fg\r", MASK)
        assert VALUE.encode() not in terminal.stream[shown:]
        left = len(terminal.stream)  # the prompt before fg may have come after `shown`
        terminal.press("\x11")
        terminal.until(lambda: PROMPT.encode() in terminal.stream[left:], "the shell again")


def is_there(pid: int) -> bool:
    """True while the process runs; a zombie, whose parent may never reap it, has ended."""
    try:
        return state_of(pid) != "Z"
    except OSError:
        return False
