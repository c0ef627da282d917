"""Job: clean up old Secrets and copy others to another namespace, several in one go."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_copy_two_marked_secrets_then_delete_them_and_undo_that(person: Person, server: Server) -> None:
    person.finds("legacy-db")
    person.presses("Space", "1 marked", "D delete 1")
    person.presses("/", "/ legacy-db")
    person.presses("Escape", "Secrets  13 ", gone=["/ legacy-db"])
    person.finds("ledger-config")
    person.presses("Space", "2 marked, 1 not shown", "D delete 2")
    person.presses("Y", "Copy 2 Secrets", "all 2 Secrets, to other namespaces")
    person.press("n")
    person.type("web")
    person.presses("Enter", "1 marked")
    person.presses("Enter", "2 of 2 ready", "web/legacy-db", "web/ledger-config")
    person.presses("W", "Created: 2 Secrets")
    assert {"legacy-db", "ledger-config"} <= set(server.names("web"))

    person.presses(
        "D", "Delete 2 Secrets", "1 of 2 Secrets has known readers", "next start FAILS", "pods only"
    )
    person.type("delete 3")
    person.presses("Enter", "Nothing sent: type delete 2.")
    assert {"legacy-db", "ledger-config"} <= set(server.names("payments"))
    person.press("BSpace")
    person.type("2")
    person.presses("Enter", "Deleted: 2 Secrets")
    assert not {"legacy-db", "ledger-config"} & set(server.names("payments"))
    person.presses("U", "all 2 deleted together")
    person.presses("A", "2 of 2 ready")
    person.presses("W", "Created: 2 Secrets")
    assert {"legacy-db", "ledger-config"} <= set(server.names("payments"))
    person.presses("U", "payments/ledger-config: deleted, undone", gone=["deleted together"])
    person.goes_back("NAME")
    person.quits()
