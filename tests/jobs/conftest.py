"""Cluster, terminal and person of a job; each job runs at two or three terminal sizes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.person import Person
from tests.terminal.server import Host, Server
from tui.embedded.demo.story import STORY_TIME

SIZES = ((80, 24), (120, 36), (200, 60))
AT_TWO_SIZES = pytest.mark.parametrize("size", SIZES[:2], indirect=True, ids=str)
"""Mark for jobs whose screens are the same at 200 columns as at 120: dialogs, values, messages, arguments."""


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The demo's cluster, in another process."""
    with Server("--demo", "--for-kubectl", host=host, at=STORY_TIME) as server:
        yield server


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Columns and rows."""
    columns, rows = request.param
    return columns, rows


@pytest.fixture
def person(server: Server, size: tuple[int, int]) -> Iterator[Person]:
    """Person with the program open in the namespace payments."""
    with Person(server, "-n", "payments", size=size) as person:
        yield person
