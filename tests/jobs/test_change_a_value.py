"""Job: change a value, and see it while typing, after keeping, in the review and after writing."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_rotate_a_password(person: Person, server: Server) -> None:
    before = server.data("db-superuser", "payments")
    person.opens("db-superuser")
    person.edits("password", managed_by="SealedSecret/db-superuser")
    person.reads("made-up-password-77")
    person.clears()
    person.type("new-made-up")
    person.reads("new-made-up")
    person.keeps("password")
    person.sees_row("password", MASK, "11 B")
    person.press("r")
    person.reads("new-made-up")
    person.press("r")
    person.reviews("password", "19 B → 11 B")
    assert "made-up" not in person.screen
    person.presses("r", "made-up-password-77", "new-made-up")
    person.writes()
    person.sees_row("password", MASK, "11 B")
    person.press("r")
    person.reads("new-made-up")
    person.quits()
    assert server.data("db-superuser", "payments") == {**before, "password": b"new-made-up"}
