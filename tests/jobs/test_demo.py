"""Job: a newcomer's first two minutes in the demo, and README's first ten, by the keys that README names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person

pytestmark = [*JOB, AT_TWO_SIZES]


@pytest.fixture
def person(size: tuple[int, int]) -> Iterator[Person]:
    """In the demo, as it begins."""
    with Person(None, size=size) as person:
        yield person


def leaves(person: Person) -> None:
    """From the open Secret to the list, and its filter cleared."""
    person.goes_back("filter: ")
    person.goes_back("db-credentials")


def test_a_newcomer_follows_the_story_in_two_minutes(person: Person) -> None:
    person.sees("DEMO", "payments-cluster › payments", "db-credentials", "X sftp-settlements")
    # A pod that does not start gets the key that it misses.
    person.opens("sftp-settlements")
    person.sees("missing: config")
    person.adds("config")
    person.types("made-up-host")
    person.keeps("config")
    person.reviews("config")
    person.writes()
    person.goes_back("filter: ", "its pod has the new value")
    person.goes_back("db-credentials", gone=["X sftp-settlements"])
    # A certificate that ends soon is renewed.
    person.opens("db-tls")
    person.sees("expires in 8d")
    person.presses("M", "Source of db-tls", "Renew the certificate")
    person.presses("Enter", "The dry run was accepted")
    person.presses("W", "The certificate was issued")
    person.goes_back("Source of")
    person.goes_back("KEY", "expires in 89d")
    leaves(person)
    # A key that an ExternalSecret sets is rotated at its source, and its pods restart.
    person.opens("gateway-api")
    person.go_to("api-key")
    person.presses("t", "Rotate api-key of gateway-api at its source")
    person.presses("Enter", "The dry run was accepted")
    person.presses("W", "The refresh is done")
    person.presses("T", "readers of gateway-api", "Deployment/gateway", "accepted")
    person.presses("W", "Restarted: ")
    person.goes_back("The refresh is done")
    person.goes_back("KEY")
    person.quits()
