"""Open files that only this user can write, read open files, and replace files atomically."""

from __future__ import annotations

import os
import stat
import tempfile
from errno import ELOOP, EPERM
from pathlib import Path


def open_own(file: Path, flags: int) -> int:
    """Open or create a regular file of this user; returns the file's descriptor.

    Raises OSError if the file or its folder is a link, belongs to another user, or is writable by others.
    Also raises OSError if the file is not regular, such as a pipe.
    """
    refused = PermissionError(
        EPERM,
        f"{file.name} must be a regular file, its folder must not be a link, "
        "and only you may own and write the two",
    )
    if not _is_own(file.parent.lstat()):
        raise refused
    try:
        # Without O_NONBLOCK, opening a named pipe would hang.
        descriptor = os.open(file, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused if error.errno == ELOOP else error from None
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and _is_own(status):
        return descriptor
    os.close(descriptor)
    raise refused


def _is_own(status: os.stat_result) -> bool:
    is_writable_by_others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not stat.S_ISLNK(status.st_mode) and status.st_uid == os.geteuid() and not is_writable_by_others


def read_open(descriptor: int, most: int) -> bytes:
    """Read an open file, but at most `most` + 1 bytes. The extra byte shows that the file is too long.

    Raises BlockingIOError if a read would block.
    """
    data = bytearray()
    while len(data) <= most and (part := os.read(descriptor, most + 1 - len(data))):
        data += part
    return bytes(data)


def replace_file(file: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a file atomically: readers see the whole old or the whole new content. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            os.fchmod(stream.fileno(), mode)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
