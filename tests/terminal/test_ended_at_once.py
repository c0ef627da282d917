"""A signal that ends the program at once: nothing of a value stays on the open terminal."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import PATIENCE, Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, environment, until
from tests.terminal.steps import OLD
from tests.terminal.test_clipboard import SSH
from tests.terminal.test_clipboard_multiplexers import copied
from tests.terminal.test_hangup import of_session

pytestmark = pytest.mark.pty

VALUE: Final = OLD.decode()
DEMO: Final = [*COMMAND, "--demo", "default/mysecret"]
ENDS: Final = {signal.SIGHUP: 128 + signal.SIGHUP, signal.SIGQUIT: -3, signal.SIGABRT: -6}
"""Exit code for each signal, negative for an end by the signal itself."""
EMPTY: Final = ("", "u")
"""Texts of an empty screen: pyte draws the end of the sequence that turns kitty's keys off."""
MODES: Final = ("1000", "1002", "1006", "1004", "1049", "2004")
"""Modes that a shell cannot use: the mouse, the focus, the other screen, marked pastes."""


@pytest.mark.parametrize("number", ENDS)
def test_a_signal_restores_screen_modes_and_clipboard_as_quitting_does(number: signal.Signals) -> None:
    with Terminal(DEMO, env={**environment(), **SSH}, cwd=str(ROOT)) as terminal:
        before = terminal.settings
        terminal.until_shown("password")
        terminal.presses("r", VALUE)
        terminal.presses("c", "sent to your terminal's clipboard")
        assert terminal.settings != before
        os.kill(terminal.pid, number)
        assert terminal.until_end() == ENDS[number]
        assert "".join(terminal.lines).strip() in EMPTY
        assert copied(terminal) == [OLD, b""]
        assert terminal.settings == before
        stream = bytes(terminal.stream).decode()
    for mode in MODES:
        assert stream.rfind(f"\x1b[?{mode}l") > stream.rfind(f"\x1b[?{mode}h") >= 0, mode
    assert stream.rfind("\x1b[?25h") > stream.rfind("\x1b[?25l") >= 0, "the cursor is seen"


@pytest.mark.parametrize("number", ENDS)
def test_a_terminal_that_reads_nothing_does_not_prevent_the_end(number: signal.Signals) -> None:
    with Terminal(DEMO, env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown("password")
        terminal.presses("r", VALUE)
        with terminal.stopped():
            terminal.press("?")  # what is drawn for it waits
            os.kill(terminal.pid, number)
            assert terminal.ends(PATIENCE) == ENDS[number]


def test_an_editor_that_has_the_terminal_ends_with_the_program(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "vim")
    monkeypatch.setenv("TERM", "screen-256color")  # what vim asks of an xterm pyte does not know
    with Terminal(DEMO, env=environment(), cwd=str(ROOT)) as terminal:
        before = terminal.settings
        terminal.until_shown("password")
        terminal.presses("\x0f", "stringData:")
        os.kill(terminal.pid, signal.SIGQUIT)
        assert terminal.until_end() == -signal.SIGQUIT
        until(lambda: of_session(terminal.pid) == [], lambda: "vim to end")
        assert "".join(terminal.lines).strip() in EMPTY
        assert terminal.settings == before
    assert list(memory.iterdir()) == []
