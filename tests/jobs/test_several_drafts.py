"""Job: change two Secrets, and write both in one review."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_change_two_secrets_and_write_both_in_one_review(person: Person, server: Server) -> None:
    before = {name: server.data(name, "payments") for name in ("db-superuser", "legacy-db")}
    for count, (name, key) in enumerate((("db-superuser", "password"), ("legacy-db", "pass")), 1):
        person.opens(name)
        person.edits(key, managed_by="SealedSecret/db-superuser" if name == "db-superuser" else "")
        person.clears()
        person.types(f"new-{key}")
        person.presses("Enter", f"{key} kept", f"{count} draft")
        person.goes_back("NAME")
        person.goes_back(gone=["1 of 13"])
    person.finds("gateway-api")

    person.presses("w", "Review: 2 drafts", "2 of 2 ready", "nothing sent yet", "W write 2")
    person.sees_row("payments/db-superuser", "!", "1 key", "3 pods", "ready")
    person.sees_row("payments/legacy-db", "1 key", "no reader known", "ready")
    person.sees("password  19 B → 12 B", "SealedSecret/db-superuser writes", "accepted", "Writes to")
    assert "new-pass" not in person.screen and "made-up" not in person.screen
    person.presses("j", "pass  18 B → 8 B")
    person.presses("Enter", "Review: legacy-db", "1 changed", "user   unchanged, not sent")
    person.presses("r", "made-up-password-0", "new-pass")
    person.goes_back("2 of 2 ready", gone=["new-pass"])
    assert {name: server.data(name, "payments") for name in before} == before, "nothing is written yet"

    person.presses("W", "Written: 2 Secrets", "2 of 2 written", "T restarts 1 workload")
    assert server.data("db-superuser", "payments") == {**before["db-superuser"], "password": b"new-password"}
    assert server.data("legacy-db", "payments") == {**before["legacy-db"], "pass": b"new-pass"}
    person.presses("!", "Written: password of payments/db-superuser", "Written: pass of payments/legacy-db")
    person.goes_back("2 of 2 written")
    person.goes_back("NAME", gone=["Review", "draft"])
    person.opens("legacy-db")
    person.sees_row("pass", MASK, "8 B")
    person.quits()
