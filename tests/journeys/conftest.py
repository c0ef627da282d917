"""The real control plane for the journeys, started once."""

from __future__ import annotations

import pytest

from tests.controlplane.fixtures import build_before_tests, plane

__all__ = ["plane"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Finds or builds the programs while no test's time runs."""
    build_before_tests(session)
