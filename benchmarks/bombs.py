"""Presses while a value is shown that was made to be expensive to show."""

from __future__ import annotations

from typing import Final

from benchmarks.figures import Figure
from benchmarks.serving import Serving
from benchmarks.surroundings import PROGRAM, environment, folder
from benchmarks.terminal import FRAME_ENDS, Terminal
from tests.expensive_values import BOMBS

LABEL: Final = "Values of 0.7 MB that are hard to look at"
_ENTER: Final = "\r"
_SCROLLS: Final = 5


def measure(times: int) -> list[Figure]:
    """Open each value, show it whole and scroll at once; the slowest frame of all counts."""
    shown: list[float] = []
    scrolled: list[float] = []
    with folder() as home, Serving(home, secrets=0, pods=0) as serving:
        for number, (key, data) in enumerate(BOMBS.values()):
            serving.create(f"bomb-{number}", {key: data})
        for _ in range(times):
            found = [_look(serving, number, key) for number, (key, _) in enumerate(BOMBS.values())]
            shown.append(max(first for first, _ in found) * 1000)
            scrolled.append(max(later for _, later in found) * 1000)
    return [
        Figure("showing the whole value, the slowest of 10 kinds", tuple(shown), "ms"),
        Figure("scrolling it at once, the slowest press", tuple(scrolled), "ms"),
    ]


def _look(serving: Serving, number: int, key: str) -> tuple[float, float]:
    """Seconds until the value is shown, and until the slowest press right after is answered."""
    command = [PROGRAM, "--trust", "--kubeconfig", str(serving.kubeconfig), f"default/bomb-{number}"]
    with Terminal(command, environment(serving.home)) as terminal:
        terminal.until_seen(" SIZE")
        terminal.until_at_rest(0.5)
        terminal.press(_ENTER)
        terminal.until_seen("r shows it")
        terminal.until_at_rest(0.5)
        first = _press(terminal, "r")
        return first, max(_press(terminal, "j") for _ in range(_SCROLLS))


def _press(terminal: Terminal, key: str) -> float:
    since = len(terminal.stream)
    at = terminal.press(key)
    return terminal.until(lambda: terminal.stream.find(FRAME_ENDS, since) >= 0, "a frame") - at
