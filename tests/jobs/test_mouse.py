"""Jobs: the mouse opens, sorts and presses what the footer shows, but writes nothing."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_open_a_secret_and_show_a_value_by_the_mouse(person: Person) -> None:
    person.sees("legacy-db")
    person.clicks("TYPE")
    person.sees("Ordered by type.")
    person.clicks("TYPE")
    person.sees("Ordered by type, reversed.")
    person.clicks("legacy-db", below="NAME")
    person.clicks("legacy-db", below="NAME")
    person.sees_title("legacy-db")
    person.sees_row("pass", MASK)
    person.go_to("pass")
    person.clicks("show", below="r show")
    person.sees("is shown until")
    person.clicks("back", below="esc back")
    person.sees("gateway-tls", gone=["is shown until"])
    person.quits()


def test_the_mouse_writes_nothing(person: Person, server: Server) -> None:
    before = server.data("legacy-db", "payments")
    person.opens("legacy-db")
    person.edits("pass")
    person.clears()
    person.type("n3w")
    person.keeps("pass")
    person.clicks("w review", below="r show")
    person.sees("accepted", "Writes to")
    person.clicks("write", below="W write")
    person.sees("Press W on the keyboard", "Writes to", gone=["Written"])
    assert server.data("legacy-db", "payments") == before
    person.writes()
    assert server.data("legacy-db", "payments") == {**before, "pass": b"n3w"}
    person.quits()
