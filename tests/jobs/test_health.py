"""Job: see what is wrong in a namespace and check its certificates."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_from_the_findings_to_the_key_and_back(person: Person) -> None:
    person.presses("B", "Health of payments", "deploy/ledger-worker", "Add the key PASSWORD")
    person.presses("Enter", "PASSWORD is not in payments/db-credentials; password is.")
    person.sees_row("▸", "password")
    person.goes_back("legacy-db")
    person.presses("B", "Health of payments", "11 in use")
    person.presses("/", "words in")
    person.type("legacy")
    person.sees("1 of ", " findings ", "no object that may be listed names it")
    person.press("Enter")
    person.goes_back("deploy/refunds")
    person.goes_back("gateway-tls", gone=["Health of"])
    person.quits()


def test_certificates_are_checked_by_their_own_key(server: Server, size: tuple[int, int]) -> None:
    with Person(server, "-n", "web", size=size) as person:
        person.presses("B", "Health of web", "the contents of 5 Secrets")
        person.presses("v", "portal-tls", "ing/shop", gone=["not checked"])
        person.press("/")
        person.type("checkout")
        person.sees("does not cover checkout.example.test")
        person.press("Enter")
        person.goes_back("portal-tls")
        person.goes_back("shop-tls", gone=["Health of"])
        person.quits()
