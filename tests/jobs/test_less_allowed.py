"""Jobs under --read-only and --no-reveal: a refused command names the reason and does nothing."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_read_only_refuses_changes_and_still_shows_values(server: Server, size: tuple[int, int]) -> None:
    before = server.secret("legacy-db", "payments")
    with Person(server, "--read-only", "-n", "payments", size=size) as person:
        person.sees("READ-ONLY")
        person.opens("legacy-db")
        person.go_to("user")
        for key in ("e", "s", "a", "n", "D"):
            person.presses(key, "Read-only:", "cannot be")
            assert "edit" not in person.title_row and "Delete" not in person.title_row
            person.presses("r", "root", gone=["cannot be"])
            person.presses("r", gone=["root"])
        person.quits()
    assert server.secret("legacy-db", "payments") == before


def test_set_a_password_unseen_under_no_reveal(server: Server, size: tuple[int, int]) -> None:
    with Person(server, "--no-reveal", "-n", "payments", size=size) as person:
        person.sees("NO REVEAL")
        person.opens("legacy-db")
        person.go_to("pass")
        for key in ("r", "R", "c", "e"):
            person.presses(key, "No reveal:", "cannot be")
            assert "made-up" not in person.screen
        person.sets_blind("pass", "made-up-blind")
        person.sees("13 B")
        person.reviews("18 B → 13 B")
        person.presses("r", "No reveal:")
        person.writes()
        assert "made-up" not in person.history
        person.quits()
    assert server.data("legacy-db", "payments") == {"user": b"root", "pass": b"made-up-blind"}
