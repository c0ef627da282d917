"""Bytes to the terminal: at rest, and for what a person does most; and how long quitting takes."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Final

from benchmarks.figures import Figure
from benchmarks.serving import Serving
from benchmarks.starting import program_on
from benchmarks.surroundings import environment, folder
from benchmarks.terminal import Terminal

REST: Final = 90.0
_QUIT: Final = "\x11"
_PAGE_DOWN: Final = "\x1b[6~"
_MOST_SENT: Final = {"cursor down": 700.0, "open a Secret": 10_000.0, "go back": 10_000.0}
"""Bytes that a press may cost: k9s sends 713, 7,800 and 15,400, measured beside on 10,000 Secrets."""


def at_rest(times: int) -> list[Figure]:
    """Run `times` programs at once, since nothing is timed; the server sends bookmarks all the while."""
    with folder() as home, Serving(home) as serving, ExitStack() as stack:
        command, env = program_on(serving.kubeconfig), environment(home)
        terminals = [stack.enter_context(Terminal(command, env)) for _ in range(times)]
        for terminal in terminals:
            terminal.until_seen("● live")
        for terminal in terminals:
            terminal.until_at_rest()
        before = [len(terminal.stream) for terminal in terminals]
        worked = [terminal.worked for terminal in terminals]
        end = time.monotonic() + REST
        while time.monotonic() < end:
            for terminal in terminals:
                terminal.read(0.05)
        sent = tuple(len(one.stream) - was for one, was in zip(terminals, before, strict=True))
        busy = tuple((one.worked - was) * 1000 for one, was in zip(terminals, worked, strict=True))
    return [
        Figure(f"bytes to the terminal at rest, {REST:.0f} s", tuple(map(float, sent)), "B", 0),
        Figure(f"processor time at rest, {REST:.0f} s", busy, "ms"),
    ]


def frames(times: int) -> list[Figure]:
    """Bytes that one press sends, with all the frames that follow from it."""
    sizes: dict[str, list[float]] = {"cursor down": [], "page down": [], "open a Secret": [], "go back": []}
    presses = {"cursor down": "j", "page down": _PAGE_DOWN, "open a Secret": "\r", "go back": "\x1b"}
    with (
        folder() as home,
        Serving(home) as serving,
        Terminal(program_on(serving.kubeconfig), environment(home)) as terminal,
    ):
        terminal.until_seen("● live")
        terminal.until_at_rest()
        for _ in range(times):
            for name, key in presses.items():
                before = len(terminal.stream)
                terminal.press(key)
                terminal.until_at_rest(0.5)
                sizes[name].append(len(terminal.stream) - before)
    return [Figure(name, tuple(sent), "B", _MOST_SENT.get(name)) for name, sent in sizes.items()]


def quitting(times: int) -> list[Figure]:
    """Time from ctrl+q to the end of the process, with both watches open."""
    waits: list[float] = []
    with folder() as home, Serving(home) as serving:
        for _ in range(times):
            with Terminal(program_on(serving.kubeconfig), environment(home)) as terminal:
                terminal.until_seen("● live")
                terminal.until_at_rest()
                at = terminal.press(_QUIT)
                waits.append((terminal.until_end() - at) * 1000)
    return [Figure("ctrl+q to the end of the process", tuple(waits), "ms")]
