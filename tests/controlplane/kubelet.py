"""`Kubelet`: does through the API what a scheduler and a kubelet would, without running any container."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.controlplane.plane import ControlPlane
from tests.controlplane.podstate import Decide, Json, running

NODE = "node-1"
MERGE = "application/merge-patch+json"
# One line of a watch holds a whole pod.
LINE_BYTES = 4 << 20


class Kubelet:
    """One Node, whose pods are in whatever state a test wants them.

    Single steps: `bind`, `report`, `finish_deletion`. Or `async with kubelet.at_work(decide)`, which takes
    every pod through them as it appears. Refused requests raise aiohttp.ClientResponseError.
    """

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            self._plane.url,
            headers={"Authorization": f"Bearer {self._plane.root.token}"},
            connector=aiohttp.TCPConnector(ssl=self._plane.tls()),
            read_bufsize=LINE_BYTES,
        )
        try:
            await self._register()
        except BaseException:
            await self._session.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def pod(self, namespace: str, name: str) -> Json:
        """The pod as the server has it."""
        return await self._ask("GET", _path(namespace, name))

    async def bind(self, namespace: str, name: str) -> None:
        """Puts the pod on the node, as a scheduler does."""
        binding = {"metadata": {"name": name}, "target": {"kind": "Node", "name": NODE}}
        await self._ask("POST", f"{_path(namespace, name)}/binding", binding)

    async def report(self, pod: Json, status: Json) -> Json:
        """Writes the pod's status (see `podstate`); the pod as it is then."""
        uid = pod["metadata"]["uid"]
        body = {"metadata": {"uid": uid}, "status": status}
        return await self._ask("PATCH", f"{_path_of(pod)}/status", body, MERGE)

    async def finish_deletion(self, pod: Json) -> None:
        """Says that the pod's containers are gone: with that it is gone from the API too."""
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        await self._ask("DELETE", _path_of(pod), options)

    @asynccontextmanager
    async def at_work(self, decide: Decide = running) -> AsyncIterator[asyncio.Task[None]]:
        """Binds each pod, reports `decide(pod)` once, and finishes its deletion, while the block lasts.

        An error in its work (the server gone, say) is raised at the block's end.
        """
        work = asyncio.create_task(self._work(decide))
        try:
            yield work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _work(self, decide: Decide) -> None:
        listed = await self._ask("GET", "/api/v1/pods")
        for pod in listed["items"]:
            await self._attend(pod, decide)
        since = {"watch": "1", "resourceVersion": listed["metadata"]["resourceVersion"]}
        endless = aiohttp.ClientTimeout(total=None)
        async with self._session.get("/api/v1/pods", params=since, timeout=endless) as answer:
            answer.raise_for_status()
            async for line in answer.content:
                event = json.loads(line)
                if event["type"] in ("ADDED", "MODIFIED"):
                    await self._attend(event["object"], decide)

    async def _attend(self, pod: Json, decide: Decide) -> None:
        """The one next step of a pod; the event that follows from it brings the step after."""
        metadata = pod["metadata"]
        try:
            if "nodeName" not in pod["spec"]:
                await self.bind(metadata["namespace"], metadata["name"])
            elif "deletionTimestamp" in metadata:
                await self.finish_deletion(pod)
            elif "startTime" not in pod["status"]:
                await self.report(pod, decide(pod))
        except aiohttp.ClientResponseError as error:
            # The event was already old: the pod is gone, or another one has its name.
            if error.status not in (404, 409):
                raise

    async def _register(self) -> None:
        """Makes the node, ready and without the taint that a node has until its conditions are known."""
        room = {"cpu": "64", "memory": "256Gi", "pods": "20000"}
        conditions = [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]
        try:
            await self._ask("POST", "/api/v1/nodes", {"metadata": {"name": NODE}})
        except aiohttp.ClientResponseError as error:
            if error.status != 409:
                raise
        node = f"/api/v1/nodes/{NODE}"
        await self._ask("PATCH", node, {"spec": {"taints": None}}, MERGE)
        status = {"capacity": room, "allocatable": room, "conditions": conditions}
        await self._ask("PATCH", f"{node}/status", {"status": status}, MERGE)

    async def _ask(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json"
    ) -> Json:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": content_type}
        async with self._session.request(method, path, data=data, headers=headers) as answer:
            answer.raise_for_status()
            found: Json = await answer.json()
            return found


def _path(namespace: str, name: str) -> str:
    return f"/api/v1/namespaces/{namespace}/pods/{name}"


def _path_of(pod: Json) -> str:
    return _path(pod["metadata"]["namespace"], pod["metadata"]["name"])
