"""The whole program in a terminal, with the readers of one Secret on screen: memory, and a changed pod."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from benchmarks.fetching import MIB
from benchmarks.figures import Figure
from benchmarks.surroundings import PROGRAM, environment
from benchmarks.terminal import Terminal
from tests.controlplane.plane import ControlPlane

CHANGES: Final = 20


class Shown(NamedTuple):
    """Bytes of memory beyond those before `p`: after `p`, after `p` `p`, at most; seconds for a change."""

    pods: int
    all_kinds: int
    peak: int
    change: float


def look(home: Path, config: Path, plane: ControlPlane) -> Shown:
    """Open all namespaces, press `p` twice and change a pod; return bytes of memory and seconds."""
    pod = plane.ask("GET", "/api/v1/pods?limit=1").body["items"][0]
    secret = _secret_of(plane, pod)
    with Terminal([PROGRAM, "--kubeconfig", str(config), "-A"], environment(home)) as terminal:
        terminal.until_seen(secret)
        terminal.until_seen("● live")
        terminal.until_at_rest()
        idle = terminal.resident
        pods = _pressed(terminal, "pods   live")
        all_kinds = _pressed(terminal, "everything was read")
        changes = [_change(terminal, plane, pod, phase) for phase in ("Failed", "Running") * (CHANGES // 2)]
        return Shown(pods - idle, all_kinds - idle, terminal.peak - idle, median(changes))


def figures(shown: list[Shown]) -> list[Figure]:
    """Figures of these runs."""
    grown = "the whole program: growth of memory"
    over = "over the same program before p, at rest"
    return [
        Figure(f"{grown}, p", tuple(sample.pods / MIB for sample in shown), "MiB", 80, note=over),
        Figure(f"{grown}, p p", tuple(sample.all_kinds / MIB for sample in shown), "MiB", 80, note=over),
        Figure(f"{grown}, at most", tuple(sample.peak / MIB for sample in shown), "MiB", 80),
        Figure(
            "a changed pod: from the server's answer to the end of its frame",
            tuple(sample.change * 1000 for sample in shown),
            "ms",
            note=f"medians of {CHANGES}; the program draws at most every 17 ms",
        ),
    ]


def _secret_of(plane: ControlPlane, pod: Any) -> str:
    """Create the Secret that this pod reads, if it is missing; return its name."""
    name = str(pod["spec"]["volumes"][0]["secret"]["secretName"])
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/secrets"
    answer = plane.ask("POST", path, {"metadata": {"name": name}, "stringData": {"password": "made-up"}})
    assert answer.status in (201, 409), answer.text
    return name


def _pressed(terminal: Terminal, until: str) -> int:
    """Bytes of memory, at rest after `p` and after these words."""
    terminal.press("p")
    terminal.until_seen(until)
    terminal.until_at_rest()
    return terminal.resident


def _change(terminal: Terminal, plane: ControlPlane, pod: Any, phase: str) -> float:
    """Seconds from the server's answer to a change to the end of the frame that shows it."""
    meta = pod["metadata"]
    path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/status"
    answer = plane.ask("PATCH", path, {"status": {"phase": phase}})
    at = time.monotonic()
    assert answer.status == 200, answer.text
    seen = terminal.until(lambda: ("failed" in terminal.screen) is (phase == "Failed"), phase)
    terminal.until_at_rest(0.5)
    return seen - at
