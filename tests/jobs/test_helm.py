"""Jobs: find a value of a Helm release, and see how it changed between two revisions."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person

pytestmark = [*JOB, AT_TWO_SIZES]


def test_see_how_a_helm_value_changed_between_two_revisions(person: Person) -> None:
    person.presses(":", "Find a command")
    person.type("helm")
    person.sees("Helm releases here")
    person.presses("Enter", "Helm releases  payments", "1 release", "enter reads 2 records")
    person.presses("v", "ledger 1.8.0", "1 record read.")
    person.presses("Enter", "Revisions of ledger", "2 revisions", "ledger 1.7.0")
    person.press("Space", "Space")
    person.presses("d", "Compare: revision 8 with revision 7", "2 values differ", "signing.password")
    assert "made-up" not in person.screen
    person.press("Down")
    person.presses("r", "- made-up-password-7", "+ made-up-password-8", "signing.password is shown until")
    person.goes_back("Revisions of ledger", gone=["made-up"])
    person.press("g")
    person.presses("Enter", "release ledger, revision 8, deployed", "values.signing.password")
    person.sees_row("Secret/ledger-config.SIGNING_PASSWORD", MASK)
    person.go_to("values.signing.password")
    person.press("r")
    person.sees_row("values.signing.password", "made-up-password-8")
    assert person.screen.count("made-up") == 1
    person.goes_back("Revisions of ledger", gone=["made-up"])
    person.quits()
