"""A person at the program, in a terminal, on one namespace of the real server."""

from __future__ import annotations

from typing import Final

from tests.jobs.person import MASK, Person
from tests.journeys.cluster_objects import Beside
from tests.terminal.steps import NEW

SIZE: Final = (120, 36)


def at_server(beside: Beside) -> Person:
    """Start the program on this namespace; the list of its Secrets is open inside the `with` block."""
    return Person(beside, "-n", beside.namespace, size=SIZE)


def opens_mysecret(person: Person) -> None:
    """Open `mysecret`, the only Secret of the list, and go to its password."""
    person.presses("Enter", "password", MASK)
    person.go_to("password")


def edits_the_password(person: Person) -> None:
    """Keep a draft that sets another password."""
    opens_mysecret(person)
    person.edits("password")
    person.clears()
    person.types(NEW)
    person.keeps("password")


def begins_with_a_key(person: Person, name: str) -> None:
    """Keep a draft of a new Secret of this name that holds the new password."""
    person.begins(name, "o", "is a new draft.")
    person.adds("password")
    person.types(NEW)
    person.keeps("password")


def reviews_new(person: Person) -> None:
    person.presses("w", "Review", "accepted", "no warnings", "Creates in")
