"""The doctor in a real tmux: its findings are true, and no buffer stays."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import PATIENCE
from tui.terminal.clipboard.multiplexer import Tmux, tmux

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("3.3a", (3, 3)),
        ("next-3.6", (3, 6)),
        ("", (0, 0)),
        ("master", (0, 0)),
    ],
)
def test_versions_are_compared_as_numbers(version: str, number: tuple[int, int]) -> None:
    assert Tmux(version).number == number


def test_outside_tmux_there_is_none_and_a_tmux_that_does_not_answer_has_no_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert tmux({}) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tmux({"TMUX": "/made-up,1,0"}) == Tmux()


@pytest.fixture
def server() -> Iterator[list[str]]:
    """Command line for a tmux with default settings."""
    command = ["tmux", "-L", f"doctor-{os.getpid()}", "-f", os.devnull]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


@pytest.mark.pty
def test_the_doctor_describes_tmux_truly_and_leaves_no_buffer(server: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shell = f"cd {ROOT}; {sys.executable} -m tui doctor > {out}.part; mv {out}.part {out}; read end"
    subprocess.run([*server, "new-session", "-d", "-x", "80", "-y", "24", shell], check=True)
    end = time.monotonic() + PATIENCE
    while not out.exists():
        assert time.monotonic() < end, "the doctor's page"
        time.sleep(0.02)
    page = out.read_text()
    assert "! focus reports   blocked by tmux" in page and "set -g focus-events on" in page
    version = subprocess.run([*server, "-V"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert f"run inside: tmux {version}; " in page
    left = subprocess.run([*server, "list-buffers"], capture_output=True, text=True, check=True)
    assert left.stdout == ""
