"""Time from a press to the last byte of its frame, while the watch brings changes."""

from __future__ import annotations

import random
import re
import time
from typing import Final

from benchmarks.figures import Figure, percentile
from benchmarks.serving import PODS, SECRETS, Serving
from benchmarks.starting import program_on
from benchmarks.surroundings import environment, folder
from benchmarks.terminal import Terminal

EVENTS: Final = 50
PRESSES: Final = 200
MANY: Final = 50_000

_WAYS: Final = (("j", "\x1b[6~"), ("k", "\x1b[5~"))
_PAGES_AWAY: Final = 50
_UNDER_CURSOR: Final = re.compile(r"▸[^│┃\n]*?(secret-\d{6})")
_TITLE: Final = re.compile(r"[┌┏━─] (secret-\d{6})")


def presses(times: int) -> list[Figure]:
    """Measure presses on as many rows as a large namespace has."""
    return _measure(times, SECRETS, PODS, "")


def many_rows(times: int) -> list[Figure]:
    """Measure presses on as many rows as a large cluster has, in one namespace."""
    return _measure(times, MANY, PODS, f", {MANY:,} rows")


def _measure(times: int, secrets: int, pods: int, label: str) -> list[Figure]:
    """Start one program and, once its list is whole, measure 200 presses `times` times."""
    dice = random.Random(7)
    middle: list[float] = []
    late: list[float] = []
    rates: list[float] = []
    with (
        folder() as home,
        Serving(home, secrets=secrets, pods=pods, events=EVENTS) as serving,
        Terminal(program_on(serving.kubeconfig), environment(home)) as terminal,
    ):
        terminal.until_seen("● live")
        _until_loaded(terminal)
        _go_away_from_the_end(terminal)
        for turn in range(times):
            began, version = time.monotonic(), serving.version()
            # Down and up by turns: at an end of the list a press changes nothing.
            waits = [_press(terminal, dice, *_WAYS[turn % 2]) for _ in range(PRESSES)]
            rates.append((serving.version() - version) / (time.monotonic() - began))
            middle.append(percentile(waits, 0.50) * 1000)
            late.append(percentile(waits, 0.99) * 1000)
    note = f"{PRESSES} presses each, {percentile(rates, 0.5):.0f} events a second"
    return [
        Figure(f"press to the last byte of its frame, p50{label}", tuple(middle), "ms", note=note),
        Figure(f"press to the last byte of its frame, p99{label}", tuple(late), "ms", 50, note=note),
    ]


def _until_loaded(terminal: Terminal) -> None:
    """Wait until the list's title has a whole count, and no row waits for the pods."""
    terminal.until(lambda: re.search(r"Secrets  [\d,]+(?: of [\d,]+)? [━ ]", terminal.screen), "a whole list")
    for _ in range(20):
        terminal.read(0.2)


def _go_away_from_the_end(terminal: Terminal) -> None:
    for _ in range(_PAGES_AWAY):
        terminal.press(_WAYS[0][1])
        terminal.read(0.1)
    for _ in range(10):
        terminal.read(0.1)


def _press(terminal: Terminal, dice: random.Random, step: str, page: str) -> float:
    """Move by a row, now and then by a page; return the seconds until list and detail show the new row."""
    rest = time.monotonic() + dice.uniform(0.02, 0.12)
    while (left := rest - time.monotonic()) > 0:
        terminal.read(left)
    return until_answered(terminal, step if dice.random() < 0.9 else page)


def until_answered(terminal: Terminal, key: str) -> float:
    """Press a key that moves the cursor; return the seconds until list and detail show another row."""
    before = _UNDER_CURSOR.findall(terminal.screen)
    at = terminal.press(key)

    def is_whole() -> bool:
        rows = _UNDER_CURSOR.findall(terminal.screen)
        # The namespaces, which may come in meanwhile, have a cursor too.
        return rows != before and not set(rows).isdisjoint(_TITLE.findall(terminal.screen))

    return terminal.until(is_whole, "the frame of a press") - at
