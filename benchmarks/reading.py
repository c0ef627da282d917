"""A session without screens that finds out who reads Secrets: KUBECONFIG pods|kinds. Prints its figures."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.load import load
from tui.session.clock import Clock
from tui.session.session import Session

CHANGES: Final = 200
"""Number of pods that others change once the session has printed `ready`."""
SETTLED: Final = 3.0


async def main(kubeconfig: Path, what: str) -> None:
    """Load Secrets first, as at a start; then everything else, measured."""
    target = load(files=[kubeconfig])
    session = Session(Cluster(target, login(target)), Clock(), namespace=None)
    session.start()
    await _until(session.clock, lambda: session.secrets.state.is_live)
    await asyncio.sleep(SETTLED)
    _tell("begins")
    resident, worked, began = _resident(), time.process_time(), time.monotonic()
    session.want_readers(None)
    session.search_readers(None)
    search = session.readers.search
    await _until(
        session.clock,
        lambda: session.readers.state.is_complete and search.phase == "ended" and not search.is_running,
    )
    figures: dict[str, Any] = {
        "worked": time.process_time() - worked,
        "took": time.monotonic() - began,
        "gaps": [str(gap) for gap in session.readers.gaps],
        "objects": sum(len(store) for store in session.readers.stores) + search.objects,
    }
    _tell("ends")
    await asyncio.sleep(SETTLED)
    figures["grown"] = _resident() - resident
    if what == "pods":
        figures["change"] = await _changes(session)
    _tell(json.dumps(figures))
    await session.close()


async def _changes(session: Session) -> float:
    """Seconds of processor time for one changed pod, until its row is another."""
    (pods,) = session.readers.stores
    was = {row.name: row.resource_version for row in pods.rows[:CHANGES]}
    worked = time.process_time()
    _tell("ready")
    await _until(
        session.clock,
        lambda: all(row.resource_version != was[row.name] for row in pods.rows[:CHANGES]),
        pause=0.25,
    )
    return (time.process_time() - worked) / CHANGES


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _until(clock: Clock, is_true: Callable[[], bool], pause: float = 0.02) -> None:
    while not is_true():
        await clock.sleep(pause)


def _resident() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
