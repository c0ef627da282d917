"""Check that a file belongs to the user and that nobody else may write it. Pure."""

from __future__ import annotations

import os
import stat


def is_own(found: os.stat_result, user: int) -> bool:
    """Is it not a link, and writable by this user only? `found` comes from `lstat` or `fstat`."""
    is_open = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not stat.S_ISLNK(found.st_mode) and found.st_uid == user and not is_open
