"""Files that a run of the main job writes: its state and its journal, and no other."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.drive import PROGRAM, Tmux
from tests.terminal.server import Server
from tests.terminal.steps import NEW, OLD, edit, open_mysecret, write

pytestmark = pytest.mark.pty

CALLS: Final = (
    "open,openat,creat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,mknod,mknodat"
)
WRITES: Final = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|^\d+ +(?:creat|rename|mkdir|link|symlink|mknod)")
NO_FILES: Final = ("/dev/", "/proc/")
MEMORY: Final = "/dev/shm/"


def written(log: Path) -> set[str]:
    """Paths that were opened for writing, made or moved, and were not refused."""
    touched = set()
    for line in log.read_text().splitlines():
        is_done = not re.search(r"= -1 E", line)
        if is_done and WRITES.search(line):
            touched |= set(re.findall(r'"([^"]+)"', line))
    # Compiled modules are Python's own.
    files = {path for path in touched if path.startswith(MEMORY) or not path.startswith(NO_FILES)}
    return {path for path in files if ".pyc" not in path}


def job(log: Path, *arguments: str) -> None:
    """Run the main job, traced with all that it starts."""
    strace = shutil.which("strace")
    assert strace is not None, "strace is not installed"
    command = [strace, "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log), PROGRAM, *arguments]
    with Tmux(command) as tmux:
        open_mysecret(tmux)
        tmux.presses("r", OLD.decode())
        edit(tmux, "password", NEW, was=len(OLD))
        write(tmux)
        tmux.press("C-q")
        assert tmux.exit_code == 0


@pytest.mark.timeout(120)  # strace makes it slow
def test_the_tour_writes_no_file(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    job(log, "--demo", "-n", "default")
    assert written(log) == set()


@pytest.mark.timeout(120)
def test_a_run_writes_its_state_and_its_journal_and_nothing_else(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    with Server("--demo") as server:
        job(log, "--trust", "--kubeconfig", str(server.kubeconfig))
    state = Path(os.environ["XDG_STATE_HOME"]) / "secret-tui"
    # A path is a bare name where the folder is held open, so that no link can take its place.
    paths = {state / path for path in written(log)}
    assert state / "journal.jsonl" in paths
    assert all(path == state or path.parent == state for path in paths), paths
