"""Every way out by a signal, with a value on screen: nothing of it stays, and the code tells the signal."""

from __future__ import annotations

import os
import signal

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, environment
from tests.terminal.steps import OLD

pytestmark = pytest.mark.pty

COMMAND = [PROGRAM, "--demo", "default/mysecret"]
VALUE = OLD.decode()


def test_who_is_ended_by_a_signal_is_told_which_drafts_are_lost_and_not_what_is_in_them() -> None:
    with Terminal(COMMAND, env=environment()) as terminal:
        terminal.until_shown("password")
        terminal.presses("e", "12 B, one line")
        terminal.presses("x", "13 B, one line")
        terminal.presses("\r", "kept in the draft")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.until_end() == 143
        *_, last = bytes(terminal.stream).split(b"\x1b[?1049l")
    assert b"secret-tui: Drafts lost, not written: default/mysecret." in last
    assert VALUE.encode() not in last
