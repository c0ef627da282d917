"""Job: find everything that reads or writes a Secret, and know whether that is all."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person

pytestmark = [*JOB, AT_TWO_SIZES]
NAME = "db-credentials"


def test_readers_of_all_kinds_are_searched_on_request_and_lead_to_their_secrets_and_back(
    person: Person,
) -> None:
    person.opens(NAME)
    person.presses("p", f"Readers of {NAME}", "pods only; p reads all kinds")
    assert "ExternalSecret/db" not in person.screen
    person.presses("p", "all kinds were read as of")
    person.presses("g", "ExternalSecret/db", "it writes this Secret", "Deployment/fraud-check")
    person.presses("Enter", "Secrets named by ExternalSecret/db")
    person.goes_back(f"Readers of {NAME}")
    person.presses("G", "CronJob/statements")
    person.presses("Enter", "Inputs of CronJob/statements")
    person.goes_back(f"Readers of {NAME}")
    person.goes_back("KEY", "all kinds were read")
    person.goes_back("filter: ")
    person.goes_back("legacy-db", "no reader known")
    person.quits()
