"""All namespaces of a crowded cluster: rows, presses while they stream in, memory, requests, quitting."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks.crowd import EMPTY, HELM, NAMESPACES, PODS, SECRETS, crowded_cluster
from benchmarks.fetching import MIB
from benchmarks.figures import Figure, percentile
from benchmarks.large import kubeconfig
from benchmarks.pressing import until_answered
from benchmarks.surroundings import PROGRAM, environment, folder
from benchmarks.terminal import Terminal
from tests.controlplane.plane import ControlPlane

LABEL: Final = f"Scale: {NAMESPACES:,} namespaces, {SECRETS:,} Secrets and {PODS:,} pods on a real API server"
BROWSED: Final = 5
_STILL: Final = 2.0
"""Seconds; the API server ends the watches of a client that has gone in a tenth of that."""
_ROW: Final = re.compile(r"secret-\d{6}")
_SO_FAR: Final = re.compile(r"Secrets  [\d,]+…")
_WHOLE: Final = f"Secrets  {SECRETS - HELM:,} "
_READERS: Final = re.compile(r"\d pods   live")
_COUNTED: Final = re.compile(
    r'^apiserver_request_total\{(?=[^}]*resource="(secrets|pods|namespaces|selfsubject\w+)")'
    r'(?=[^}]*verb="(\w+)")[^}]*\} (\d+)$',
    re.MULTILINE,
)


def measure(times: int) -> list[Figure]:
    """Measure each figure in turn, on one API server; a first start that compiles is not counted."""
    streams: list[_Streamed] = []
    grown: list[float] = []
    dead: list[float] = []
    mid: list[float] = []
    with folder() as home, crowded_cluster() as plane:
        config = kubeconfig(plane, home)
        for turn in range(times + 1):
            idle = _idle(home, config)
            streamed = _stream(home, config)
            if turn:
                streams.append(streamed)
                grown.append((streamed.resident - idle) / MIB)
                dead.append(_quit_dead(plane, home, config, is_whole=True))
                mid.append(_quit_dead(plane, home, config, is_whole=False))
        asked = [_browse(plane, home, config) for _ in range(times)]
    presses = [wait * 1000 for streamed in streams for wait in streamed.presses]
    note = f"{len(presses)} presses in {times} runs, until list and detail are both about the new row"
    return [
        Figure("-A: first rows", tuple(sample.first for sample in streams), "s"),
        Figure("-A: all rows", tuple(sample.whole for sample in streams), "s"),
        Figure("-A: processor time until all rows", tuple(sample.worked for sample in streams), "s"),
        Figure(
            "-A: press while the rest streams in, p50",
            tuple(percentile(sample.presses, 0.5) * 1000 for sample in streams),
            "ms",
        ),
        Figure("-A: press while the rest streams in, p99", (percentile(presses, 0.99),), "ms", 50, note=note),
        Figure(
            "-A: growth of memory, all Secrets and pods there",
            tuple(grown),
            "MiB",
            120,
            note="over the same program on an empty namespace",
        ),
        _requests([_beyond(sample) for sample in asked], "beyond their lists and watches", 0),
        _requests(asked, "in all"),
        Figure("quitting with the network dead, at rest", tuple(dead), "s", 0.3),
        Figure("quitting with the network dead, while the list streams in", tuple(mid), "s", 0.3),
    ]


class _Streamed:
    """A start on all namespaces: seconds, presses while the list came in, and memory with all pods too."""

    def __init__(self, terminal: Terminal) -> None:
        self.first = terminal.until(lambda: _ROW.search(terminal.screen), "a row")
        self.first -= terminal.began
        self.presses = list(_presses(terminal))
        self.whole = terminal.until_seen(_WHOLE) - terminal.began
        self.worked = terminal.worked
        terminal.until_seen("● live")
        terminal.press("P")
        terminal.until(lambda: _READERS.search(terminal.screen), "all pods")
        terminal.until_at_rest()
        self.resident = terminal.resident


def _stream(home: Path, config: Path) -> _Streamed:
    with _program(home, config, "-A") as terminal:
        return _Streamed(terminal)


def _idle(home: Path, config: Path) -> int:
    with _program(home, config, "-n", EMPTY) as terminal:
        terminal.until_seen("● live")
        terminal.until_at_rest()
        return terminal.resident


def _presses(terminal: Terminal) -> list[float]:
    """Press again and again until the list is whole; return the seconds of each press.

    A press that is answered only after the list is whole counts: the list may have delayed it.
    """
    dice, waits = random.Random(7), []
    while not _is_whole(terminal):
        rest = time.monotonic() + dice.uniform(0.02, 0.12)
        while (left := rest - time.monotonic()) > 0:
            terminal.read(left)
        if _is_whole(terminal):
            break
        waits.append(until_answered(terminal, "j"))
    return waits


def _is_whole(terminal: Terminal) -> bool:
    return _WHOLE in terminal.screen


def _quit_dead(plane: ControlPlane, home: Path, config: Path, *, is_whole: bool) -> float:
    """Seconds from ctrl+q to the end, with the API server held: connections stand, and nothing comes."""
    pid = plane.pids["kube-apiserver"]
    with _program(home, config, "-A") as terminal:
        if is_whole:
            terminal.until_seen("● live")
            terminal.until_at_rest()
        else:
            terminal.until(lambda: _SO_FAR.search(terminal.screen), "a first chunk")
        os.kill(pid, signal.SIGSTOP)
        try:
            until = time.monotonic() + 1
            while (left := until - time.monotonic()) > 0:
                terminal.read(left)
            at = terminal.press("\x11")
            return terminal.until_end() - at
        finally:
            os.kill(pid, signal.SIGCONT)


def _browse(plane: ControlPlane, home: Path, config: Path) -> Counter[tuple[str, str]]:
    """Requests of one run that looks into five namespaces, by verb and resource."""
    before = _settled(plane)
    with _program(home, config, "-n", "team-00") as terminal:
        for turn in range(BROWSED):
            if turn:
                for key in ("N", "j", "\r"):
                    terminal.press(key)
                    terminal.until_at_rest(0.3)
            terminal.until(lambda: _ROW.search(terminal.screen), "rows")
            terminal.until_at_rest()
        terminal.press("\x11")
        terminal.until_end()
    return _settled(plane) - before


def _settled(plane: ControlPlane) -> Counter[tuple[str, str]]:
    """Requests so far, once their number is steady: a watch is counted when it has ended."""
    counted = _asked(plane)
    while True:
        time.sleep(_STILL)
        before, counted = counted, _asked(plane)
        if counted == before:
            return counted


def _asked(plane: ControlPlane) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for resource, verb, count in _COUNTED.findall(plane.ask("GET", "/metrics").text):
        counted[verb, resource] += int(count)
    return counted


def _beyond(counted: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Requests that are neither one of the five namespaces' lists and watches, nor asked once for all."""
    pages = -(-NAMESPACES // 500) + 1
    fine = Counter({(verb, what): BROWSED for verb in ("LIST", "WATCH") for what in ("secrets", "pods")})
    fine |= Counter({("LIST", "namespaces"): pages, ("POST", "selfsubjectreviews"): 1})
    fine |= Counter({("POST", "selfsubjectrulesreviews"): BROWSED})
    return counted - fine


def _requests(asked: list[Counter[tuple[str, str]]], what: str, aim: float | None = None) -> Figure:
    samples = tuple(float(sample.total()) for sample in asked)
    most = max(asked, key=Counter.total)
    return Figure(
        f"requests of a browse of {BROWSED} namespaces, {what}", samples, "", aim, note=_words(most)
    )


def _words(counted: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{count} {verb} {what}" for (verb, what), count in sorted(counted.items()))


def _program(home: Path, config: Path, *more: str) -> Terminal:
    return Terminal([PROGRAM, "--kubeconfig", str(config), *more], environment(home))
