"""Append lines to the journal file that all runs of the program share, and send lines to syslog."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EBUSY, ENOENT
from pathlib import Path
from syslog import LOG_AUTHPRIV, LOG_NOTICE
from typing import Final

from tui.model.errors import HostLogFailed
from tui.process.files import open_own

JOURNAL_NAME: Final = "journal.jsonl"
MOST_JOURNAL_BYTES: Final = 5 * 1024 * 1024
"""Maximum size of the journal file in bytes. If a line would make the file larger, the file is rotated."""
OLD: Final = 9
"""Maximum number of rotated files."""
_TRIES, _PAUSE = 50, 0.002
"""Attempts to lock the file, and seconds between them."""
_SYSLOG: Final = "/var/run/syslog" if sys.platform == "darwin" else "/dev/log"


class JournalFile:
    """Appends lines to the journal without a buffer, so the program may end right after `write`."""

    def __init__(
        self,
        folder: Path | None,
        *,
        to_syslog: bool = False,
        is_required: bool = False,
        most: int = MOST_JOURNAL_BYTES,
        syslog: str = _SYSLOG,
    ) -> None:
        """Set where `write` sends lines.

        `write` appends each line to the file in `folder`. If `to_syslog`, `write` also sends the line to the
        host's log (syslog).

        With `is_required`, `write` removes a line from the journal file if the host's log refuses the line.
        """
        self._folder, self._most, self._is_required = folder, most, is_required
        self._syslog = syslog if to_syslog else None

    def write(self, line: bytes) -> None:
        """Append one line. Waits up to 0.1 s for a lock.

        Raises OSError with the reason in strerror. Raises HostLogFailed if the line is in the file, but not
        in the host's log.
        """
        if self._folder is None:
            raise OSError(ENOENT, "the journal has no directory, because $HOME is not set")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self._folder, self._most - len(line)) as held:
            _append(held, line, self._pass_on)

    def _pass_on(self, line: bytes) -> None:
        if self._syslog is None:
            return
        try:
            _send(self._syslog, line)
        except OSError as error:
            if not self._is_required:
                raise HostLogFailed(error.errno, error.strerror) from None
            raise OSError(error.errno, f"the host's log: {error.strerror}") from None


@contextmanager
def _locked(folder: Path, room: int) -> Iterator[int]:
    file = folder / JOURNAL_NAME
    for _ in range(_TRIES):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(open_own(file, flags), "wb", buffering=0) as stream:
            descriptor = stream.fileno()
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
                continue
            if not _is_current(descriptor, file):
                continue  # another run of the program rotated the file meanwhile
            if os.fstat(descriptor).st_size > max(room, 0):
                _rotate(folder)
                continue
            folder.chmod(0o700)
            os.fchmod(descriptor, 0o600)
            yield descriptor
            return
    raise OSError(EBUSY, "another program has locked the file")


def _is_current(held: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(held), file.lstat())
    except FileNotFoundError:
        return False


def _rotate(folder: Path) -> None:
    """Give each file the next number, the oldest file first. This overwrites only file number `OLD`."""
    for number in range(OLD - 1, 0, -1):
        with suppress(FileNotFoundError):
            (folder / _old(number)).rename(folder / _old(number + 1))
    (folder / JOURNAL_NAME).rename(folder / _old(1))


def read(folder: Path) -> Iterator[bytes]:
    """Yield the lines of all journal files, oldest line first. Raises OSError with the reason in strerror."""
    for name in (*(_old(number) for number in range(OLD, 0, -1)), JOURNAL_NAME):
        with suppress(FileNotFoundError), os.fdopen(open_own(folder / name, os.O_RDONLY), "rb") as stream:
            yield from stream


def _old(number: int) -> str:
    return f"journal.{number}.jsonl"


def _append(held: int, line: bytes, pass_on: Callable[[bytes], None]) -> None:
    """Append the whole line or nothing. After HostLogFailed from `pass_on`, the line stays."""
    before = os.fstat(held).st_size
    try:
        written = os.write(held, line)
        if written < len(line):
            os.write(held, line[written:])  # raises OSError with the reason why the first write was cut
        pass_on(line)
    except HostLogFailed:
        raise
    except OSError:
        with suppress(OSError):
            os.ftruncate(held, before)
        raise


def _send(address: str, line: bytes) -> None:
    """Send a line to the socket of syslog. The function syslog(3) would hide failures, and can block."""
    head = f"<{LOG_AUTHPRIV | LOG_NOTICE}>secret-tui[{os.getpid()}]: "
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.setblocking(False)
        connection.connect(address)
        connection.send(head.encode() + line.rstrip(b"\n"))
