"""Append lines to the journal file, safely from several programs; rotate it; also write to syslog."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EBUSY, ELOOP, ENOENT, ENOTDIR, EPERM
from pathlib import Path
from syslog import LOG_AUTHPRIV, LOG_NOTICE
from typing import Final

from tui.model.errors import OwnAlone

NAME: Final = "journal.jsonl"
MOST: Final = 5 * 1024 * 1024
"""Bytes; a longer file is rotated."""
OLD: Final = 9
"""Rotated files that are kept; the oldest is deleted."""
_TRIES, _PAUSE = 50, 0.002
"""How often, and how many seconds apart, a locked file is tried."""
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe in its place would be waited for.
_FLAGS: Final = os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_SYSLOG: Final = "/var/run/syslog" if sys.platform == "darwin" else "/dev/log"


class JournalFile:
    """Appends lines. `write` returns when the line is on its way to the disk: the program may end next."""

    def __init__(
        self,
        folder: Path | None,
        *,
        to_syslog: bool = False,
        is_required: bool = False,
        most: int = MOST,
        syslog: str = _SYSLOG,
    ) -> None:
        """Touches nothing yet. `syslog`: where the host's log is listened for.

        `is_required`: what the host's log does not take is not kept here either.
        """
        self._folder, self._most, self._is_required = folder, most, is_required
        self._syslog = syslog if to_syslog else None

    def write(self, line: bytes) -> None:
        """Add one line. Waits a tenth of a second at most. Raises OSError, whose strerror says why not.

        Raises OwnAlone if it stands here and the host's log has not taken it.
        """
        if self._folder is None:
            raise OSError(ENOENT, "this host has no directory for it")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _folder(self._folder) as folder:
            if os.fstat(folder).st_mode & 0o077:
                os.fchmod(folder, 0o700)
            with _locked(folder, self._most - len(line)) as held:
                _append(held, line, self._pass_on)

    def _pass_on(self, line: bytes) -> None:
        if self._syslog is None:
            return
        try:
            _send(self._syslog, line)
        except OSError as error:
            if not self._is_required:
                raise OwnAlone(error.errno, error.strerror) from None
            raise OSError(error.errno, f"the host's log: {error.strerror}") from None


@contextmanager
def _locked(folder: int, room: int) -> Iterator[int]:
    """The journal, locked, with room for this many bytes."""
    for _ in range(_TRIES):
        with os.fdopen(_open(NAME, os.O_WRONLY | os.O_CREAT, folder), "wb", buffering=0) as stream:
            held = stream.fileno()
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
                continue
            if _has_room(held, folder, room):
                yield held
                return
    raise OSError(EBUSY, "another program has locked it")


def read(folder: Path) -> Iterator[bytes]:
    """Every line, the oldest first. Raises OSError, whose strerror says why not; no journal: no lines."""
    try:
        with _folder(folder) as held:
            for name in (*(_old(number) for number in range(OLD, 0, -1)), NAME):
                with suppress(FileNotFoundError), os.fdopen(_open(name, os.O_RDONLY, held), "rb") as stream:
                    yield from stream
    except FileNotFoundError:
        return


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """The folder, held open, so that one put in its place meanwhile is not used."""
    try:
        held = os.open(path, _FOLDER_FLAGS)
    except OSError as error:
        if error.errno in (ELOOP, ENOTDIR):
            raise OSError(ELOOP, f"{path} is not a directory, or is a link") from None
        raise
    try:
        found = os.fstat(held)
        _refuse_others(found, str(path))
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise OSError(EPERM, f"{path} is writable by others; run: chmod 700 {path}")
        yield held
    finally:
        os.close(held)


def _open(name: str, flags: int, folder: int) -> int:
    try:
        held = os.open(name, flags | _FLAGS, 0o600, dir_fd=folder)
    except OSError as error:
        if error.errno == ELOOP:
            raise OSError(ELOOP, f"{name} is a link") from None
        raise
    try:
        found = os.fstat(held)
        _refuse_others(found, name)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(EPERM, f"{name} is not a regular file")
        if found.st_mode & 0o077:
            os.fchmod(held, 0o600)
    except OSError:
        os.close(held)
        raise
    return held


def _refuse_others(found: os.stat_result, name: str) -> None:
    if found.st_uid != os.geteuid():
        raise OSError(EPERM, f"{name} belongs to another user")


def _has_room(held: int, folder: int, room: int) -> bool:
    """Is this the journal, with this much room? A full one is rotated."""
    if not _is_current(held, folder):
        return False
    if os.fstat(held).st_size <= max(room, 0):
        return True
    _put_aside(folder)
    return False


def _is_current(held: int, folder: int) -> bool:
    """Is this still the journal, not one that another program rotated meanwhile?"""
    try:
        return os.path.samestat(os.fstat(held), os.stat(NAME, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _put_aside(folder: int) -> None:
    """Rename the oldest files first, so that only the oldest is lost. A reader may miss one meanwhile."""
    for number in range(OLD - 1, 0, -1):
        with suppress(FileNotFoundError):
            os.rename(_old(number), _old(number + 1), src_dir_fd=folder, dst_dir_fd=folder)
    os.rename(NAME, _old(1), src_dir_fd=folder, dst_dir_fd=folder)


def _old(number: int) -> str:
    return f"journal.{number}.jsonl"


def _append(held: int, line: bytes, pass_on: Callable[[bytes], None]) -> None:
    """Append the whole line or nothing; nothing if a required syslog message failed."""
    before = os.fstat(held).st_size
    try:
        written = os.write(held, line)
        if written < len(line):
            os.write(held, line[written:])  # says why there was no room
        pass_on(line)
    except OwnAlone:
        raise
    except OSError:
        with suppress(OSError):
            os.ftruncate(held, before)
        raise


def _send(address: str, line: bytes) -> None:
    """Send to the host's log. Not with syslog(3), which hides failures and can block."""
    head = f"<{LOG_AUTHPRIV | LOG_NOTICE}>secret-tui[{os.getpid()}]: "
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.setblocking(False)
        way.connect(address)
        way.send(head.encode() + line.rstrip(b"\n"))
