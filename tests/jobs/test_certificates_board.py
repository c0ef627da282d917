"""Job: find next month's certificates on one board, and renew one until its readers have it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person

pytestmark = JOB


@pytest.fixture
def person(size: tuple[int, int]) -> Iterator[Person]:
    """Person at the start of the demo."""
    with Person(None, size=size) as person:
        yield person


@AT_TWO_SIZES
def test_next_months_certificate_is_found_and_renewed_until_its_readers_have_it(person: Person) -> None:
    person.sees("payments-cluster › payments", "db-credentials")
    person.press(":")
    person.type("certificates")
    person.presses("Enter", "Certificates of payments", "Reads the values of ", "No value is shown.")
    person.presses("v", "with a fault", "FAULT")
    person.sees_row("db-tls", "renewal due", "8d, 10 % left")
    person.press("Home", "Down")
    person.sees("Renew it: M shows cert-manager.")
    person.presses("d", "CN=payments-db.payments.svc, issued by", "expires in 8d")
    person.presses("d", "Served by")
    person.presses("M", "Source of db-tls", "Renew the certificate")
    person.presses("Enter", "The dry run was accepted")
    person.presses("W", "The certificate was issued")
    person.goes_back("Source of")
    person.goes_back("Certificates of payments")
    person.presses("C-r", "old in 2 pods?", "Restart workloads that do not reload certificates: T restarts.")
    person.presses("T", "readers of db-tls", "[x] StatefulSet/payments-db", "accepted")
    person.presses("W", "Restarted: ")
    person.goes_back("Certificates of payments")
    person.presses("C-r", "4 certificates, 2 with a fault.", "This certificate has no fault.")
    person.sees_row("db-tls", "89d, 100 % left")
    person.quits()
