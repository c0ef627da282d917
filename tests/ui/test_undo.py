"""`U` undoes a write of this run: a new review in which each key is as it was before."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.model.secret.fields import LAST_APPLIED
from tui.model.settings.settings import Settings


async def writes(person: Person, text: str) -> None:
    """Write another password."""
    await person.edit("password", text)
    await person.reviewed()
    await person.presses("W", "Written: password of default/mysecret")


async def undoes(person: Person, number: str = "enter") -> None:
    await person.presses("U", "Undo a write", "enter undo the latest")
    await person.presses(number, "Review  mysecret", "accepted at")
    await person.presses("W", "Written: ")


async def deletes(person: Person) -> None:
    await person.presses("D", "Delete mysecret", "U can create it again until you quit")
    await person.type("mysecret")
    await person.presses("enter", "Deleted: default/mysecret", "U undoes it.")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_deleted_secret_comes_back_with_its_labels_and_annotations(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        records = person.cluster.store.shelves["secrets"].records
        record = records[str(MINE)]
        record.obj["metadata"] |= {
            "labels": {"team": "payments"},
            "annotations": {"example.test/note": "made up", LAST_APPLIED: "{}"},
        }
        record.obj["immutable"] = True
        before = person.on_server()
        await person.open()
        await deletes(person)
        assert str(MINE) not in records
        await person.presses("U", "1  14:00:00  default/mysecret: deleted")
        await person.presses("enter", "Review  mysecret", "accepted at", "labels/team", "immutable/true")
        await person.presses("W", "Created: default/mysecret with 2 keys")
        made = records[str(MINE)].obj
        assert person.on_server() == before
        assert (made["metadata"]["labels"], made["immutable"]) == ({"team": "payments"}, True)
        assert made["metadata"]["annotations"] == {"example.test/note": "made up"}


async def test_what_others_wrote_since_is_asked_about() -> None:
    async with in_secret(size=(80, 24)) as person:
        await writes(person, "made-up")
        person.others_set("password", b"theirs")
        await person.presses("U", "Undo a write")
        await person.presses("enter", "1 key to resolve")
        assert person.on_server()["password"] == b"theirs"


async def test_a_draft_is_reviewed_first() -> None:
    async with in_secret(size=(80, 24)) as person:
        await writes(person, "made-up")
        await person.edit("username", "other")
        await person.presses("U", "Undo a write")
        await person.presses("enter", "default/mysecret has a draft; w reviews it first.")


async def test_nothing_is_kept_where_that_is_asked_for() -> None:
    async with in_secret(size=(80, 24), settings=Settings(no_undo=True)) as person:
        await person.presses("D", "Deleting cannot be undone: secret-tui keeps no copy of the values.")
        await person.press("escape")
        await writes(person, "made-up")
        assert "undoes it" not in person.text
        await person.presses("U", "No write of this run can be undone.")
