"""Clusters under test behind one interface: a client for each user, and access past the program."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from msgspec.structs import replace

from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import ADMIN, EDITOR, NAMESPACE, NOBODY, ONLY_SECRET, READER, SINGLE
from tests.faulty_cluster.server import FaultyCluster
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.users import Rule
from tui.model.secret.value import Value

READ = ("get", "list", "watch")
EDIT = (*READ, "create", "update", "patch", "delete", "deletecollection")


class Plane(Protocol):
    """A cluster under test. Its users: admin, editor (all in `shop`), reader (reads everywhere), single
    (gets `till` in `shop` and nothing else), nobody."""

    namespace: str
    """Namespace of this test alone, empty at its start."""
    ways: tuple[str, ...]
    """Kinds of login that the cluster's kubeconfigs use."""

    def cluster(self, user: str = ADMIN, **target: Any) -> AbstractAsyncContextManager[Cluster]:
        """Client of the program as that user; `target` changes fields of the LoginTarget."""
        ...

    def write_kubeconfig(self, path: Path, user: str, way: str) -> None: ...

    async def put(self, obj: dict[str, Any]) -> None:
        """Create an object past the program."""
        ...

    async def define(self, definition: dict[str, Any]) -> None:
        """Add a custom kind, of a version v1 among others, and wait until it is served."""
        ...

    async def get(self, resource: str, name: str) -> dict[str, Any]:
        """Object of the test's namespace as the server holds it."""
        ...

    async def remove(self, resource: str, name: str) -> None: ...

    async def forget(self) -> None:
        """Expire old versions and continue tokens."""
        ...


@asynccontextmanager
async def opened(target: LoginTarget) -> AsyncIterator[Cluster]:
    """Open a client for that target, and close it at the end."""
    cluster = Cluster(target, login(target))
    try:
        yield cluster
    finally:
        await cluster.close()


class EmbeddedPlane:
    """Embedded cluster of the demo."""

    namespace = "contract"
    ways: tuple[str, ...] = ("token",)

    def __init__(self, embedded: FaultyCluster) -> None:
        self._embedded = embedded

    def cluster(self, user: str = ADMIN, **target: Any) -> AbstractAsyncContextManager[Cluster]:
        token = self._embedded.users[user].token
        where = LoginTarget("embedded", "embedded", user, self._embedded.url, self.namespace, token=token)
        return opened(replace(where, **target))

    def write_kubeconfig(self, path: Path, user: str, way: str) -> None:
        self._embedded.write_kubeconfig(path, user)

    async def put(self, obj: dict[str, Any]) -> None:
        self._embedded.store.put(obj)

    async def define(self, definition: dict[str, Any]) -> None:
        self._embedded.store.put(definition)

    async def get(self, resource: str, name: str) -> dict[str, Any]:
        return self._embedded.store.get(resource, self.namespace, name)

    async def remove(self, resource: str, name: str) -> None:
        self._embedded.store.delete(resource, self.namespace, name)

    async def forget(self) -> None:
        self._embedded.store.compact()


@asynccontextmanager
async def embedded_plane() -> AsyncIterator[Plane]:
    """Start a new embedded cluster with the users of the contract."""
    async with FaultyCluster(bookmark_every=0.1) as embedded:
        for name in (EmbeddedPlane.namespace, NAMESPACE):
            embedded.store.put({"kind": "Namespace", "metadata": {"name": name}})
        embedded.users.add(EDITOR, rules=[Rule(EDIT, ["secrets", "pods"], namespaces=[NAMESPACE])])
        embedded.users.add(READER, rules=[Rule(READ, ["secrets", "pods", "namespaces"])])
        one = Rule(["get"], ["secrets"], names=[ONLY_SECRET], namespaces=[NAMESPACE])
        embedded.users.add(SINGLE, rules=[one])
        embedded.users.add(NOBODY)
        yield EmbeddedPlane(embedded)


class RealPlane:
    """Real control plane; each test has a namespace of its own."""

    ways: tuple[str, ...] = ("by_certificate", "by_token", "by_plugin")

    def __init__(self, control: ControlPlane, namespace: str) -> None:
        self._control, self.namespace = control, namespace

    def cluster(self, user: str = ADMIN, **target: Any) -> AbstractAsyncContextManager[Cluster]:
        control = self._control
        token = control.users[user].token
        where = LoginTarget("real", "real", user, control.url, self.namespace, ca=control.ca_pem, token=token)
        return opened(replace(where, **target))

    def write_kubeconfig(self, path: Path, user: str, way: str) -> None:
        shutil.copy(getattr(self._control.users[user], way), path)

    async def put(self, obj: dict[str, Any]) -> None:
        await self._ask("POST", f"{obj['kind'].lower()}s", obj, obj.get("apiVersion", "v1"))

    async def get(self, resource: str, name: str) -> dict[str, Any]:
        return await self._ask("GET", f"{resource}/{name}")

    async def remove(self, resource: str, name: str) -> None:
        await self._ask("DELETE", f"{resource}/{name}")

    async def forget(self) -> None:
        await asyncio.to_thread(self._control.compact)

    async def define(self, definition: dict[str, Any]) -> None:
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        answer = await asyncio.to_thread(self._control.ask, "POST", path, definition)
        assert answer.status == 201, answer.text
        spec = definition["spec"]
        path = f"/apis/{spec['group']}/v1/{spec['names']['plural']}"

        def is_served() -> bool:
            return self._control.ask("GET", path).status == 200

        await asyncio.to_thread(self._control.wait_for, is_served)

    async def _ask(self, method: str, rest: str, body: Any = None, api: str = "v1") -> dict[str, Any]:
        root = "apis" if "/" in api else "api"
        path = f"/{root}/{api}/namespaces/{self.namespace}/{rest}"
        answer = await asyncio.to_thread(self._control.ask, method, path, body)
        assert answer.status < 300, answer.text
        found: dict[str, Any] = answer.body
        return found


@asynccontextmanager
async def real_plane(control: ControlPlane) -> AsyncIterator[Plane]:
    """Use the running control plane, in a new namespace."""
    yield RealPlane(control, await asyncio.to_thread(control.new_namespace))


def values(**texts: str) -> dict[str, Value]:
    """Values of a Secret from plain texts."""
    return {key: Value(text.encode()) for key, text in texts.items()}
