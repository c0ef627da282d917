"""Job: read what a write would do before it is sent: the verdict, the changes, then who is affected."""

from __future__ import annotations

from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = JOB


def rows_with(person: Person, *texts: str) -> list[int]:
    """Numbers of the first rows that hold each of these, from the top of the screen."""
    rows = person.screen.splitlines()
    return [next(number for number, row in enumerate(rows) if text in row) for text in texts]


def test_read_the_verdict_then_the_changes_then_who_is_affected(person: Person, server: Server) -> None:
    before = server.data("db-credentials", "payments")
    person.opens("db-credentials")
    person.edits("password", managed_by="ExternalSecret/db")
    person.type("-and-more")
    person.keeps("password")
    person.go_to("username")
    person.presses("DC", "username dropped")
    person.reviews("nothing sent yet")

    verdict = (
        "fail at their next start: username is removed",
        "ExternalSecret/db",
        "dry run accepted at",
        "payments as admin",
    )
    places = rows_with(person, "Review: db-credentials", *verdict, "Changes", "▸ ~ password")
    assert places == sorted(places), person.screen
    person.sees("1 changed, 1 dropped", "= ca.p12", "unchanged, not sent")
    changes, affected = rows_with(person, "Changes", "Affected readers, worst first")
    if person.columns < 120:
        assert changes < affected
    else:
        assert changes == affected, "the panes stand side by side"
    row = person.sees_row("X", "ledger-api", "env DB_USER")
    assert MASK not in row
    person.sees("next start FAILS: no key username")
    person.goes_back("1 draft")
    assert server.data("db-credentials", "payments") == before
