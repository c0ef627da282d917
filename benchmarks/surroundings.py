"""Clean environment of the measured programs, and the facts of machine and versions."""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PROGRAM: Final = str(Path(sys.executable).with_name("secret-tui"))
"""The command as it was installed beside this interpreter."""
COLUMNS, ROWS = 120, 36
"""Three panes: the most that is drawn at once."""

_COMPILED: Final = Path(tempfile.gettempdir()) / f"secret-tui-pyc-{os.getpid()}"
"""Modules as they were compiled for the first of the measured programs; gone when all is measured."""
atexit.register(shutil.rmtree, _COMPILED, ignore_errors=True)

_PACKAGES: Final = ("secret-tui", "textual", "kubernetes", "aiohttp", "msgspec")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards, with what the measured programs wrote."""
    with tempfile.TemporaryDirectory(prefix="secret-tui-benchmark-") as name:
        yield Path(name)


def environment(home: Path) -> dict[str, str]:
    """A home of its own, a terminal of 2^24 colors; compiled modules are kept, as pip leaves them."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPYCACHEPREFIX": str(_COMPILED),
    }


def facts() -> str:
    """Machine, versions and time, one line each, in Markdown."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    lines = (
        f"{os.cpu_count()} processors ({_processor()}), {memory:.0f} GiB, {platform.system()}"
        f" {platform.release()}; load when this was written {load}",
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        f"commit {_commit()}; terminal {COLUMNS}x{ROWS}, synchronized frames, 2^24 colors",
    )
    return "\n".join(f"- {line}" for line in lines)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
