"""Job: refresh a Secret at its source, see it arrive; and see why a certificate is not renewed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]
NAME, WHERE = "db-credentials", "payments"
CERTIFICATE = f"/apis/cert-manager.io/v1/namespaces/{WHERE}/certificates/db-tls"


@pytest.fixture
def server() -> Iterator[Server]:
    """The demo's cluster, its controllers played."""
    with Server("--demo", "--for-kubectl", "--controllers", "0.2") as server:
        yield server


def test_a_refresh_is_followed_until_the_secret_has_the_new_value(person: Person, server: Server) -> None:
    before = server.secret(NAME, WHERE)["data"]
    person.finds(NAME)
    person.presses("M", "Source of", "ExternalSecret/db", "1  Refresh from the store")
    person.presses("Enter", "The dry run was accepted", "force-sync", "nothing sent yet")
    person.press("W")
    person.sees("The refresh is done", "The Secret has a new version.")
    after = server.secret(NAME, WHERE)["data"]
    assert before.keys() == after.keys() and before != after
    person.presses("T", "Restart  readers of")
    person.goes_back("The refresh is done")
    person.goes_back("Source of")
    person.goes_back()
    person.quits()


def test_a_renewal_that_fails_shows_the_controllers_own_words(person: Person, server: Server) -> None:
    server.call("PATCH", CERTIFICATE, {"spec": {"issuerRef": {"name": "made-up-and-gone"}}})
    person.opens("db-tls")
    person.presses("M", "Certificate/db-tls", "1  Renew the certificate", "Issuer/made-up-and-gone")
    person.presses("Enter", "The dry run was accepted", "The private key changes too", "ManuallyTriggered")
    person.presses("W", "The renewal failed: Failed.", "its own words", "has failed to complete")
    person.goes_back("Source of", "last failure")
    person.goes_back("KEY")
    person.quits()
