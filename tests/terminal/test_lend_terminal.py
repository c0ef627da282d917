"""A login command has the terminal: the clipboard is cleared in time, and SIGTERM ends both programs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import environment, until
from tests.terminal.server import Server
from tests.terminal.steps import OLD, OVER_SSH, goes_to, osc52

pytestmark = pytest.mark.pty

_LOGS_IN = """#!/bin/sh
# At the start a login that the server refuses; then one that asks, if there is somebody to ask.
test -e HOME/.first || {
    : > HOME/.first
    echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",'
    echo '"status":{"token":"made-up"}}'
    exit
}
test -t 0 || exit 3
echo $$ > HOME/child
printf "Made-up PIN: " >&2
read pin
"""
ASKS: Final = "Made-up PIN:"
ROOT: Final = str(Path(__file__).parents[2])


@pytest.fixture
def config() -> Iterator[Path]:
    """A kubeconfig with a context that works, and one whose user logs in by that command."""
    home = Path.home()
    with Server("--demo") as server:
        config = yaml.safe_load(server.kubeconfig.read_text())
        script = home / "logs-in"
        script.write_text(_LOGS_IN.replace("HOME", str(home)))
        script.chmod(0o700)
        command = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "interactiveMode": "IfAvailable",
            "command": str(script),
        }
        config["users"].append({"name": "asks", "user": {"exec": command}})
        cluster = config["contexts"][0]["context"]["cluster"]
        config["contexts"].append({"name": "asks", "context": {"cluster": cluster, "user": "asks"}})
        file = home / ".kube" / "config"  # the user's own file, so the program asks nothing
        file.parent.mkdir(mode=0o700)
        file.write_text(yaml.safe_dump(config))
        yield file


def _child() -> Path:
    """Entry of the login command's process in /proc."""
    return Path("/proc") / (Path.home() / "child").read_text().strip()


def test_the_clipboard_is_cleared_while_a_login_command_has_the_terminal(config: Path) -> None:
    always = config.read_text().replace("IfAvailable", "Always")
    config.write_text(always)
    (Path.home() / ".first").touch()
    env = {
        **environment(),
        **OVER_SSH,
        "SECRET_TUI_CLIPBOARD_SECONDS": "4",
    }
    with Terminal([*COMMAND, "--kubeconfig", str(config), "default/mysecret"], env=env, cwd=ROOT) as terminal:
        terminal.until_shown("password")
        terminal.press("c")
        terminal.until(lambda: osc52(OLD) in terminal.stream, "the value to be sent")
        goes_to(terminal, "asks")
        terminal.until_shown(ASKS)
        asked = terminal.stream.rfind(ASKS.encode())
        terminal.until(lambda: osc52(b"") in terminal.stream[asked:], "the clipboard to be emptied")
        assert terminal.shows(ASKS), "while the other program has the terminal"
        terminal.presses("\x03", "Still in")
        until(lambda: not _child().exists(), lambda: "the command to end")
        terminal.press("\x11")
        assert terminal.until_end() == 0


def test_sigterm_ends_the_program_and_its_login_command(config: Path) -> None:
    config.write_text(config.read_text().replace("current-context: ", "current-context: asks # "))
    with Terminal([*COMMAND, "--kubeconfig", str(config)], env=environment(), cwd=ROOT) as terminal:
        terminal.until_shown("L logs in")
        terminal.presses("L", ASKS)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.until_end() == 143
        until(lambda: not _child().exists(), lambda: "the command to end")
        stream = bytes(terminal.stream)
    assert stream.rfind(b"\x1b[?1049l") > stream.rfind(b"\x1b[?1049h"), "the terminal is given back"
