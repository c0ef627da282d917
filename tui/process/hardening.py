"""Deny other processes access to this process, but start programs with the user's umask and core limit.

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
"""Value of `Popen(umask=...)` that keeps the umask."""

_former: list[tuple[int, tuple[int, int]]] = []
"""Umask and core limits (soft, hard) that the first call of `deny` found; empty until that call."""
_turn: Final = threading.Lock()


def deny() -> None:
    """Forbid core dumps and inspection (ptrace, /proc) of this process, and set umask 077.

    Inspection is forbidden only on Linux. PR_SET_DUMPABLE also stops core dumps that the Linux kernel would
    pipe to a program in spite of RLIMIT_CORE.
    """
    faulthandler.disable()  # PYTHONFAULTHANDLER and PYTHONDEVMODE enable the fault handler
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
    """Restore the user's core limit while a program is started. Yields the umask for Popen.

    On Linux this process still writes no core dump, because `deny` made it not dumpable. On other systems the
    user's limit also applies to this process until the `with` block of the caller ends.
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
