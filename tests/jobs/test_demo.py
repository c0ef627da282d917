"""Job: a newcomer's first two minutes in the demo, and README's first ten, by the keys that README names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.person import JOB, Person

pytestmark = JOB


@pytest.fixture
def person(size: tuple[int, int]) -> Iterator[Person]:
    """Person at the start of the demo."""
    with Person(None, size=size) as person:
        yield person


def leaves(person: Person) -> None:
    """Go back from the open Secret to the list, and clear its filter."""
    person.goes_back("filter: ")
    person.goes_back(gone=["filter: "])


def test_a_newcomer_follows_the_story_in_two_minutes(person: Person) -> None:
    person.sees("DEMO", "payments-cluster › payments", "db-credentials", "X sftp-settlements")
    # A pod that does not start gets the key that it misses.
    person.opens("sftp-settlements")
    person.sees("settlements fails: no key config")
    person.presses("a", "Add a key")
    person.reads("config")
    person.press("Enter")
    person.sees_title("/ config")
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


def test_a_newcomer_follows_the_first_ten_minutes_of_readme(person: Person) -> None:
    person.presses("B", "Health of payments", "sftp-settlements")
    person.goes_back("db-credentials", gone=["Health of"])
    person.press(":")
    person.type("ns web")
    person.presses("Enter", "payments-cluster › web", "cart-redis")
    person.opens("cart-redis")
    person.presses("g", "Read by: REDIS_PASSWORD")
    person.presses("e", "cart-redis / REDIS_PASSWORD")
    person.types("-and-more")
    person.keeps("REDIS_PASSWORD")
    person.presses("w", "Review", "accepted", "REDIS_URL still holds the old value")
    person.presses("W", "An old value remains")
    person.presses("i", "accepted", gone=["still holds"])
    person.writes()
    person.presses("U", "Undo a write")
    person.presses("Enter", "Review", "accepted")
    person.writes()
    person.presses("G", "Read by: REDIS_URL")
    person.presses("Enter", "password")
    person.goes_back("KEY")
    person.presses("p", "Readers of cart-redis")
    person.presses("p", "all kinds were read")
    person.goes_back("KEY")
    leaves(person)
    person.press(":")
    person.type("helm")
    person.presses("Enter", "Helm releases", "shop")
    person.goes_back("cart-redis")
    person.presses("?", "Keys")
    person.press("Escape")
    person.quits()
