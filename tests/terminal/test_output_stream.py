"""Sequences sent to the terminal beside text and style: a color query, the title, and each copy."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import environment
from tests.terminal.server import Server
from tests.terminal.steps import OLD
from tests.terminal.vt import cut

pytestmark = pytest.mark.pty

SSH = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22", "SSH_TTY": "/dev/pts/0"}
BACKGROUND = b"\x1b]11;?\x1b\\"
"""Query of the background color."""
TITLE = b"\x1b]2;secret-tui embedded\x1b\\"
COPY = b"\x1b]52;c;" + base64.b64encode(OLD) + b"\a"
EMPTY = b"\x1b]52;c;\a"


@pytest.fixture
def server() -> Iterator[Server]:
    """The story's cluster, with a value that would notify and retitle."""
    with Server("--demo") as server:
        server.write("mysecret", {"zz": b"\x1b]9;made up\x07\x1b]777;notify;a;b\x07\x1b]0;made up\x07"})
        yield server


def strings(stream: bytes) -> list[bytes]:
    """Every OSC, DCS, APC, PM and SOS."""
    return [token.data for token in cut(stream) if token.kind in ("string", "broken")]


def test_the_only_osc_sequences_are_a_color_query_the_title_and_copies(server: Server) -> None:
    command = [*COMMAND, "--kubeconfig", str(server.kubeconfig), "default/mysecret"]
    with Terminal(command, env={**environment(), **SSH}) as terminal:
        terminal.until_shown("3 keys")
        terminal.until_shown("********")
        for key, shown in (
            ("R", "values are shown until"),
            ("?", "? close help"),
            ("\x1b", "c copy  e edit"),
            ("e", "f1 help"),
            ("\x1b", "password is unchanged."),
            ("p", "p all kinds"),
            ("\x1b", "c copy  e edit"),
        ):
            terminal.presses(key, shown)
        terminal.watch(0.5)  # a sequence may have come in part
        assert strings(bytes(terminal.stream)) == [BACKGROUND, TITLE]
        terminal.press("c")
        terminal.until(lambda: COPY in terminal.stream, "the copy")
        terminal.press("\x11")
        terminal.until_end()
        sent = strings(bytes(terminal.stream))
    assert sent == [BACKGROUND, TITLE, COPY, EMPTY], "and it is emptied at the end"
