"""Readers of the Secrets of a whole cluster on a real API server: time and memory, beside kubectl."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import reader_screen
from benchmarks.beside import kubectl
from benchmarks.fetching import MIB
from benchmarks.figures import Figure
from benchmarks.large import kubeconfig
from benchmarks.reader_clusters import Size, of_custom_kinds, of_pods
from benchmarks.reading import CHANGES
from benchmarks.surroundings import ROOT, environment, folder
from benchmarks.terminal import worked
from tests.controlplane.plane import ControlPlane

SIZE: Final = Size()
LABEL: Final = (
    f"Readers: {SIZE.pods:,} pods and {SIZE.workloads:,} workloads; "
    f"{SIZE.kinds} custom kinds with {SIZE.objects:,} objects"
)
_CHANGE: Final = f"from the network to the row that the screen draws from; mean of {CHANGES}"
_WORKLOADS: Final = "deployments,statefulsets,daemonsets,replicasets,jobs,cronjobs"


def measure(times: int, size: Size = SIZE) -> list[Figure]:
    """The session alone and the whole program, beside kubectl on the same server.

    A first turn, in which the server of the pods fills its caches, is not counted.
    """
    with folder() as home, of_pods(size) as plane:
        config = kubeconfig(plane, home)
        _, *pods = [_read(home, config, "pods", plane) for _ in range(times + 1)]
        _, *shown = [reader_screen.look(home, config, plane) for _ in range(times + 1)]
        theirs = [kubectl(home, config, f"pods,{_WORKLOADS}", "-o", "json") for _ in range(times)]
    with folder() as home, of_custom_kinds(size) as plane:
        config = kubeconfig(plane, home)
        turns = [_cold_and_warm(home, config, plane) for _ in range(times)]
    cold, kinds = [first for first, _ in turns], [second for _, second in turns]
    whole = f"{pods[0]['objects']:,} objects; without screens"
    return [
        Figure("pods and workloads: processor time", _of(pods, "worked"), "s", 1.5, note=whole),
        Figure("pods and workloads: until all is known", _of(pods, "took"), "s"),
        Figure(
            "pods and workloads: growth of memory", _of(pods, "grown", MIB), "MiB", note="without screens"
        ),
        *reader_screen.figures(shown),
        Figure("a changed pod: processor time", _of(pods, "change", 0.001), "ms", 1, note=_CHANGE),
        Figure("kubectl get -A -o json: processor time", tuple(sample.worked for sample in theirs), "s"),
        Figure("kubectl get -A -o json: until it ends", tuple(sample.wall for sample in theirs), "s"),
        Figure("kubectl get -A -o json: most memory", tuple(sample.peak / MIB for sample in theirs), "MiB"),
        Figure("custom kinds: until all is known", _of(kinds, "took"), "s", 5),
        Figure("custom kinds: processor time", _of(kinds, "worked"), "s", 2),
        Figure("custom kinds: growth of memory", _of(kinds, "grown", MIB), "MiB", 30),
        Figure("custom kinds, the API server just started: until all is known", _of(cold, "took"), "s", 5),
        Figure("custom kinds, the API server just started: its processor time", _of(cold, "server"), "s"),
    ]


def _of(samples: list[Any], what: str, unit: float = 1) -> tuple[float, ...]:
    return tuple(sample[what] / unit for sample in samples)


def _cold_and_warm(home: Path, config: Path, plane: ControlPlane) -> tuple[Any, Any]:
    """A search right after the API server started, which then reads each kind from etcd, and one more."""
    plane.restart_apiserver()
    return _read(home, config, "kinds", plane), _read(home, config, "kinds", plane)


def _read(home: Path, config: Path, what: str, plane: ControlPlane) -> Any:
    """Figures that one session, in a process of its own, prints of itself."""
    command = [sys.executable, "-m", "benchmarks.reading", str(config), what]
    with subprocess.Popen(command, cwd=ROOT, env=environment(home), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == b"begins\n"
        before = worked(plane.pids["kube-apiserver"])
        line = process.stdout.readline()
        assert line == b"ends\n"
        server = worked(plane.pids["kube-apiserver"]) - before
        line = process.stdout.readline()
        if line == b"ready\n":
            _change_pods(plane)
            line = process.stdout.readline()
    figures = json.loads(line)
    assert not figures["gaps"], figures["gaps"]
    return figures | {"server": server}


def _change_pods(plane: ControlPlane) -> None:
    """Change the first pods in the order of their namespaces and names, as the rows are."""
    pods = plane.ask("GET", f"/api/v1/pods?limit={CHANGES}").body["items"]
    for pod in pods:
        meta = pod["metadata"]
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        answer = plane.ask("PATCH", path, {"metadata": {"annotations": {"made-up": str(time.time())}}})
        assert answer.status == 200, answer.text
