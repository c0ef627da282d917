"""Jobs: compare staging with production, and take two keys over in one review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Host, Server
from tui.embedded.demo.story import STORY_TIME

pytestmark = [*JOB, AT_TWO_SIZES]

NAME = "legacy-db"


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The demo's cluster, with one more namespace."""
    with Server("--demo", "--for-kubectl", "--namespace", "staging", host=host, at=STORY_TIME) as server:
        yield server


def make_staging(server: Server) -> dict[str, bytes]:
    """Create a Secret in staging that differs from production and an equal one; return production's data."""
    production = server.data(NAME, "payments")
    staging = {key: value.decode() for key, value in production.items()}
    user, password = sorted(staging, key=len)
    staging |= {user: f"{staging[user]}\n", password: "made-up-in-staging"}
    make(server, NAME, staging)
    make(
        server,
        "gateway-api",
        {key: value.decode() for key, value in server.data("gateway-api", "payments").items()},
    )
    return production


def make(server: Server, name: str, values: dict[str, str]) -> None:
    body: dict[str, Any] = {
        **{"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "stringData": values},
        "metadata": {"name": name, "namespace": "staging"},
    }
    server.call("POST", "/api/v1/namespaces/staging/secrets", body)


def test_staging_gets_two_keys_of_production_and_is_the_same_afterwards(
    person: Person, server: Server
) -> None:
    production = make_staging(server)
    person.presses(":", "Find a command")
    person.type("compare staging")
    person.sees("Compare this namespace with staging")
    person.presses("Enter", "Compare  payments → staging", "audit log", "v reads the values")
    person.presses("v", "1 differs", "1 same", gone=["v reads the values"])
    person.sees_row(NAME, "2 differences")
    person.sees("final line break", "value")
    assert "made-up" not in person.screen
    person.press("Down")
    person.presses("Space", f"[-] {NAME}")
    person.presses("Space", f"[x] {NAME}", "Y take over from 1 Secret")
    person.presses("Y", "Review: 1 draft", "1 of 1 ready", "nothing sent yet")
    person.sees_row(f"staging/{NAME}", "2 keys")
    assert server.data(NAME, "staging") != production
    person.presses("W", f"staging/{NAME}", "ctrl+r compares again")
    assert server.data(NAME, "staging") == production
    person.presses("C-r", "2 same", gone=["1 differs"])
    person.goes_back("NAME")
