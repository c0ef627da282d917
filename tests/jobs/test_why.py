"""Job: find out why a pod does not start, from the error on the command line and from a paste."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]

DESCRIBED = """\
Name:             refunds-7b8c6d5f49-m4t7w
Namespace:        payments
Events:
  Type     Reason     Age                From     Message
  ----     ------     ----               ----     -------
  Warning  Failed     7s (x3 over 20s)   kubelet  Error: secret "refunds-pro
vider" not found
"""


def test_an_error_on_the_command_line_leads_to_a_key_with_a_similar_name(
    server: Server, size: tuple[int, int]
) -> None:
    error = "couldn't find key PASSWORD in Secret payments/db-credentials"
    with Person(server, error, size=size) as person:
        person.sees("PASSWORD is not in payments/db-credentials, but password is.", "waits for it")
        person.sees_row("▸", "password")
        person.quits()


def test_a_pod_on_the_command_line_leads_to_its_inputs_and_to_the_missing_key(
    server: Server, size: tuple[int, int]
) -> None:
    with Person(server, "pod/settlements-6c5d4b8f77-t9x3c", "-n", "payments", size=size) as person:
        person.sees("Inputs of Pod/settlements-6c5d4b8f77-t9x3c", "Secret sftp-settlements has no config;")
        person.presses("Enter", "config is not in payments/sftp-settlements", "a adds the key.")
        person.quits()


def test_a_pasted_description_leads_to_a_draft_of_the_missing_secret(person: Person, server: Server) -> None:
    person.press(":")
    person.type("why")
    person.sees("Why a pod does not start")
    person.presses("Enter", "Why does a pod not start?")
    person.pastes(DESCRIBED)
    person.sees('secret "refunds-provider" not found')
    person.presses(
        "Enter", "No Secret refunds-provider", "ExternalSecret/refunds-provider should write the Secret"
    )
    person.press("d")
    person.sees_title("/ token")
    person.types("made-up-1")
    person.keeps("token")
    person.creates()
    person.quits()
    assert server.data("refunds-provider", "payments") == {"token": b"made-up-1"}
