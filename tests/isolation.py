"""Isolation of a test: its environment, the hosts that it reaches, and all that it starts and opens."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import random
import shutil
import socket
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

_GONE: Final = (
    *("KUBECONFIG", "KUBERC", "NETRC", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "DISPLAY", "WAYLAND_DISPLAY"),
    *("COLUMNS", "LINES", "EDITOR", "VISUAL", "STY", "LANG", "ASCIINEMA_REC", "PYTHONASYNCIODEBUG"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
)
_GONE_FRONTS: Final = ("KUBERNETES_", "SSH_", "TMUX", "TEXTUAL", "SECRET_TUI_", "XDG_", "LC_")
_FOLDERS: Final = {
    "HOME": "home",
    "TMPDIR": "tmp",
    "XDG_CONFIG_HOME": "config",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "run",
}
PATIENCE: Final = 15.0
"""Seconds that what a test started may still need to end; waited only while something is left."""


_SETTLED: Final[list[Any]] = []
_YOUNG: Final = 5_000
"""Number of new objects that starts a collection, as in the program."""


class OutsideLoopback(AssertionError):
    """A test reached for another machine."""


def settle_heap() -> None:
    """Freeze all present objects: looking at them takes half a second of each full collection."""
    gc.collect()
    _SETTLED.extend(gc.get_objects())
    gc.freeze()
    gc.enable()
    gc.set_threshold(_YOUNG, 10, 10)


def every_object() -> list[Any]:
    """All objects that the collector knows, frozen ones too: a cache of a module may hold anything."""
    return gc.get_objects() + _SETTLED


def make_folders(folder: Path) -> None:
    """Make fresh folders for one test; folders that the last test left empty are used again."""
    for name in _FOLDERS.values():
        path = folder / name
        if path.is_dir() and (path.stat().st_mode & 0o777 != 0o700 or any(path.iterdir())):
            shutil.rmtree(path)
        path.mkdir(mode=0o700, exist_ok=True)


def seal_environment(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Set a home of the test's own, no settings of the machine, UTC, UTF-8, and a seeded `random`."""
    for name in list(os.environ):
        if name.upper() in _GONE or name.startswith(_GONE_FRONTS):
            monkeypatch.delenv(name)
    for name, folder_name in _FOLDERS.items():
        monkeypatch.setenv(name, str(folder / folder_name))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(tempfile, "tempdir", None)
    time.tzset()
    random.seed(0)


def seal_sockets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuse every connection that would leave this machine; return the list of the addresses tried."""
    tried: list[str] = []

    def guarded(real: Any) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not _is_loopback(address):
                tried.append(repr(address))
                raise OutsideLoopback(f"a test reached for {address!r}")
            return real(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    return tried


def _is_loopback(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) and address else None
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


class Belongings:
    """The threads, child processes and file descriptors of this process at one moment."""

    def __init__(self) -> None:
        self.threads = set(threading.enumerate())
        self.children = _children()
        self.files = _files()

    def left_since(self) -> list[str]:
        """Name the threads, processes and files that are new, after waiting for them to go."""
        until = time.monotonic() + PATIENCE
        while (left := self._left()) and time.monotonic() < until:
            gc.collect()
            threading.Event().wait(0.02)
        return left

    def _left(self) -> list[str]:
        now = Belongings()
        threads = [f"thread {thread.name}" for thread in now.threads - self.threads]
        children = [f"process {pid}" for pid in now.children - self.children]
        files = [f"open {what}" for fd, what in now.files.items() if self.files.get(fd) != what]
        return threads + children + files


def _children() -> set[int]:
    found: set[int] = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        # A thread may end between being listed and being read.
        with suppress(OSError):
            found.update(int(pid) for pid in listing.read_text().split())
    return found


def _files() -> dict[str, str]:
    """Target of each open descriptor; an open port is a socket among them."""
    folder = Path("/proc/self/fd")
    found = {}
    for link in folder.iterdir() if folder.is_dir() else ():
        try:
            what = str(link.readlink())
        except OSError:
            continue
        if what != "/dev/null":
            found[link.name] = what
    return found


async def left_tasks() -> list[str]:
    """Names of the tasks that this loop still runs, without the caller's own."""
    for _ in range(3):
        await asyncio.sleep(0)
    mine = asyncio.current_task()
    # Never their repr: it holds arguments.
    return [
        f"task {getattr(task.get_coro(), '__qualname__', 'unnamed')}"
        for task in asyncio.all_tasks()
        if task is not mine
    ]
