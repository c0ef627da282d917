"""Job: delete a Secret without readers, and see which readers another one would lose."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_delete_a_secret_by_typing_its_name(person: Person, server: Server) -> None:
    person.finds("db-credentials")
    person.presses("D", "Delete db-credentials", "ledger-api")
    person.goes_back()
    person.sees("Secrets", gone=["Delete db-credentials"])
    person.goes_back()
    person.finds("legacy-db")
    person.presses("D", "Delete legacy-db", "no reader known", "pass, user")
    person.fills("LEGACY-DB")
    person.sees("Nothing sent")
    person.press("C-u")
    person.fills("legacy")
    person.sees("Nothing sent")
    assert "legacy-db" in server.names("payments")
    person.type("-db")
    person.reads("legacy-db")
    person.presses("Enter", "Deleted", "payments/legacy-db")
    assert "legacy-db" not in server.names("payments")
    person.goes_back()
    person.sees("db-credentials", "registry-pull", gone=["Opaque 2 no reader known 5y"])
    person.quits()
