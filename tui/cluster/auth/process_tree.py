"""Find the processes that an interactive plugin started, which share the process group of this program.

Source for adopting orphans: PR_SET_CHILD_SUBREAPER in prctl(2), Linux only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_PR_SET_CHILD_SUBREAPER: Final = 36


class Adopting:
    """While entered, orphans of a child become our children: ctrl+c may end the child before us."""

    def __enter__(self) -> Self:
        self._before = set(_started_by(os.getpid()))
        _adopt(True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        _adopt(False)

    def kill(self) -> None:
        """Kill adopted processes in our group; one that left it (a daemon) is meant to stay."""
        for pid in set(_started_by(os.getpid())) - self._before:
            with suppress(ProcessLookupError, ChildProcessError):
                if os.getpgid(pid) == os.getpgrp():
                    kill_with_offspring(pid)
                    os.waitpid(pid, 0)


def kill_with_offspring(pid: int) -> None:
    """Kill a process and all its descendants.

    Each is stopped before its children are listed, so that it starts none meanwhile.
    """
    found = [pid]
    for one in found:
        _signal(one, signal.SIGSTOP)
        found += _started_by(one)
    for one in found:
        _signal(one, signal.SIGKILL)


def _adopt(is_on: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(is_on), 0, 0, 0)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _started_by(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    if tasks.is_dir():
        said = []
        for task in tasks.iterdir():
            with suppress(OSError):  # a thread that ended meanwhile
                said.append((task / "children").read_text())
        return [int(child) for child in " ".join(said).split()]
    if pid == os.getpid():
        return []
    with suppress(OSError, subprocess.SubprocessError):  # no Linux
        told = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, timeout=2, check=False)
        return [int(child) for child in told.stdout.split()]
    return []
