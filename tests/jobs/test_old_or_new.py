"""Job: after changing a key, see which pods keep the old value and why, and undo the change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]
NAME, KEY = "session-keys", "current"
"""Key that two running pods and a pod whose image is missing have as a variable."""


@pytest.fixture
def person(server: Server, size: tuple[int, int]) -> Iterator[Person]:
    """Person with the program open in the namespace web."""
    with Person(server, "-n", "web", size=size) as person:
        yield person


def test_running_pods_keep_the_old_value_of_a_changed_key_and_an_undo_leaves_one_in_doubt(
    person: Person, server: Server
) -> None:
    person.opens(NAME)
    assert "keep the old value" not in person.screen
    person.go_to(KEY)
    person.presses("s", "Set unseen")
    person.type("made-up-1")
    person.presses("Enter", f"{KEY} set unseen", "1 draft")
    person.reviews("shop", "old value until a restart")
    person.writes()
    person.sees("! 2 pods keep the old value until they restart")
    person.presses("p", f"Readers of {NAME}", "Deployment/shop", "2 of 3 old", "old until restart")
    person.press("G", "k")
    person.sees("old: started", f"the key {KEY} changed", "by secret-tui")
    person.goes_back("KEY")
    person.presses("U", "Undo a write", f"{NAME}: {KEY}")
    person.presses("Enter", "Writes to", "accepted")
    person.writes()
    person.sees("1 pod may keep the old value until it restarts")
    person.quits()
