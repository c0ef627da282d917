"""The cluster of the tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.terminal.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """The story's cluster, in a process of its own."""
    with Server("--demo") as server:
        yield server
