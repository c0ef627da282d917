"""ctrl+z in a real shell: a copy is taken back, and fg brings the program back with values masked."""

from __future__ import annotations

import shlex
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, environment
from tests.terminal.steps import MASK, OLD, OVER_SSH, osc52
from tests.terminal.test_ended_while_stopped import shell

pytestmark = pytest.mark.pty

VALUE: Final = OLD.decode()
OPENS: Final = shlex.join([*COMMAND, "--demo", "default/mysecret"])


def test_without_a_shell_to_continue_it_the_program_does_not_suspend() -> None:
    with Terminal([*COMMAND, "--demo", "default/mysecret"], env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown("Read by: password")
        terminal.presses("\x1a", "Not suspended: no shell")
        terminal.press("\x11")
        assert terminal.until_end() == 0


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_copy_is_taken_back_before_a_suspend_unless_it_is_kept(is_kept: bool) -> None:
    with shell(**OVER_SSH) as terminal:
        terminal.press(f"{OPENS}\r")
        terminal.until_shown("Read by: password")
        terminal.press("c")
        terminal.until(lambda: osc52(OLD) in terminal.stream, "the value to be sent")
        terminal.until_shown("unconfirmed")
        if is_kept:
            terminal.presses("K", "stays on the clipboard")
        terminal.presses("\x1a", "Stopped")
        assert (osc52(b"") in terminal.stream) != is_kept
        stopped = len(terminal.stream)
        terminal.presses("fg\r", MASK)
        left = len(terminal.stream)
        terminal.press("\x11")
        terminal.until(lambda: b"made-up>" in terminal.stream[left:], "the shell again")
        assert osc52(b"") not in terminal.stream[stopped:]
