"""The control planes for the tests in this folder."""

import pytest

from tests.controlplane.fixtures import (
    build_before_tests,
    plane,
    plane_that_expires,
    plane_with_controllers,
)

__all__ = ["plane", "plane_that_expires", "plane_with_controllers"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Finds or builds the programs while no test's time runs."""
    build_before_tests(session)
