"""Jobs: learn who can read a Secret, through which role, and who may run a command in its pods."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person

pytestmark = [*JOB, AT_TWO_SIZES]


def test_see_who_can_read_a_secret_and_by_which_role(person: Person) -> None:
    person.opens("db-credentials")
    person.presses(":", "Find a command")
    person.type("who")
    person.sees("Who can read the Secret: users")
    person.presses("Enter", "Who can read  payments/db-credentials", "22 rows")
    person.press("/")
    person.type("dana")
    person.presses("Enter", "1 row", "get secrets/db-credentials", gone=["22 rows"])
    person.sees_row("dana", "by name")
    person.presses("Enter", "user dana", "kubectl get role db-credentials -n payments -o yaml")
    person.presses("Escape", "1 row", "get secrets/db-credentials")
    person.presses("Escape", "22 rows")
    person.press("/")
    person.type("exec")
    person.presses("Enter", "2 rows", "support", gone=["22 rows"])
    assert "made-up" not in person.screen
    person.presses("Escape", "22 rows")
    person.quits()
