"""Cost of a list of Secrets: bytes from the network against a plain JSON list, and memory for the rows."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aiohttp import ClientResponse

from benchmarks.figures import Figure
from benchmarks.serving import EMPTY, NAMESPACE, PODS, SECRETS, Serving
from benchmarks.starting import program_on
from benchmarks.surroundings import environment, folder
from benchmarks.terminal import Terminal
from tui.cluster.api import resources
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.http.exchange import Exchange
from tui.cluster.kubeconfig.load import load

MIB = 2**20


def bytes_received(times: int) -> list[Figure]:
    """Count bytes as they come, compressed, around the call that fills the program's list."""
    shares: list[float] = []
    plain = 0
    with folder() as home, Serving(home) as serving:
        body = serving.get(f"/api/v1/namespaces/{NAMESPACE}/secrets")
        plain = len(body)
        assert len(json.loads(body)["items"]) == SECRETS
        shares = [
            asyncio.run(received(serving.kubeconfig, NAMESPACE, SECRETS)) / plain * 100 for _ in range(times)
        ]
    note = f"plain: {plain / MIB:.1f} MiB, not compressed"
    return [Figure("bytes of answers for the list, of a plain JSON list", tuple(shares), "%", 3, note=note)]


async def received(kubeconfig: Path, namespace: str | None, wanted: int) -> float:
    """Bytes of the answers to one whole list, of at least so many Secrets; of all namespaces for None."""
    counted, read = [0], Exchange.read

    async def counting(exchange: Exchange, response: ClientResponse) -> bytes:
        body = await read(exchange, response)
        counted[0] += response.content.total_raw_bytes
        return body

    Exchange.read = counting  # type: ignore[method-assign, assignment]
    target = load(files=[kubeconfig])
    cluster = Cluster(target, login(target), read_only=True)
    try:
        rows = 0
        async for page in cluster.pages(resources.SECRETS, namespace):
            rows += len(page.rows)
        assert rows >= wanted
        return float(counted[0])
    finally:
        Exchange.read = read  # type: ignore[method-assign]
        await cluster.close()


def memory(times: int) -> list[Figure]:
    """Resident memory at rest, with all rows and pods there, over the same program on an empty namespace."""
    grown: list[float] = []
    idle: list[float] = []
    with folder() as home, Serving(home) as serving:
        for _ in range(times):
            without = _resident(serving, EMPTY, home)
            grown.append((_resident(serving, NAMESPACE, home) - without) / MIB)
            idle.append(without / MIB)
    note = f"{SECRETS:,} Secrets and {PODS:,} pods"
    return [
        Figure("growth over the idle program", tuple(grown), "MiB", 50, note=note),
        Figure("the idle program", tuple(idle), "MiB"),
    ]


def _resident(serving: Serving, namespace: str, home: Path) -> int:
    with Terminal(program_on(serving.kubeconfig, namespace=namespace), environment(home)) as terminal:
        terminal.until_seen("● live")
        terminal.until_at_rest()
        return terminal.resident
