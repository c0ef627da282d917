"""Fixtures of the journeys: the real control plane, namespaces on it, proxies and kubeconfigs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controlplane.fixtures import build_before_tests, whole_plane
from tests.controlplane.plane import ControlPlane
from tests.journeys.cluster_objects import Beside
from tests.journeys.login_proxies import Neighbours
from tests.journeys.world import World

__all__ = ["whole_plane"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find or build the servers before the timeout of any test runs."""
    build_before_tests(session)


@pytest.fixture(scope="session")
def plane(control_plane: ControlPlane) -> ControlPlane:
    """Control plane of the run, which the contract tests use too."""
    return control_plane


@pytest.fixture
def beside(plane: ControlPlane) -> Beside:
    """Namespace with the Secret `mysecret`."""
    found = Beside(plane, plane.new_namespace())
    found.make_the_example()
    return found


@pytest.fixture(scope="module")
def near(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Proxies, and other addresses of the same server."""
    with Neighbours(plane, tmp_path_factory.mktemp("neighbours")) as found:
        yield found


@pytest.fixture
def world(plane: ControlPlane, near: Neighbours) -> Iterator[World]:
    """Maker of kubeconfigs in ~/.kube; afterwards the server takes logins again."""
    kube = Path.home() / ".kube"
    kube.mkdir(mode=0o700)
    yield World(plane, near, kube)
    near.refuse(False)
