"""Job: add, rename and drop keys of a Secret in one write, and undo a step of the draft."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_add_rename_and_drop_keys_and_undo_a_drop(person: Person, server: Server) -> None:
    before = server.data("gateway-api", "payments")
    person.opens("gateway-api")
    person.adds("added.key")
    person.types("made up, added")
    person.keeps("added.key")
    person.go_to("url")
    person.presses("n", "Rename url")
    person.fills("url-new")
    person.sees_row("url-new")
    person.go_to("merchant")
    person.presses("BSpace", "merchant dropped")
    person.presses("u", "Undone", "merchant")
    person.go_to("merchant")
    person.presses("DC", "merchant dropped")
    person.sees_row("merchant", "dropped")
    person.reviews("added.key", "url-new", "merchant", "removed")
    person.reviews_values("made up, added", "https://acquirer.example.test/v2", "example-shop")
    person.writes()
    person.sees_row("added.key")
    person.sees_row("url-new")
    assert not [row for row in person.box if row.startswith("merchant")]
    person.quits()
    assert server.data("gateway-api", "payments") == {
        "api-key": before["api-key"],
        "url-new": before["url"],
        "added.key": b"made up, added",
    }
