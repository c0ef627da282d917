"""The program beside kubectl on the same real API server, each after the other in one run."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.fetching import MIB, received
from benchmarks.figures import Figure, ratio
from benchmarks.large import HELM, PODS, SECRETS, kubeconfig, large_cluster
from benchmarks.surroundings import PROGRAM, environment, folder
from benchmarks.terminal import Terminal
from tests.controlplane.build import find_kubectl
from tests.controlplane.plane import ControlPlane

LABEL: Final = (
    f"Beside kubectl: {SECRETS:,} Secrets, half of them of 20 kB, and {PODS:,} pods on a real API server"
)
REST: Final = 30.0
_Sample = TypeVar("_Sample")
_ROW: Final = re.compile(r"secret-\d{6}")
_WHOLE: Final = f"Secrets  {SECRETS - HELM:,} "
_READERS: Final = re.compile(r"\d pods   live")


@dataclass(frozen=True)
class Ran:
    """Cost of one run: seconds of wall clock and of processor, bytes of memory at most."""

    wall: float
    worked: float
    peak: float


@dataclass(frozen=True)
class Browsed:
    """Cost of a browse until all rows, at rest, and after `p` until all readers: seconds and bytes."""

    first_rows: float
    all_rows: float
    worked_for_rows: float
    readers: float
    worked_for_readers: float
    peak: float
    worked_at_rest: float
    sent_at_rest: float
    peak_with_readers: float


def measure(times: int) -> list[Figure]:
    """Measure by turns, so that all see the same machine; a first turn fills caches and is not counted."""
    table: list[Ran] = []
    as_json: list[Ran] = []
    pods: list[Ran] = []
    ours: list[Browsed] = []
    with folder() as home, large_cluster() as plane:
        config = kubeconfig(plane, home)
        for turn in range(times + 1):
            took = [
                kubectl(home, config, *what)
                for what in (("secrets",), ("secrets", "-o", "json"), ("pods", "-o", "json"))
            ]
            browsed = _browse(home, config, REST if turn else 0)
            if turn:
                for samples, sample in zip((table, as_json, pods), took, strict=True):
                    samples.append(sample)
                ours.append(browsed)
        share = _received(config, times, _plain_list(plane))
    return [*_ratios(ours, table, share), *_as_they_are(ours, table, as_json, pods)]


def _ratios(ours: list[Browsed], table: list[Ran], share: Figure) -> list[Figure]:
    """Figures with an aim, against `kubectl get secrets -A`."""
    whole = [sample.wall for sample in table]
    return [
        ratio("first rows, of kubectl's whole list", [sample.first_rows for sample in ours], whole, 0.3),
        ratio(
            "processor time until all rows, of kubectl's",
            [sample.worked_for_rows for sample in ours],
            [sample.worked for sample in table],
            1.0,
            note="starting Python and Textual included; Helm releases stay on the server until H",
        ),
        share,
        ratio(
            "most memory, of kubectl's",
            [sample.peak for sample in ours],
            [sample.peak for sample in table],
            1.5,
        ),
        Figure(
            f"bytes to the terminal at rest, {REST:.0f} s",
            tuple(sample.sent_at_rest for sample in ours),
            "B",
            0,
        ),
        Figure(
            f"processor time at rest, {REST:.0f} s",
            tuple(sample.worked_at_rest * 1000 for sample in ours),
            "ms",
        ),
    ]


def _as_they_are(ours: list[Browsed], table: list[Ran], as_json: list[Ran], pods: list[Ran]) -> list[Figure]:
    """The same figures and more, in seconds and bytes."""
    figures = [
        _figure("secret-tui -A: first rows", ours, lambda sample: sample.first_rows),
        _figure("secret-tui -A: all rows", ours, lambda sample: sample.all_rows),
        _figure("secret-tui -A: processor time until all rows", ours, lambda sample: sample.worked_for_rows),
        _figure("secret-tui -A: most memory until then", ours, lambda sample: sample.peak / MIB, "MiB"),
        _figure("secret-tui -A: p, until all pods are read", ours, lambda sample: sample.readers),
        _figure("secret-tui -A: p, processor time", ours, lambda sample: sample.worked_for_readers),
        _figure("secret-tui -A: p, most memory", ours, lambda sample: sample.peak_with_readers / MIB, "MiB"),
    ]
    lists = {"secrets -A": table, "secrets -A -o json": as_json, "pods -A -o json": pods}
    for name, runs in lists.items():
        figures += [
            _figure(f"kubectl get {name}", runs, lambda sample: sample.wall),
            _figure(f"kubectl get {name}: processor time", runs, lambda sample: sample.worked),
            _figure(f"kubectl get {name}: most memory", runs, lambda sample: sample.peak / MIB, "MiB"),
        ]
    return figures


def _figure(name: str, samples: Sequence[_Sample], of: Callable[[_Sample], float], unit: str = "s") -> Figure:
    return Figure(name, tuple(of(sample) for sample in samples), unit)


def kubectl(home: Path, config: Path, *what: str) -> Ran:
    """Run `kubectl get WHAT -A`, its output thrown away."""
    command = [str(find_kubectl()), "--kubeconfig", str(config), "get", *what, "-A"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment(home))
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = code
    assert code == 0, f"kubectl ended with {code}"
    return Ran(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _browse(home: Path, config: Path, rest: float) -> Browsed:
    """Browse all namespaces until the program rests, let it rest for so many seconds, then press `p`."""
    with Terminal([PROGRAM, "--kubeconfig", str(config), "-A"], environment(home)) as terminal:
        first = terminal.until(lambda: _ROW.search(terminal.screen), "a row")
        whole = terminal.until_seen(_WHOLE)
        worked_for_rows, peak = terminal.worked, terminal.peak
        terminal.until_seen("● live")
        terminal.until_at_rest()
        worked, sent = terminal.worked, len(terminal.stream)
        until = time.monotonic() + rest
        while (left := until - time.monotonic()) > 0:
            terminal.read(left)
        worked_at_rest, sent_at_rest = terminal.worked - worked, len(terminal.stream) - sent
        worked = terminal.worked
        pressed = terminal.press("p")
        known = terminal.until(lambda: _READERS.search(terminal.screen), "all readers")
        return Browsed(
            first_rows=first - terminal.began,
            all_rows=whole - terminal.began,
            worked_for_rows=worked_for_rows,
            peak=peak,
            worked_at_rest=worked_at_rest,
            sent_at_rest=sent_at_rest,
            readers=known - pressed,
            worked_for_readers=terminal.worked - worked,
            peak_with_readers=terminal.peak,
        )


def _plain_list(plane: ControlPlane) -> int:
    """Bytes of all Secrets as plain JSON, not compressed."""
    return len(plane.ask("GET", "/api/v1/secrets").content)


def _received(config: Path, times: int, whole: int) -> Figure:
    """Share of a plain list that the program receives, counted around the call that fills its list."""
    shares = tuple(asyncio.run(received(config, None, SECRETS)) / whole * 100 for _ in range(times))
    note = f"plain: {whole / MIB:.0f} MiB, not compressed"
    return Figure("bytes of answers for the list, of a plain JSON list", shares, "%", 5, note=note)
