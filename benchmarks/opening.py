"""Presses while a Secret with 200 keys opens: of mixed formats, named off the loop, or of plain strings."""

from __future__ import annotations

import random
import re
import time
from itertools import cycle, islice
from typing import Final

from benchmarks.figures import Figure, percentile, ratio
from benchmarks.serving import Serving
from benchmarks.starting import program_on
from benchmarks.surroundings import environment, folder
from benchmarks.terminal import Terminal
from tests.named_values import DATA

LABEL: Final = "Presses while a Secret with 200 keys opens"
KEYS: Final = 200
OPENINGS: Final = 10
PRESSES: Final = 20
"""Presses after each opening: naming the keys takes a tenth of a second."""
_UNDER_CURSOR: Final = re.compile(r"▸[^│┃\n]*?(key-\d{3})")


def measure(times: int) -> list[Figure]:
    """Measure by turns, each in a program of its own; a first turn of each compiles and is not counted."""
    formats = islice(cycle(DATA.items()), KEYS)
    mixed = {f"key-{number:03}-{name}": value for number, (name, value) in enumerate(formats)}
    plain = {f"key-{number:03}": f"plain-{number:03}-text".encode() for number in range(KEYS)}
    waits: dict[str, list[list[float]]] = {"mixed": [], "plain": []}
    with folder() as home, Serving(home, secrets=0, pods=0) as serving:
        serving.create("mixed", mixed)
        serving.create("plain", plain)
        for turn in range(times + 1):
            for name, counted in waits.items():
                samples = _open(serving, name)
                if turn:
                    counted.append(samples)
    late = {name: [percentile(of_turn, 0.99) for of_turn in counted] for name, counted in waits.items()}
    note = f"{OPENINGS} openings, {PRESSES} presses after each"
    return [
        ratio("p99, mixed formats, of plain strings", late["mixed"], late["plain"], 1.2, note=note),
        *(
            Figure(f"{label}, {name}", _milliseconds(counted, part), "ms")
            for label, part in (("p99", 0.99), ("p50", 0.50))
            for name, counted in waits.items()
        ),
    ]


def _milliseconds(turns: list[list[float]], part: float) -> tuple[float, ...]:
    return tuple(percentile(of_turn, part) * 1000 for of_turn in turns)


def _open(serving: Serving, name: str) -> list[float]:
    """Seconds from each press to the frame in which the cursor is on another key."""
    dice = random.Random(7)
    waits: list[float] = []
    command = program_on(serving.kubeconfig, namespace="default")
    with Terminal(command, environment(serving.home)) as terminal:
        terminal.until_seen("● live")
        terminal.until_at_rest(0.5)
        terminal.press("k" if name == "mixed" else "j")
        for _ in range(OPENINGS):
            terminal.until_at_rest(0.5)
            terminal.press("\r")
            terminal.until(lambda: _UNDER_CURSOR.search(terminal.screen), "its keys")
            waits += [_press(terminal, dice) for _ in range(PRESSES)]
            terminal.press("\x1b")
            terminal.until(lambda: not _UNDER_CURSOR.search(terminal.screen), "the list")
    return waits


def _press(terminal: Terminal, dice: random.Random) -> float:
    rest = time.monotonic() + dice.uniform(0.005, 0.02)
    while (left := rest - time.monotonic()) > 0:
        terminal.read(left)
    before = _UNDER_CURSOR.findall(terminal.screen)
    at = terminal.press("j")
    return (
        terminal.until(lambda: _UNDER_CURSOR.findall(terminal.screen) != before, "the frame of a press") - at
    )
