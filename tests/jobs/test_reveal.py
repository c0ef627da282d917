"""Job: reveal a value, read it whole, and mask it again."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.jobs.values import LINES, of_length
from tests.terminal.server import Server

pytestmark = JOB


@AT_TWO_SIZES
def test_reveal_one_key_all_keys_and_hide_them(person: Person) -> None:
    person.opens("legacy-db")
    person.sees_row("pass", MASK, "18 B")
    person.go_to("pass")
    person.press("r")
    person.reads("made-up-password-0")
    assert "root" not in person.screen
    person.presses("r", gone=["made-up-password-0"])
    person.presses("R", "made-up-password-0", "root")
    person.presses("m", gone=["made-up-password-0", "root"])
    person.presses("R", "made-up-password-0", "root")
    person.goes_back(gone=["made-up-password-0", "root"])
    person.press("Enter")
    person.sees_row("pass", MASK)
    person.quits()


@AT_TWO_SIZES
def test_read_a_whole_value_on_a_page_of_its_own(person: Person, server: Server) -> None:
    pem = server.data("db-tls", "payments")["tls.key"].decode()
    person.opens("db-tls")
    person.go_to("tls.key")
    person.press("Enter")
    person.sees_title("5 lines")
    assert "BEGIN" not in person.screen
    person.press("r")
    for line in pem.splitlines():
        person.sees_row(line)
    person.goes_back("ca.crt", gone=["BEGIN"])
    person.quits()


def test_read_long_values_whole_page_by_page(person: Person, server: Server) -> None:
    values = {"a-400": of_length(400), "b-5000": of_length(5000), "c-lines": LINES}
    server.write("legacy-db", {key: value.encode() for key, value in values.items()}, "payments")
    person.opens("legacy-db")
    for key, value in values.items():
        person.shows(key, value)
    person.quits()
