"""Job: undo an edit, a drop, a creation and a deletion, and label a Secret; read it at the cluster."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]
NAME, WHERE = "legacy-db", "payments"


def undoes(person: Person, what: str, done: str) -> None:
    person.presses("U", "Undo a write", what)
    person.presses("Enter", "Review  ", "accepted")
    person.presses("W", done)


def labels(person: Person, text: str) -> None:
    person.presses("d", "Describe", "l label")
    person.presses("l", "Label of")
    person.fills(text)
    person.sees("kept in the draft")
    person.presses("w", "Review", "accepted", "labels/team")
    person.presses("W", "Written", gone=["Writes to"])
    person.goes_back("KEY")


def deletes(person: Person, name: str) -> None:
    person.fills(name)
    person.sees("Deleted", "U undoes it.")


def test_an_edit_a_drop_and_a_label(person: Person, server: Server) -> None:
    before = server.data(NAME, WHERE)
    person.opens(NAME)
    person.edits("pass")
    person.types("-made-up")
    person.keeps("pass")
    person.reviews("pass")
    person.presses("W", "Written", "U undoes it.")
    assert server.data(NAME, WHERE)["pass"] == before["pass"] + b"-made-up"
    undoes(person, f"{WHERE}/{NAME}: pass", "Written")
    assert server.data(NAME, WHERE) == before
    person.go_to("user")
    person.presses("DC", "user dropped")
    person.reviews("user", "removed")
    person.writes()
    assert "user" not in server.data(NAME, WHERE)
    undoes(person, f"{WHERE}/{NAME}: user", "Written")
    assert server.data(NAME, WHERE) == before
    labels(person, "team=payments")
    assert server.secret(NAME, WHERE)["metadata"]["labels"]["team"] == "payments"
    person.quits()


def test_a_creation_and_a_deletion(person: Person, server: Server) -> None:
    before = server.secret(NAME, WHERE)
    person.begins("made-up", "Enter", "new draft")
    person.presses("w", "Review", "accepted")
    person.presses("W", "Created: ", "U undoes it.")
    assert "made-up" in server.names(WHERE)
    person.presses("U", "Undo a write", f"{WHERE}/made-up: created")
    person.presses("Enter", "Delete made-up")
    deletes(person, "made-up")
    assert "made-up" not in server.names(WHERE)
    person.opens(NAME)
    person.presses("D", f"Delete {NAME}", "U can create it again")
    deletes(person, NAME)
    assert NAME not in server.names(WHERE)
    undoes(person, f"{WHERE}/{NAME}: deleted", "Created: ")
    after = server.secret(NAME, WHERE)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert (after["type"], after["data"]) == (before["type"], before["data"])
    assert after["metadata"].get("labels") == before["metadata"].get("labels")
    person.quits()
