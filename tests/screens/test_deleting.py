"""Deleting a Secret: its readers first, its name typed, that version of that life and no other."""

from __future__ import annotations

from typing import Any

from tests.screens.person import MINE, Person, sitting_at
from tui.model.secret import SecretRef


async def name(person: Person, text: str) -> None:
    """Type a name in the place of what stands in its field."""
    field: Any = person.app.screen.query_one("#name")
    field.value = text
    await person.calm()


async def test_only_its_exact_name_deletes_it_and_its_readers_were_on_screen() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.put_cursor("#secret-table", str(MINE))
        await person.press("D")
        await person.sees(
            "Delete mysecret", "Who reads it", "mypod", "Deletes in", "tour", "nothing sent yet"
        )
        await person.sees("keys: password, username")
        for wrong in ("", "mysecre", "mysecret ", "MYSECRET", "default/mysecret"):
            await name(person, wrong)
            await person.press("enter")
            await person.sees("That is not its name; nothing was sent. It is mysecret.")
        await person.press("escape")
        await person.sees("Secrets  9")
        assert person.asked("DELETE") == []
        await person.press("D")
        await person.sees("keys: password, username")
        await name(person, "mysecret")
        await person.press("enter")
        await person.sees("Deleted: default/mysecret at 14:00:00", "Secrets  8")
        assert len(person.asked("DELETE")) == 1
        assert "mysecret" not in "".join(person.text.splitlines()[:20])


async def test_an_open_one_is_left_when_it_is_deleted_and_its_draft_stays() -> None:
    async with sitting_at() as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.press("D")
        await person.sees("Delete mysecret")
        await name(person, "mysecret")
        await person.press("enter")
        await person.sees("Deleted: default/mysecret")
        await person.sees("Secrets  8", "1 draft")
        assert person.app.desk.state.opened is None and person.session.opened is None


async def test_before_it_is_fetched_and_after_it_changed_nothing_is_deleted() -> None:
    other = SecretRef("default", "feature-flags")
    async with sitting_at() as person:
        slow = person.fault("delay", path="*/secrets/feature-flags", seconds=3600)
        await person.put_cursor("#secret-table", str(other))
        await person.press("D")
        await name(person, "feature-flags")
        await person.press("enter")
        await person.sees("It is not fetched, so nothing was sent.")
        person.cluster.faults.clear()
        await person.waits_for(lambda: slow.seen and "keys: flags.json, salt" in person.text, "its keys")
        hang = person.fault("delay", method="DELETE", seconds=3600)
        await person.press("enter")
        await person.waits_for(lambda: hang.seen, "a deletion on its way")
        person.others_set("salt", b"theirs-made-up", other)
        person.cluster.faults.clear()
        await person.sees(
            "Not deleted: default/feature-flags. It changed on the server since you looked at it."
        )
        assert person.on_server(other)["salt"] == b"theirs-made-up"
