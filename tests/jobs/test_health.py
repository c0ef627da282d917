"""Job: see the findings of a namespace in order, check its certificates, and mark findings for a deletion."""

from __future__ import annotations

from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = JOB


def test_a_finding_leads_to_its_key_and_back(person: Person) -> None:
    person.presses("B", "Health of payments", "X 3 fail", "deploy/ledger-worker", "Add the key PASSWORD")
    person.presses("Enter", "PASSWORD is not in payments/db-credentials, but password is.")
    person.sees_row("▸", "password")
    person.goes_back("Health of payments", "11 in use", gone=["is not in payments/db-credentials"])
    person.presses("/", "words in")
    person.type("legacy")
    person.sees("1 of ", " findings ", "No object that you may list uses this")
    person.press("Enter")
    person.goes_back("11 in use", gone=["1 of "])
    person.presses("g", "deploy/refunds")
    person.goes_back("gateway-tls", gone=["Health of"])
    person.quits()


def test_certificates_are_checked_on_request_and_shown_on_a_timeline(
    server: Server, size: tuple[int, int]
) -> None:
    with Person(server, "-n", "web", size=size) as person:
        person.presses("B", "Health of web", " fail ", "15 Secrets not read: v checks certificates")
        person.presses("v", "portal-tls", "Certificates by expiry", gone=["not read:"])
        names = ("portal-tls", "wildcard-tls") if size[0] >= 120 else ("portal-tls",)
        for name in names:
            person.sees_row(name, "──", " expire")
        person.sees_row("now", "30d", "90d", "1y")
        texts = (" fail ", "SECRET", "Next", "Certificates by expiry")
        rows = person.screen.splitlines()
        places = [next(nth for nth, row in enumerate(rows) if text in row) for text in texts]
        assert places == sorted(places), "the verdict first, then the findings, the advice and the timeline"
        person.press("/")
        person.type("checkout")
        person.sees("does not cover checkout.example.test")
        person.press("Enter")
        person.goes_back("portal-tls")
        person.goes_back("X portal-tls", gone=["Health of"])
        person.sees_row("X", "shop-tls")
        person.quits()


def test_findings_are_ordered_and_several_are_marked_for_one_deletion(
    server: Server, size: tuple[int, int]
) -> None:
    with Person(server, "-n", "default", size=size) as person:
        person.presses("B", "Health of default", "5 no reader known")
        person.presses("o", "by Secret")
        person.presses("o", "by date")
        person.presses("o", "the worst first", gone=["by date"])
        person.presses(" ", "1 marked")
        person.presses(" ", "2 marked", "D delete 2")
        person.presses("D", "Delete 2 Secrets")
        person.goes_back("2 marked")
        person.goes_back("5 findings", gone=["2 marked"])
        person.quits()
