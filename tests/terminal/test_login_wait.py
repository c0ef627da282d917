"""A login command that hangs at the start is named, the quit keys work, and it ends with the program."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.pseudo_terminal import PATIENCE, Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, environment, has_ended, until
from tests.terminal.test_hangup import of_session

pytestmark = pytest.mark.pty

MODES: Final = ("IfAvailable", "Never")
KEYS: Final = {"\x11": 128 + signal.SIGQUIT, "\x03": 128 + signal.SIGINT}
WAITS: Final = "secret-tui: logging in to made-up with sh; ctrl+c or ctrl+q quits"


@pytest.fixture(params=MODES)
def hangs(request: pytest.FixtureRequest) -> list[str]:
    """The program with a kubeconfig whose login command says nothing and does not end."""
    spec = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "interactiveMode": request.param,
        "command": "sh",
        "args": ["-c", f"echo $$ > {Path.home()}/command; exec sleep 600"],
    }
    config = {
        "current-context": "made-up",
        "contexts": [{"name": "made-up", "context": {"cluster": "made-up", "user": "made-up"}}],
        "clusters": [{"name": "made-up", "cluster": {"server": "http://127.0.0.1:9"}}],
        "users": [{"name": "made-up", "user": {"exec": spec}}],
    }
    file = Path.home() / "config"
    file.write_text(yaml.safe_dump(config))
    return [*COMMAND, "--trust", "--kubeconfig", str(file)]


def is_over() -> bool:
    """True once the login command has ended."""
    return has_ended(int((Path.home() / "command").read_text()))


@pytest.mark.parametrize("key", KEYS)
def test_the_quit_keys_end_a_hanging_login_and_leave_the_terminal_as_it_was(
    key: str, hangs: list[str]
) -> None:
    with Terminal(hangs, env=environment(), cwd=str(ROOT)) as terminal:
        before = terminal.settings
        terminal.until_shown(WAITS)
        terminal.press(key)
        assert terminal.until_end() == KEYS[key]
        assert terminal.settings == before
        until(is_over, lambda: "the command to end")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_the_program_and_its_login_command(number: signal.Signals, hangs: list[str]) -> None:
    with Terminal(hangs, env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown(WAITS)
        os.kill(terminal.pid, number)
        assert terminal.until_end() == 128 + number
        until(is_over, lambda: "the command to end")


def test_a_closed_terminal_ends_the_program_and_its_login_command(hangs: list[str]) -> None:
    with Terminal(hangs, env=environment(), cwd=str(ROOT)) as terminal:
        terminal.until_shown(WAITS)
        terminal.close()
        assert terminal.ends(PATIENCE) == 128 + signal.SIGHUP
        until(is_over, lambda: "the command to end")
        assert of_session(terminal.pid) == []
