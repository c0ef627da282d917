"""Width of the table of `secret-tui report`: the terminal's, and at most 120 columns in a pipe."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.pseudo_terminal import Terminal
from tui.model.text.printable import width

pytestmark = pytest.mark.pty
COMMAND = [sys.executable, "-m", "tui", "report", "health", "-A", "--values", "--demo"]


@pytest.mark.parametrize("columns", [80, 120])
def test_a_table_fits_the_terminal(columns: int) -> None:
    with Terminal(COMMAND, size=(columns, 24)) as terminal:
        assert terminal.until_end() == 1
    lines = terminal.stream.decode().splitlines()
    assert lines[0].startswith("STATE")
    assert columns - 10 < max(map(width, lines)) <= columns
    assert "or change PASSWORD to password in Deployment/ledger-worker" in " ".join(" ".join(lines).split())


def test_a_table_in_a_pipe_has_at_most_120_columns() -> None:
    ended = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert 110 < max(map(width, ended.stdout.splitlines())) <= 120
