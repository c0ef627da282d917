"""The real control plane for the journeys, started once, and what stands beside the program."""

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
    """Finds or builds the programs while no test's time runs."""
    build_before_tests(session)


@pytest.fixture(scope="session")
def plane(control_plane: ControlPlane) -> ControlPlane:
    """The one that the contract is tried on too."""
    return control_plane


@pytest.fixture
def beside(plane: ControlPlane) -> Beside:
    """A namespace with the Secret that everybody knows."""
    found = Beside(plane, plane.new_namespace())
    found.make_the_example()
    return found


@pytest.fixture(scope="module")
def near(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Proxies, and other doors to the same server."""
    with Neighbours(plane, tmp_path_factory.mktemp("neighbours")) as found:
        yield found


@pytest.fixture
def world(plane: ControlPlane, near: Neighbours) -> Iterator[World]:
    """What kubeconfigs are made from."""
    kube = Path.home() / ".kube"
    kube.mkdir(mode=0o700)
    yield World(plane, near, kube)
    near.refuse(False)
