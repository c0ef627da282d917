"""Others act on the real server while a review is open: what is written in the end are the right bytes."""

from __future__ import annotations

import pytest

from tests.jobs.person import Person
from tests.journeys.at_server import at_server, begins_with_a_key, edits_the_password, reviews_new
from tests.journeys.cluster_objects import OLD, Beside
from tests.terminal.steps import NEW

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

THEIRS = "made up by others"
ADMIN = {"username": b"admin"}


def is_written(person: Person) -> None:
    person.presses("W", "Written: ", gone=["Writes to", "1 draft"])


def creates(beside: Beside, name: str, **texts: str) -> None:
    literals = [f"--from-literal={key}={text}" for key, text in texts.items()]
    beside.does("create", "secret", "generic", name, *literals)


@pytest.mark.parametrize(("key", "sign", "held"), [("1", "theirs", THEIRS), ("2", "yours", NEW)])
def test_the_same_key_edited(beside: Beside, key: str, sign: str, held: str) -> None:
    with at_server(beside) as person:
        edits_the_password(person)
        person.reviews()
        beside.kubectl_patch({"password": THEIRS.encode()})
        person.presses("W", "Not written", "Someone else changed the same keys", "1 key to resolve")
        assert beside.data() == {**ADMIN, "password": THEIRS.encode()}
        person.press(key)
        person.sees_row("password", sign)
        person.sees("all resolved")
        person.press("w")
        if held == NEW:
            person.sees("accepted", "Writes to")
            is_written(person)
        else:
            person.sees("The draft is empty now", "keeps the server's values", gone=["1 draft"])
    assert beside.data() == {**ADMIN, "password": held.encode()}


def test_another_key_edited(beside: Beside) -> None:
    with at_server(beside) as person:
        edits_the_password(person)
        person.reviews()
        beside.kubectl_patch({"username": b"theirs", "more": b"made up"})
        person.presses(
            "W", "on top of newer changes that do not touch your keys", gone=["Writes to", "1 draft"]
        )
    assert beside.data() == {"username": b"theirs", "more": b"made up", "password": NEW.encode()}


def test_an_edited_one_deleted(beside: Beside) -> None:
    with at_server(beside) as person:
        edits_the_password(person)
        person.reviews()
        beside.does("delete", "secret", "mysecret")
        person.sees("was deleted. Your draft is kept.", "a creates a new Secret from the keys in this draft")
        person.presses("W", "Not sent")
        assert beside.plane.ask("GET", _path(beside)).status == 404
        person.presses("a", "accepted", "Creates in")
        person.presses("W", "Created: ", gone=["Creates in", "1 draft"])
    assert beside.data() == {"password": NEW.encode()}, "of the other key nothing was known: this was said"


def test_an_edited_one_deleted_and_made_again(beside: Beside) -> None:
    with at_server(beside) as person:
        edits_the_password(person)
        person.reviews()
        beside.does("delete", "secret", "mysecret")
        creates(beside, "mysecret", password=OLD, username="another", more="made up")
        again = {"password": OLD.encode(), "username": b"another", "more": b"made up"}
        person.sees("was deleted", "Your draft is kept.")
        person.presses("C-r", "was deleted and created again. Your draft is kept.")
        person.presses("W", "Not sent")
        assert beside.data() == again
        person.presses("b", "accepted", "Writes to", gone=["created again"])
        is_written(person)
    assert beside.data() == again | {"password": NEW.encode()}


def test_a_new_one_made_by_others_meanwhile(beside: Beside) -> None:
    with at_server(beside) as person:
        begins_with_a_key(person, "brandnew")
        reviews_new(person)
        creates(beside, "brandnew", password=THEIRS, more="made up")
        theirs = {"password": THEIRS.encode(), "more": b"made up"}
        person.presses("W", "already exists", "1 draft")
        assert beside.data("brandnew") == theirs
        person.sees("b applies the draft to the existing Secret")
        person.presses("b", "1 key to resolve")
        person.press("2")
        person.sees_row("password", "yours")
        person.presses("w", "accepted", "Writes to")
        is_written(person)
    assert beside.data("brandnew") == theirs | {"password": NEW.encode()}


def test_one_changed_while_its_deletion_is_confirmed(beside: Beside) -> None:
    with at_server(beside) as person:
        person.presses("D", "Delete mysecret", "password, username")
        person.type("mysecret")
        person.reads("mysecret")
        beside.kubectl_patch({"password": THEIRS.encode()})
        person.sees("changed since you opened this: key password was changed")
        person.presses("Enter", "Nothing sent: see what changed")
        assert beside.data() == {**ADMIN, "password": THEIRS.encode()}
        person.presses("Enter", "Deleted: ")
    assert beside.plane.ask("GET", _path(beside)).status == 404


def _path(beside: Beside) -> str:
    return f"/api/v1/namespaces/{beside.namespace}/secrets/mysecret"
