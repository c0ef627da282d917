"""Deny other processes access to this one, and undo that for the programs it starts.

Sources: prctl(2), PR_SET_DUMPABLE; core(5).
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_PR_SET_DUMPABLE: Final = 4
_KEEPS: Final = -1
"""`Popen(umask=...)` changes nothing for this value."""

_former: list[tuple[int, tuple[int, int]]] = []
"""The original umask and core limits, once `deny` was called."""
_turn: Final = threading.Lock()


def deny() -> None:
    """Write no core dump, not to a pipe either; let no other process inspect this one; umask 077.

    Inspection is denied on Linux alone.
    """
    faulthandler.disable()  # PYTHONFAULTHANDLER and PYTHONDEVMODE switch it on
    umask, core = os.umask(0o077), resource.getrlimit(resource.RLIMIT_CORE)
    if not _former:
        _former.append((umask, core))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, core[1]))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


@contextmanager
def given_back() -> Iterator[int]:
    """Start a program of the user's own inside, under their core limit. Gives their umask, for Popen.

    On Linux this process leaves no core meanwhile either, since it is not dumpable; the started program is.
    Elsewhere this process is under that limit too, for as long.
    """
    if not _former:
        yield _KEEPS
        return
    umask, core = _former[0]
    with _turn:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, core)
        try:
            yield umask
        finally:
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_CORE, (0, core[1]))
