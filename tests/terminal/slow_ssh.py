"""A machine that is far away: a real sshd on loopback, behind a proxy that holds every byte for a while."""

from __future__ import annotations

import contextlib
import os
import pwd
import queue
import shlex
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.pseudo_terminal import Terminal

HELD: Final = 0.3
"""Seconds that every byte takes, each way."""
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
MaxStartups 100
"""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Holding:
    """A context manager around a proxy to one port: what comes goes on after `HELD` seconds, in its order."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._to)
                self._sockets += [near, far]
                for source, target in ((near, far), (far, near)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    held: queue.Queue[tuple[float, bytes]] = queue.Queue()
                    self._start(_take, source, held)
                    self._start(_give, held, target)


def _take(source: socket.socket, held: queue.Queue[tuple[float, bytes]]) -> None:
    data = b"begun"
    while data:
        try:
            data = source.recv(65536)
        except OSError:
            data = b""
        held.put((time.monotonic() + HELD, data))


def _give(held: queue.Queue[tuple[float, bytes]], target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            due, data = held.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(data)


class FarMachine:
    """A context manager around sshd and the proxy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        for name in ("host", "user"):
            made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)]
            subprocess.run(made, check=True)
        port = free_port()
        config = self._folder / "sshd.conf"
        config.write_text(_CONFIG.format(port=port, folder=self._folder))
        self._made_run = os.geteuid() == 0 and not _RUN.exists()
        if self._made_run:
            _RUN.mkdir(mode=0o755)
        sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        assert sshd is not None, "sshd is not installed"
        with (self._folder / "sshd.log").open("wb") as log:
            self._sshd = subprocess.Popen(
                [sshd, "-D", "-e", "-f", str(config)], stderr=log, stdin=subprocess.DEVNULL
            )
        until_listening(port)
        self._proxy = Holding(port).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._sshd.terminate()
        self._sshd.wait(10)
        self._proxy.__exit__(None, None, None)
        if self._made_run:
            _RUN.rmdir()

    def terminal(self, command: Sequence[str], env: Mapping[str, str], *, size: tuple[int, int]) -> Terminal:
        """A terminal here in which this command runs there, with these variables beside sshd's own."""
        there = shlex.join(["exec", "env", *(f"{name}={value}" for name, value in env.items()), *command])
        options = "StrictHostKeyChecking=no UserKnownHostsFile=/dev/null LogLevel=ERROR IdentitiesOnly=yes"
        flags = [f"-o{option}" for option in options.split()]
        user = pwd.getpwuid(os.getuid()).pw_name
        where = ["-p", str(self._proxy.port), "-i", str(self._folder / "user"), f"{user}@127.0.0.1"]
        ssh = ["ssh", "-F", "none", "-tt", *flags, *where, there]
        return Terminal(ssh, env={**os.environ, "TERM": "xterm-256color"}, size=size)


def until_listening(port: int) -> None:
    """Wait until somebody listens there."""
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < end, f"nobody listens on {port}"
            time.sleep(0.02)
