"""Failed connections to a real API server: the cause is named, and nothing is called live without answers."""

from __future__ import annotations

import base64
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.controlplane import certs
from tests.controlplane.build import APISERVER
from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import ADMIN, write_kubeconfig
from tests.journeys.cluster_objects import Beside
from tests.journeys.kubeconfigs import kubeconfig
from tests.terminal.drive import PROGRAM, ROOT, Tmux
from tests.terminal.steps import MASK

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

SIZE: Final = (120, 36)
TIME_OUT: Final = "3s"


def with_certificate(plane: ControlPlane, pair: certs.Pair) -> Path:
    """Write a kubeconfig with this client certificate inline."""
    folder = Path.home() / ".kube"
    folder.mkdir(mode=0o700, exist_ok=True)
    user = {
        "client-certificate-data": base64.b64encode(pair.certificate).decode(),
        "client-key-data": base64.b64encode(pair.key).decode(),
    }
    return write_kubeconfig(folder / "by-certificate.yaml", plane.folder, plane.url, user)


def test_a_stopped_server_is_not_called_live_until_it_answers_again(beside: Beside) -> None:
    config = kubeconfig(beside.plane)
    command = [PROGRAM, "--kubeconfig", str(config), "-n", beside.namespace, "--request-timeout", TIME_OUT]
    with Tmux(command, size=SIZE) as tmux:
        tmux.sees("mysecret", "● live")
        with standing_still(beside.plane):
            tmux.presses("Enter", "not live", gone=["● live"])
        tmux.sees("● live", "password", MASK, gone=["not live"])
        tmux.presses("C-q")
        assert tmux.exit_code == 0


@contextmanager
def standing_still(plane: ControlPlane) -> Iterator[None]:
    """Stop the API server's process until the block ends: connections stay open without an answer."""
    server = plane.pids[APISERVER.name]
    os.kill(server, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server, signal.SIGCONT)


HOURS: Final = 5
"""Hours by which the computer's clock is fast. By the server's clock no certificate here has expired."""


@contextmanager
def on_a_fast_clock(beside: Beside, authority: certs.Pair) -> Iterator[Tmux]:
    """Run the command with a certificate of that authority that has expired by the local clock alone."""
    pair = certs.client(authority, ADMIN, lifetime=timedelta(hours=1))
    config = with_certificate(beside.plane, pair)
    program = [sys.executable, "-m", "tests.terminal.fast_clock", str(3600 * HOURS)]
    command = shlex.join([*program, "--kubeconfig", str(config), "-n", beside.namespace])
    with Tmux(["sh", "-c", f"cd {shlex.quote(str(ROOT))}; exec {command}"], size=SIZE) as tmux:
        yield tmux


def test_a_certificate_that_the_server_accepts_is_not_called_expired_by_a_fast_clock(beside: Beside) -> None:
    with on_a_fast_clock(beside, beside.plane.ca) as tmux:
        tmux.sees("mysecret", "● live", gone=["expired"])
        tmux.presses("C-q")
        assert tmux.exit_code == 0


def test_a_refused_login_is_blamed_on_the_fast_clock_and_not_on_an_expired_certificate(
    beside: Beside,
) -> None:
    with on_a_fast_clock(beside, certs.authority("another")) as tmux:
        tmux.sees(f"this computer's clock is {HOURS}h ahead of the", gone=["expired", "● live"])
