"""The planes that the contract is tried on: each a cluster with the same users and a way past the program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Protocol

import pytest

from tests.controlplane.users import ADMIN, EDITOR, NAMESPACE, NOBODY, ONLY_SECRET, READER, SINGLE
from tui.cluster.cluster import Cluster
from tui.cluster.credentials import login
from tui.cluster.target import Target
from tui.embedded.access import Rule
from tui.embedded.server import EmbeddedCluster
from tui.model.secret import SecretRef
from tui.model.value import Value

READ = ("get", "list", "watch")
EDIT = (*READ, "create", "update", "patch", "delete", "deletecollection")


class Plane(Protocol):
    """A cluster under test. Its users: admin, editor (all in `shop`), reader (reads everywhere), single
    (gets `till` in `shop` and nothing else), nobody."""

    namespace: str
    """Of this test alone, and empty at its start."""

    def cluster(self, user: str = ADMIN, **target: Any) -> AbstractAsyncContextManager[Cluster]:
        """Our way in, as that user; `target` changes fields of the Target."""
        ...

    async def put(self, obj: dict[str, Any]) -> dict[str, Any]:
        """Create or replace an object past the program; the object as it is then."""
        ...

    async def get(self, resource: str, name: str) -> dict[str, Any]:
        """An object of the test's namespace as the server holds it."""
        ...

    async def remove(self, resource: str, name: str) -> None: ...

    async def forget(self) -> None:
        """Old versions and continue tokens are not kept any longer."""
        ...


class EmbeddedPlane:
    """The tour's cluster."""

    namespace = "contract"

    def __init__(self, embedded: EmbeddedCluster) -> None:
        self.embedded = embedded

    @asynccontextmanager
    async def cluster(self, user: str = ADMIN, **target: Any) -> AsyncIterator[Cluster]:
        token = self.embedded.users[user].token
        where = Target("embedded", "embedded", user, self.embedded.url, self.namespace, token=token)
        where = replace(where, **target)
        cluster = Cluster(where, login(where))
        try:
            yield cluster
        finally:
            await cluster.close()

    async def put(self, obj: dict[str, Any]) -> dict[str, Any]:
        return self.embedded.store.put(obj)

    async def get(self, resource: str, name: str) -> dict[str, Any]:
        return self.embedded.store.get(resource, self.namespace, name)

    async def remove(self, resource: str, name: str) -> None:
        self.embedded.store.delete(resource, self.namespace, name)

    async def forget(self) -> None:
        self.embedded.store.compact()


@asynccontextmanager
async def _embedded() -> AsyncIterator[Plane]:
    async with EmbeddedCluster(bookmark_every=0.1) as embedded:
        for name in (EmbeddedPlane.namespace, NAMESPACE):
            embedded.store.put({"kind": "Namespace", "metadata": {"name": name}})
        embedded.users.add(EDITOR, rules=[Rule(EDIT, ["secrets", "pods"], namespaces=[NAMESPACE])])
        embedded.users.add(READER, rules=[Rule(READ, ["secrets", "pods", "namespaces"])])
        one = Rule(["get"], ["secrets"], names=[ONLY_SECRET], namespaces=[NAMESPACE])
        embedded.users.add(SINGLE, rules=[one])
        embedded.users.add(NOBODY)
        yield EmbeddedPlane(embedded)


PLANES = {"embedded": _embedded}


@pytest.fixture(params=list(PLANES))
async def plane(request: pytest.FixtureRequest) -> AsyncIterator[Plane]:
    """Each cluster that must keep the contract."""
    async with PLANES[request.param]() as started:
        yield started


@pytest.fixture
async def cluster(plane: Plane) -> AsyncIterator[Cluster]:
    """The plane, talked to as its admin."""
    async with plane.cluster() as opened:
        yield opened


@pytest.fixture
def ref(plane: Plane) -> SecretRef:
    """A Secret that no test but this one knows."""
    return SecretRef(plane.namespace, "db")


def values(**texts: str) -> dict[str, Value]:
    """Data from plain texts."""
    return {key: Value(text.encode()) for key, text in texts.items()}
