"""Time from the command to the first frame, against an empty Textual app; and then to the first rows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, ratio
from benchmarks.serving import NAMESPACE, Serving
from benchmarks.surroundings import PROGRAM, environment, folder
from benchmarks.terminal import Terminal

EMPTY_APP: Final = "from textual.app import App; App().run()"


def measure(times: int) -> list[Figure]:
    """Measure by turns, so that both see the same machine; a first turn compiles and is not counted."""
    ours: list[Start] = []
    theirs: list[Start] = []
    with folder() as home, Serving(home) as serving:
        for turn in range(times + 1):
            empty = _start([sys.executable, "-c", EMPTY_APP], home)
            program = _start(program_on(serving.kubeconfig), home, row="secret-000000")
            if turn:
                theirs.append(empty)
                ours.append(program)
    return [
        ratio(
            "first frame, against an empty Textual app",
            [start.painted for start in ours],
            [start.painted for start in theirs],
            1.5,
        ),
        Figure("first frame", tuple(start.painted for start in ours), "s"),
        Figure("first frame of an empty Textual app", tuple(start.painted for start in theirs), "s"),
        Figure("first rows after the first frame", tuple(start.rows for start in ours), "s", 0.6),
    ]


def program_on(kubeconfig: Path, *more: str, namespace: str = NAMESPACE) -> list[str]:
    """The command line for a cluster."""
    return [PROGRAM, "--kubeconfig", str(kubeconfig), "-n", namespace, *more]


class Start:
    """Seconds of one start until the first frame, and from there until the first rows."""

    def __init__(self, terminal: Terminal, row: str) -> None:
        at = terminal.painted_at()
        self.painted = at - terminal.began
        self.rows = terminal.until_seen(row) - at if row else 0.0


def _start(command: Sequence[str], home: Path, row: str = "") -> Start:
    with Terminal(command, environment(home)) as terminal:
        return Start(terminal, row)
