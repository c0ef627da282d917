"""Open files that only this user may write, read a file to its end, and replace a file whole."""

from __future__ import annotations

import os
import stat
import tempfile
from errno import ELOOP, EPERM
from pathlib import Path


def open_own(file: Path, flags: int) -> int:
    """Open or create a file of the user's own; returns a descriptor.

    Raises OSError if it or its folder is a link, belongs to others, or may be written by them.
    """
    refused = PermissionError(EPERM, f"{file.name} or its folder is a link, or writable by others")
    if not _is_own(file.parent.lstat()):
        raise refused
    try:
        # Without O_NONBLOCK a pipe in its place would be waited for.
        held = os.open(file, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused if error.errno == ELOOP else error from None
    status = os.fstat(held)
    if stat.S_ISREG(status.st_mode) and _is_own(status):
        return held
    os.close(held)
    raise refused


def _is_own(status: os.stat_result) -> bool:
    """True if it is not a link, and writable by this user only."""
    is_open = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not stat.S_ISLNK(status.st_mode) and status.st_uid == os.geteuid() and not is_open


def read_open(descriptor: int, most: int) -> bytes:
    """Read an open file to its end, at most one byte more than `most`. Raises BlockingIOError if it has to
    wait."""
    data = bytearray()
    while len(data) <= most and (part := os.read(descriptor, most + 1 - len(data))):
        data += part
    return bytes(data)


def replace_file(file: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a new file and rename it, so that a reader sees the old content or the new. Raises OSError."""
    held, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(held, "wb") as stream:
            stream.write(data)
            os.fchmod(stream.fileno(), mode)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
