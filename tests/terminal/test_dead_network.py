"""A dead network: ctrl+q ends the program, and ctrl+c ends the list that loads."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, environment

pytestmark = pytest.mark.pty

HANGING_RESOLVER = """
import socket, sys, threading
socket.getaddrinfo = lambda *args, **options: threading.Event().wait()
from tui.__main__ import run
run()
"""
"""The program with a name server that takes every question and answers none."""


@contextmanager
def taking_all_and_answering_nothing() -> Iterator[str]:
    """Address of a server whose connections are open on the client's side alone."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def kubeconfig(server: str) -> str:
    file = Path(environment()["HOME"]) / "config"
    file.write_text(
        f"clusters: [{{name: c, cluster: {{server: '{server}'}}}}]\n"
        "users: [{name: u, user: {token: made-up}}]\n"
        "contexts: [{name: dead, context: {cluster: c, user: u}}]\ncurrent-context: dead\n"
    )
    return str(file)


def is_stopped(terminal: Terminal) -> bool:
    """True once ctrl+c has ended the list; pressed again each time, since the list may not have begun."""
    if terminal.shows("Loading Secrets"):
        terminal.press("\x03")
    return not terminal.shows("Loading Secrets")


@pytest.mark.parametrize("way", ["half-open", "resolver"])
@pytest.mark.parametrize("stops", [False, True], ids=["quits", "stops first"])
def test_ctrl_q_ends_the_program_cleanly_on_a_dead_network(way: str, stops: bool) -> None:
    with taking_all_and_answering_nothing() as server:
        if way == "half-open":
            command = [PROGRAM, "--kubeconfig", kubeconfig(server)]
        else:
            file = kubeconfig("http://made-up.example.test")
            command = [sys.executable, "-c", HANGING_RESOLVER, "--kubeconfig", file]
        with Terminal(command, env=environment()) as terminal:
            terminal.until_shown("Loading Secrets")
            if stops:
                terminal.until(lambda: is_stopped(terminal), "the end of the list")
                terminal.until_shown("topped")
            terminal.press("\x11")
            assert terminal.until_end() == 0
            assert b"\x1b[?1049l" in terminal.stream, "the terminal is given back"
            assert not terminal.shows("secret-tui:"), "and nothing is left to be said"
