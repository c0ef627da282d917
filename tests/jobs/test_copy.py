"""Job: copy a value without showing it. The clipboard is that of the terminal outside tmux."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.pseudo_terminal import Terminal
from tests.terminal.drive import environment
from tests.terminal.test_clipboard_multiplexers import copied

pytestmark = [*JOB, AT_TWO_SIZES]


def test_copy_a_value_and_a_name(person: Person) -> None:
    person.opens("legacy-db")
    with Terminal(person.attaching(), env=environment(), size=(person.columns, person.rows)) as outside:
        outside.until_shown("pass")
        person.go_to("pass")
        person.press("c")
        outside.until(lambda: copied(outside), "something on the clipboard")
        assert copied(outside) == [b"made-up-password-0"]
        person.sees("pass: 18 B", "clipboard")
        assert "made-up" not in person.screen
        person.goes_back()
        person.presses("c", "legacy-db", "clipboard", gone=["pass: 18 B"])
        outside.until(lambda: len(copied(outside)) > 1, "the name on the clipboard")
        assert copied(outside)[-1] == b"legacy-db"
        person.quits()
