"""The real server and the embedded one, side by side: what they answer otherwise to one sequence."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.controlplane.plane import ControlPlane
from tests.differ.steps import Steps, whole
from tests.differ.talk import Talk
from tests.faulty_cluster.server import FaultyCluster

_numbers = itertools.count()
AGENT = "differ/1.0"


@dataclass(frozen=True)
class Pair:
    """Both servers, asked as an admin. Each sequence gets a namespace that neither knows."""

    real: aiohttp.ClientSession
    embedded: aiohttp.ClientSession
    cluster: FaultyCluster

    async def differences(self, steps: Steps) -> list[str]:
        """A paragraph for each request that the embedded cluster answers otherwise."""
        namespace = f"differ-{next(_numbers)}"
        space = {"kind": "Namespace", "metadata": {"name": namespace}}
        self.cluster.store.put(space)
        async with self.real.post("/api/v1/namespaces", json=space) as answer:
            assert answer.status == 201, await answer.text()
        cases = whole(steps)
        wanted, found = await asyncio.gather(
            *(Talk(session, namespace).play(cases) for session in (self.real, self.embedded))
        )
        await self._clean(namespace)
        return [
            f"step {at}: {case.label}\n    " + "\n    ".join(different)
            for at, (case, theirs, ours) in enumerate(zip(cases, wanted, found, strict=True))
            if (different := list(differences(theirs, ours)))
        ]

    async def _clean(self, namespace: str) -> None:
        """The real server is left as it was found; nobody finishes the deletion of a namespace for us."""
        space = f"/api/v1/namespaces/{namespace}"
        merge = {"Content-Type": "application/merge-patch+json"}
        async with self.real.get(f"{space}/secrets") as answer:
            left = (await answer.json())["items"]
        held = [one["metadata"]["name"] for one in left if "finalizers" in one["metadata"]]
        for name in held:
            free = {"metadata": {"finalizers": None}}
            await (await self.real.patch(f"{space}/secrets/{name}", json=free, headers=merge)).read()
        for path in ("/secrets", ""):
            await (await self.real.delete(f"{space}{path}")).read()
        async with self.real.put(f"{space}/finalize", json={"metadata": {"name": namespace}}) as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def pair(plane: ControlPlane) -> AsyncIterator[Pair]:
    """The real server, and an embedded cluster of this block's own."""
    async with AsyncExitStack() as stack:

        async def session(
            url: str, token: str, connector: aiohttp.TCPConnector | None = None
        ) -> aiohttp.ClientSession:
            headers = {"Authorization": f"Bearer {token}", "User-Agent": AGENT}
            opened = aiohttp.ClientSession(url, headers=headers, connector=connector)
            return await stack.enter_async_context(opened)

        cluster = await stack.enter_async_context(FaultyCluster())
        connector = aiohttp.TCPConnector(ssl=plane.tls())
        yield Pair(
            await session(plane.url, plane.users["admin"].token, connector),
            await session(cluster.url, cluster.token),
            cluster,
        )


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where two comparable answers differ, a line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in sorted(wanted.keys() | found.keys()):
            yield from differences(
                wanted.get(name, "<absent>"), found.get(name, "<absent>"), f"{path}.{name}"
            )
    elif isinstance(wanted, list) and isinstance(found, list):
        for at, (one, other) in enumerate(zip(wanted, found, strict=False)):
            yield from differences(one, other, f"{path}[{at}]")
        if len(wanted) != len(found):
            yield f"{path} wanted {len(wanted)} items, found {len(found)}"
    elif wanted != found:
        yield f"{path}\n      wanted {str(wanted)[:600]}\n      found  {str(found)[:600]}"
