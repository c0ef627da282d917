"""Job: cancel an edit, look for help in the editor, and bring back what was typed."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_cancel_an_edit_and_bring_it_back(person: Person, server: Server) -> None:
    person.opens("legacy-db")
    person.edits("pass")
    person.types("-and-more")
    person.presses("F1", "keys that work here", "Keep the edited text", "cancel", gone=["Copy the value"])
    person.goes_back("made-up-password-0-and-more")
    person.sees_title("/ pass")
    person.goes_back("pass", "canceled", "e brings it back")
    assert "1 draft" not in person.screen and "and-more" not in person.screen
    person.sees_row("pass", MASK, "18 B")
    person.presses("e", "Edit of pass was canceled.", "continue with the typed text")
    person.press("Enter")
    person.sees_title("/ pass")
    person.reads("made-up-password-0-and-more")
    person.types("-still")
    person.keeps("pass", by="C-s")
    person.reviews("18 B → 33 B")
    person.writes()
    person.shows("pass", "made-up-password-0-and-more-still")
    person.presses("e", "Edit legacy-db", gone=["canceled"])
    person.goes_back("pass")
    person.quits()
    assert server.data("legacy-db", "payments")["pass"] == b"made-up-password-0-and-more-still"
