"""Job: set values of any length, and see them while typing, after keeping, in review and after writing."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.jobs.values import LINES, PEM, of_length
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_type_values_of_1_149_and_400_characters(person: Person, server: Server) -> None:
    values = {f"typed-{length}": of_length(length) for length in (1, 149, 400)}
    person.opens("legacy-db")
    for key, value in values.items():
        person.adds(key)
        person.types(value)
        person.reads(value)
        person.keeps(key)
        person.sees_row(key, MASK)
        person.shows(key, value)
    person.reviews(*values, "nothing sent yet")
    assert "値" not in person.screen
    person.reviews_values(*values.values())
    person.writes()
    for key, value in values.items():
        person.shows(key, value)
    person.quits()
    assert server.data("legacy-db", "payments") == {
        "user": b"root",
        "pass": b"made-up-password-0",
        **{key: value.encode() for key, value in values.items()},
    }


def test_paste_5000_characters(person: Person, server: Server) -> None:
    value = of_length(5000)
    person.opens("legacy-db")
    person.adds("pasted")
    person.pastes(value)
    person.reads(value[-60:])
    person.press(*["PPage"] * 8)
    person.reads_by_pages(value)
    person.keeps("pasted")
    person.shows("pasted", value)
    person.reviews("pasted")
    person.reviews_values(value)
    person.writes()
    person.shows("pasted", value)
    person.quits()
    assert server.data("legacy-db", "payments")["pasted"] == value.encode()


def test_paste_a_pem_into_a_new_key_undo_and_paste_it_again(person: Person, server: Server) -> None:
    person.opens("legacy-db")
    person.adds("tls.crt")
    person.pastes(PEM)
    person.sees_row("-----END CERTIFICATE-----")
    person.press("C-z")
    person.until(lambda: not "".join(person.box), "an empty editor")
    person.pastes(PEM)
    person.sees_row("-----END CERTIFICATE-----")
    person.keeps("tls.crt", by="C-s")
    person.shows("tls.crt", PEM)
    person.reviews("tls.crt")
    person.reviews_values(PEM)
    person.writes()
    person.shows("tls.crt", PEM)
    assert server.data("legacy-db", "payments")["tls.crt"] == PEM.encode()
    person.quits()


def test_paste_forty_lines_over_a_password(person: Person, server: Server) -> None:
    person.opens("legacy-db")
    person.edits("pass")
    person.clears()
    person.pastes(LINES)
    person.sees_row("line 40:", "made up")
    person.press(*["PPage"] * 4)
    person.reads_by_pages(LINES)
    person.keeps("pass", by="C-s")
    person.shows("pass", LINES)
    person.reviews("18 B → 1.0 kB")
    person.reviews_values(LINES)
    person.writes()
    person.shows("pass", LINES)
    person.quits()
    assert server.data("legacy-db", "payments") == {"user": b"root", "pass": LINES.encode()}
