"""Control planes for tests that need their own, started once in a run and built before the first test."""

from collections.abc import Iterator

import pytest

from tests.controlplane.build import CannotBuild, find_or_build
from tests.controlplane.custom_kinds import install
from tests.controlplane.manager_kinds import install_managers
from tests.controlplane.plane import ControlPlane
from tests.controlplane.planted_kinds import PLANTED


def build_before_tests(session: pytest.Session) -> None:
    """Build the servers in pytest_collection_finish: a cold build exceeds the timeout of a test."""
    is_needed = any(item.get_closest_marker("real") for item in session.items)
    if not is_needed or session.config.option.collectonly:
        return
    try:
        find_or_build()
    except CannotBuild as error:
        # Each test that needs it fails with this too; the others can run.
        session.config.get_terminal_writer().line(str(error), red=True)


@pytest.fixture(scope="session")
def plane_that_expires() -> Iterator[ControlPlane]:
    """Control plane without a watch cache for Secrets and Pods: `compact()` expires versions and tokens."""
    with ControlPlane(watch_cache=False) as started:
        yield started


@pytest.fixture(scope="session")
def whole_plane() -> Iterator[ControlPlane]:
    """Control plane with the controllers of workloads, the kinds of managers, and twelve other kinds."""
    with ControlPlane() as started, started.controllers():
        install_managers(started)
        install(started, (planted.kind for planted in PLANTED))
        yield started
