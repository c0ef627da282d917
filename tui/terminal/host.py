"""Facts about the host for `doctor`: who may look into this process, and how memory could reach a disk."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from tui.model.doctor_report import Finding

_PR_GET_DUMPABLE: Final = 3
_YAMA: Final = {
    "0": "any process of yours can read another",
    "1": "only of children",
    "2": "only root",
    "3": "nobody",
}


def findings(env: Mapping[str, str], proc: Path = Path("/proc")) -> Iterator[Finding]:
    """The findings about this host."""
    yield _cores()
    yield _ptrace(_text(proc / "sys/kernel/yama/ptrace_scope").strip())
    yield _tmpfs(env, _text(proc / "mounts"))
    yield _swap(_text(proc / "swaps"))


def _cores() -> Finding:
    is_off = resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    return Finding("core dumps", "none", "") if is_off else Finding("core dumps", "not disabled", "!")


def _ptrace(scope: str) -> Finding:
    """Whatever Yama says, a process that is not dumpable shows nothing to others of its user."""
    rest = f" (Yama's ptrace_scope {scope}: {_YAMA[scope]})" if scope in _YAMA else " (no Yama here)"
    if is_dumpable() is False:
        return Finding("ptrace", f"your other processes cannot read secret-tui's memory{rest}")
    known = "not known" if is_dumpable() is None else "not protected by secret-tui"
    return Finding("ptrace", known + rest, "" if scope in ("1", "2", "3") else "!")


def is_dumpable() -> bool | None:
    """May other processes of this user inspect this one (prctl(2))? None if the system does not say."""
    if sys.platform != "linux":
        return None
    try:
        return int(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)) != 0
    except (OSError, AttributeError):
        return None


def _tmpfs(env: Mapping[str, str], mounts: str) -> Finding:
    kinds = {parts[1]: parts[2] for line in mounts.splitlines() if len(parts := line.split(" ")) > 2}
    for folder in (env.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):
        where = next((place for place in (folder, *map(str, Path(folder).parents)) if place in kinds), "")
        if folder and kinds.get(where) in ("tmpfs", "ramfs") and os.access(folder, os.W_OK):
            return Finding("tmpfs", folder)
    return Finding("tmpfs", "none that you can write to: files cannot be kept off the disk", "!")


def _swap(swaps: str) -> Finding:
    is_on = len(swaps.splitlines()) > 1
    if is_on:
        return Finding("swap", "on: memory can reach the disk", "!")
    return Finding("swap", "off" if swaps else "not known")


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(errors="replace")
    return ""
