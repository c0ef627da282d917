"""The program through a real sshd: no press is lost, and none acts twice."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, until
from tests.terminal.server import Server
from tests.terminal.slow_link import slow_link

pytestmark = [pytest.mark.pty, pytest.mark.timeout(120)]

NAME: Final = "far-away"
KEYS: Final = ("key-0", "key-1", "key-2")
NEW: Final = "made-up"
MARKS_PASTES: Final = b"\x1b[?2004;2$y"
"""The answer of a terminal that marks its pastes."""
AT_TWO_SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
SIZE: Final = (80, 24)
BY_HAND: Final = 0.08
"""Seconds between two presses."""
ENTER, RUB, DOWN, QUIT = "\r", "\x7f", "j", "\x11"
_RUN: Final = Path("/run/sshd")
_CONFIG: Final = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
"""
_OPTIONS: Final = "StrictHostKeyChecking=no UserKnownHostsFile=/dev/null LogLevel=ERROR IdentitiesOnly=yes"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        body = {"metadata": {"name": NAME}, "stringData": dict.fromkeys(KEYS, "x")}
        server.call("POST", "/api/v1/namespaces/default/secrets", body)
        yield server


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """Command line of ssh to an sshd on loopback, without the remote command."""
    for name in ("host", "user"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(made, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    config = tmp_path / "sshd.conf"
    config.write_text(_CONFIG.format(port=port, folder=tmp_path))
    has_made_run = os.geteuid() == 0 and not _RUN.exists()
    if has_made_run:
        _RUN.mkdir(mode=0o755)
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert sshd is not None, "sshd is not installed"
    command = [sshd, "-D", "-e", "-f", str(config)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
        try:
            until(lambda: listens(port), lambda: "sshd")
            flags = [f"-o{option}" for option in _OPTIONS.split()]
            user = pwd.getpwuid(os.getuid()).pw_name
            where = ["-p", str(port), "-i", str(tmp_path / "user"), f"{user}@127.0.0.1"]
            yield ["ssh", "-F", "none", "-tt", *flags, *where]
        finally:
            process.terminate()
    if has_made_run:
        _RUN.rmdir()


def listens(port: int) -> bool:
    """True if a server accepts connections at this port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def far_ssh(ssh: list[str]) -> Iterator[list[str]]:
    """The same command over a line that takes 300 ms each way."""
    at = ssh.index("-p") + 1
    with slow_link(int(ssh[at]), 0.3) as port:
        yield [*ssh[:at], str(port), *ssh[at + 1 :]]


@contextmanager
def log_in(
    ssh: list[str], server: Server, folder: Path, size: tuple[int, int] = SIZE, *, in_tmux: bool = True
) -> Iterator[Terminal]:
    """Run ssh, tmux on the host if wanted, and the program in it."""
    home = folder / "home"
    home.mkdir()
    settings = folder / "tmux.conf"
    settings.write_text("set -g status off\n")
    tmux = ["tmux", "-S", str(home / "tmux"), "-f", str(settings)]
    program = [PROGRAM, "--trust", "--kubeconfig", str(server.kubeconfig), "-n", "default"]
    there = {"HOME": str(home), "LC_ALL": "C.UTF-8", "TMPDIR": os.environ["TMPDIR"], "TZ": "UTC"}
    env = [f"{name}={value}" for name, value in there.items()]
    host = [*tmux, "new-session"] if in_tmux else []
    command = [*ssh, shlex.join(["exec", "env", *env, *host, *program])]
    try:
        with Terminal(command, env={**os.environ, "TERM": "xterm-256color"}, size=size) as tui:
            yield tui
    finally:  # tmux outlives a dropped connection, as it should
        subprocess.run([*tmux[:3], "kill-server"], check=False, capture_output=True)


def is_on(tui: Terminal, name: str) -> bool:
    """True if the cursor is on the row of this name."""
    return any(line.split()[:2] == ["▸", name] for line in tui.lines)


def test_each_key_of_a_secret_is_changed_once(ssh: list[str], server: Server, tmp_path: Path) -> None:
    """The test waits for screens, not for single presses."""
    with log_in(ssh, server, tmp_path) as tui:
        tui.until_shown("● live")
        tui.type(f"/{NAME}", between=BY_HAND)
        tui.until_shown(f"filter: {NAME}")
        tui.type(ENTER, between=1.0)
        tui.type(ENTER, between=BY_HAND)
        tui.until_shown("********")
        for number, key in enumerate(KEYS):
            tui.type("g" + DOWN * number, between=BY_HAND)
            tui.until(partial(is_on, tui, key), f"{key} under the cursor")
            tui.watch(0.8)
            tui.type("e", between=BY_HAND)
            tui.until_shown(f"/ {key}")
            tui.type([RUB, *NEW], between=BY_HAND)
            tui.until_shown(NEW)
            tui.type(ENTER, between=BY_HAND)
            tui.until_shown("kept in the draft")
            tui.type("w", between=BY_HAND)
            tui.until_shown("accepted at")
            tui.type("W", between=BY_HAND)
            tui.until_shown(f"Written: {key} of")
            tui.until_shown("READ BY")
        tui.type("!", between=BY_HAND)
        tui.until_shown("Messages")
        tui.watch(1.0)
        assert sum("Written: key-" in line for line in tui.lines) == len(KEYS)
        tui.press(QUIT)
        assert tui.until_end() == 0
    assert server.data(NAME) == dict.fromkeys(KEYS, NEW.encode())


@AT_TWO_SIZES
@pytest.mark.parametrize("in_tmux", [True, False], ids=["tmux", "xterm"])
def test_over_300_ms_each_way_keys_of_one_packet_are_taken_in_order(
    far_ssh: list[str], server: Server, tmp_path: Path, size: tuple[int, int], in_tmux: bool
) -> None:
    """tmux on the host tells its name; the terminal here answers after the program began to read keys."""
    with log_in(far_ssh, server, tmp_path, size, in_tmux=in_tmux) as tui:
        tui.until_shown("● live")
        if not in_tmux:
            tui.until(lambda: b"\x1b[?2004$p" in tui.stream, "the question")
            tui.send(MARKS_PASTES)
        tui.send(f"/{NAME}{ENTER}".encode())
        tui.until_shown(f"filter: {NAME}")
        tui.send(b":ns kube-system\r")
        tui.until(lambda: "› kube-system" in tui.lines[0], "the other namespace")
        assert not tui.shows("Ignored")
        tui.send(b"[")
        tui.until_shown("[ does nothing here")
        tui.press(QUIT)
        assert tui.until_end() == 0
