"""Two processes write to one Secret, with no lock between them and a third that writes its labels.

One of the two talks through a proxy that loses every tenth answer, after the server handled the request.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.journeys.history import History
from tests.journeys.kubeconfigs import kubeconfig
from tests.journeys.lossy_proxy import Dropping
from tests.journeys.writer import SHARED

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]

NAME: Final = "contended"
EDITS: Final = 500
EDITS_OF_ONE_KEY: Final = 100
EVERY: Final = 10
ROOT: Final = Path(__file__).parents[2]

Log = list[dict[str, Any]]
"""What a writer told of each value that it sent."""


@asynccontextmanager
async def contended(plane: ControlPlane) -> AsyncIterator[History]:
    """A Secret of this test alone, whose versions are followed."""
    path = f"/api/v1/namespaces/{await asyncio.to_thread(plane.new_namespace)}/secrets"
    body = {"metadata": {"name": NAME}, "stringData": {SHARED: "first"}}
    await asyncio.to_thread(plane.ask, "POST", path, body)
    async with History(plane, path, NAME) as history:
        yield history


@asynccontextmanager
async def running(module: str, *arguments: str) -> AsyncIterator[Process]:
    """A process of this folder; whatever happens, it does not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.journeys.{module}", *arguments, stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def told(process: Process) -> list[Any]:
    """What it printed until it ended well."""
    printed, _ = await process.communicate(b"")
    assert process.returncode == 0
    return [json.loads(line) for line in printed.splitlines()]


async def written_by_two(plane: ControlPlane, history: History, edits: int, mode: str) -> dict[str, Log]:
    """Lets the two write, and returns what each told; the labels are written all the while."""
    path, namespace = f"{history.path}/{NAME}", history.path.split("/")[4]
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(Dropping(plane.url, plane.tls(), every=EVERY))
        configs = {"left": kubeconfig(plane), "right": kubeconfig(plane, url=proxy.url)}
        labeller = await stack.enter_async_context(running("labeller", str(configs["left"]), path))
        writers = [
            await stack.enter_async_context(
                running("writer", str(config), namespace, NAME, who, str(edits), mode)
            )
            for who, config in configs.items()
        ]
        logs = await asyncio.gather(*map(told, writers))
        (beats,) = await told(labeller)
    await history.complete()
    assert beats > edits / 10 and history.labels == {"beat": str(beats)}
    assert proxy.dropped["PATCH"] > edits / EVERY, proxy.dropped
    return dict(zip(configs, logs, strict=True))


async def test_a_thousand_edits_of_two_processes_are_all_there(plane: ControlPlane) -> None:
    async with contended(plane) as history:
        logs = await written_by_two(plane, history, EDITS, "own")
    wanted = {f"{who}-{number:03}" for who in logs for number in range(EDITS)}
    assert set(history.data) == wanted | {SHARED}
    for log in logs.values():
        for one in log:
            is_there = one["value"] in history.values.get(one["key"], [])
            assert is_there == (one["kind"] == "written"), one
    written = [one["value"] for log in logs.values() for one in log if one["kind"] == "written"]
    held = [value for key, values in history.values.items() if key != SHARED for value in values]
    assert sorted(held) == sorted(written)
    assert len(held) == 2 * EDITS


async def test_of_one_key_nothing_is_overwritten_unseen(plane: ControlPlane) -> None:
    async with contended(plane) as history:
        logs = await written_by_two(plane, history, EDITS_OF_ONE_KEY, SHARED)
    shown = {one["value"]: one["shown"] for log in logs.values() for one in log}
    values = history.values[SHARED]
    assert len(values) == len(set(values)), "no value was written twice"
    for before, after in pairwise(values):
        assert shown[after] == before, f"{after} took the place of {before}"
    for log in logs.values():
        for one in log:
            if one["kind"] in ("written", "not written"):
                assert (one["value"] in values) == (one["kind"] == "written"), one
    ends = {one["value"] for log in logs.values() for one in log if one["kind"] == "written"}
    assert len(ends) == 2 * EDITS_OF_ONE_KEY
