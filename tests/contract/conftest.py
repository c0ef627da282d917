"""Clusters under the contract tests: the demo's embedded cluster, and a real API server over etcd."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.planes import Plane, embedded_plane, real_plane
from tests.controlplane.fixtures import build_before_tests, plane_that_expires
from tests.controlplane.plane import ControlPlane
from tui.cluster.client import Cluster
from tui.model.secret.secret import SecretRef

__all__ = ["plane_that_expires"]

PLANES = ["embedded", pytest.param("real", marks=pytest.mark.real)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find or build the servers before the timeout of any test runs."""
    build_before_tests(session)


@pytest.fixture(scope="session", params=PLANES)
def started(request: pytest.FixtureRequest) -> Iterator[ControlPlane | None]:
    """Real control plane, or None for the embedded cluster; started once, outside the seal of any test."""
    yield None if request.param == "embedded" else request.getfixturevalue("control_plane")


@pytest.fixture(scope="session", params=PLANES)
def started_forgetful(request: pytest.FixtureRequest) -> Iterator[ControlPlane | None]:
    """Real control plane whose versions can be made to expire, or None for the embedded cluster."""
    yield None if request.param == "embedded" else request.getfixturevalue("plane_that_expires")


@pytest.fixture
async def plane(started: ControlPlane | None) -> AsyncIterator[Plane]:
    """Cluster under test: embedded, then real."""
    async with real_plane(started) if started else embedded_plane() as opened_plane:
        yield opened_plane


@pytest.fixture
async def forgetful(started_forgetful: ControlPlane | None) -> AsyncIterator[Plane]:
    """Cluster under test whose `forget` expires old versions."""
    async with real_plane(started_forgetful) if started_forgetful else embedded_plane() as opened_plane:
        yield opened_plane


@pytest.fixture
async def cluster(plane: Plane) -> AsyncIterator[Cluster]:
    async with plane.cluster() as opened:
        yield opened


@pytest.fixture
def ref(plane: Plane) -> SecretRef:
    """Name of a Secret that no other test uses."""
    return SecretRef(plane.namespace, "db")
