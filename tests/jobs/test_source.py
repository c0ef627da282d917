"""Job: refresh a Secret at its source, see it arrive; and see why a certificate is not renewed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Host, Server
from tui.embedded.demo.story import STORY_TIME

pytestmark = [*JOB, AT_TWO_SIZES]
NAME, WHERE = "db-credentials", "payments"
CERTIFICATE = f"/apis/cert-manager.io/v1/namespaces/{WHERE}/certificates/db-tls"


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The demo's cluster, its controllers played."""
    with Server("--demo", "--for-kubectl", "--controllers", "0.2", host=host, at=STORY_TIME) as server:
        yield server


def test_a_managed_secret_names_its_manager_in_one_line_and_m_shows_the_source(
    person: Person, server: Server
) -> None:
    person.opens(NAME)
    person.sees_row("! ExternalSecret/db writes all 3 keys: an edit lasts seconds   M source")
    person.presses("M", "Source of", "if edited", "Change the value in the store")
    person.goes_back("KEY")
    person.sees("pods only; p reads all kinds")
    person.quits()


def test_a_refresh_is_followed_until_the_secret_has_the_new_value(person: Person, server: Server) -> None:
    before = server.secret(NAME, WHERE)["data"]
    person.finds(NAME)
    person.presses("M", "Source of", "ExternalSecret/db", "1  Refresh from the store")
    person.presses("Enter", "The dry run was accepted", "force-sync", "nothing sent yet")
    person.presses("W", "The refresh is done", "The Secret has a new value of password.")
    after = server.secret(NAME, WHERE)["data"]
    assert before.keys() == after.keys() and before != after
    person.presses("T", "Restart: readers of")
    person.goes_back("The refresh is done")
    person.goes_back("Source of")
    person.goes_back()
    person.quits()


def test_a_managed_key_is_rotated_at_its_source_and_its_pods_restart(person: Person, server: Server) -> None:
    before = server.data(NAME, WHERE)
    person.opens(NAME)
    person.go_to("password")
    person.presses("e", f"ExternalSecret/db manages {NAME}", "An edit will be reset within seconds.")
    person.sees("password comes from SecretStore/vault: db, property password.")
    person.goes_back("KEY")
    person.presses(":", "Find a command")
    person.type("rotate")
    person.sees("Set a value, write it")
    person.presses("Enter", f"Rotate password of {NAME} at its source")
    person.sees("1. Set the new value in SecretStore/vault: db, property password.")
    person.presses("Enter", "The dry run was accepted", "force-sync", "nothing sent yet")
    assert server.data(NAME, WHERE) == before
    person.presses("W", "The refresh is done", "The Secret has a new value of password.")
    after = server.data(NAME, WHERE)
    assert {key for key in before if before[key] != after[key]} == {"password"}
    person.presses("T", "Restart: readers of", "Deployment/ledger-api", "accepted", "1 of 3 marked")
    person.presses("W", "new after", "Restarted: 1 workload with new pods.")
    person.presses("c", "the record")
    person.goes_back("The refresh is done")
    person.goes_back("KEY")
    person.quits()


def test_a_renewal_that_fails_shows_the_controllers_own_words(person: Person, server: Server) -> None:
    server.call("PATCH", CERTIFICATE, {"spec": {"issuerRef": {"name": "made-up-and-gone"}}})
    person.opens("db-tls")
    person.presses("M", "Certificate/db-tls", "1  Renew the certificate", "Issuer/made-up-and-gone")
    person.presses("Enter", "The dry run was accepted", "The private key changes too", "ManuallyTriggered")
    person.presses("W", "The renewal failed: Failed.", "message:", "has failed to complete")
    person.goes_back("Source of", "message:")
    person.press("Tab")
    person.reads_by_pages("last failure")
    person.goes_back("KEY")
    person.quits()
