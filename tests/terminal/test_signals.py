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


def test_who_is_ended_by_a_signal_is_told_which_drafts_are_lost_and_not_what_is_in_them() -> None:
    with Terminal(COMMAND, env=environment()) as terminal:
        terminal.until_shown("password")
        terminal.press("e")
        terminal.until_shown("12 B, one line")
        terminal.press("x")
        terminal.until_shown("13 B, one line")
        terminal.press("\r")
        terminal.until_shown("kept in the draft")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.until_end() == 143
        *_, last = bytes(terminal.stream).split(b"\x1b[?1049l")
    assert b"secret-tui: Drafts lost, not written: default/mysecret." in last
    assert VALUE.encode() not in last
