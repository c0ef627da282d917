"""The tour's own server on a shared machine: it serves only requests with its token."""

from __future__ import annotations

import os
import re
import secrets
import signal
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM

pytestmark = pytest.mark.pty

PATH: Final = "/api/v1/secrets"
A_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{40,}")


@pytest.fixture
def tour() -> Iterator[tuple[Terminal, int]]:
    """The tour on screen, and the port that its header names."""
    with Terminal([PROGRAM, "--demo"], size=(120, 36)) as tui:
        tui.until_shown("● live")
        match = re.search(r"http://127\.0\.0\.1:(\d+)", tui.lines[0])
        assert match is not None, tui.lines[0]
        yield tui, int(match[1])


def status(port: int, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", PATH, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_requests_without_the_right_token_are_refused_however_often(tour: tuple[Terminal, int]) -> None:
    tui, port = tour
    assert status(port) == 403  # anonymous, as on a real server
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(1_000):
        connection.request("GET", PATH, headers={"Authorization": f"Bearer {secrets.token_urlsafe(32)}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 401
    connection.close()
    tui.press("\x11")
    assert tui.until_end() == 0


def test_a_request_for_another_host_name_is_refused(tour: tuple[Terminal, int]) -> None:
    tui, port = tour
    assert status(port, Host=f"evil.example:{port}") == 421
    assert status(port, Host="127.0.0.1") == 421
    tui.press("\x11")
    assert tui.until_end() == 0


def test_the_token_is_neither_in_argv_nor_on_screen_and_the_port_closes_with_the_tour(
    tour: tuple[Terminal, int],
) -> None:
    tui, port = tour
    exposed = Path(f"/proc/{tui.pid}/cmdline").read_bytes() + bytes(tui.stream)
    assert not A_TOKEN.search(exposed.decode(errors="replace"))
    os.kill(tui.pid, signal.SIGKILL)
    assert tui.until_end() == -signal.SIGKILL
    with pytest.raises(ConnectionRefusedError):
        status(port)
