"""`U` undoes a write of this run: a new review in which each key is as it was before."""

from __future__ import annotations

from tests.ui.person import Person, in_secret
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

OTHER = SecretRef("default", "feature-flags")


async def writes(person: Person, text: str) -> None:
    await person.edit_to_review("password", text)
    await person.presses("W", "Written: password of default/mysecret")


async def test_a_draft_is_reviewed_first_and_what_others_wrote_since_is_asked_about() -> None:
    async with in_secret(size=(80, 24)) as person:
        await writes(person, "made-up")
        await person.edit("username", "other")
        await person.presses("U", "Undo a write")
        await person.presses("enter", "default/mysecret has a draft; w reviews it first.")
        await person.presses("u", "Undone: edited username.")
        person.others_set("password", b"theirs")
        await person.presses("U", "Undo a write")
        await person.presses("enter", "1 key to resolve")
        assert person.on_server()["password"] == b"theirs"


async def test_the_writes_of_the_open_secret_come_first() -> None:
    async with in_secret(size=(120, 36)) as person:
        await writes(person, "made-up")
        await person.press("escape")
        await person.open(OTHER, key="flags.json")
        await person.edit("flags.json", "{}")
        await person.presses("w", "Review  feature-flags", "accepted at")
        await person.presses("W", "Written: flags.json of default/feature-flags")
        await person.presses("U", "1  14:00:00  default/feature-flags: flags.json", "enter undo the latest")
        await person.press("escape", "escape")
        await person.open()
        await person.presses(
            "U", "1  14:00:00  default/mysecret: password", "2  14:00:00  default/feature-flags"
        )
        await person.sees("enter undo number 1")
        await person.presses("enter", "Review  mysecret", "accepted at")


async def test_nothing_is_kept_where_that_is_asked_for() -> None:
    async with in_secret(size=(80, 24), settings=Settings(no_undo=True)) as person:
        await person.presses("D", "Deleting cannot be undone: secret-tui keeps no copy of the values.")
        await person.press("escape")
        await writes(person, "made-up")
        assert "undoes it" not in person.text
        await person.presses("U", "No write of this run can be undone.")
