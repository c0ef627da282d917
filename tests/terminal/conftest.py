"""The cluster of the tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.terminal.server import Host, Server


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The story's cluster, in another process."""
    with Server("--demo", host=host) as server:
        yield server
