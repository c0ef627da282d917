"""The status line: what was said of an earlier place or key does not stay there."""

from __future__ import annotations

from tests.app_pilot import SMALL
from tests.ui.person import Person, in_secret, sitting_at


async def orders(person: Person) -> None:
    """Say something of the list."""
    await person.presses("o", "Ordered by age")


async def test_a_message_goes_when_the_person_goes_elsewhere_and_the_list_of_messages_has_it() -> None:
    async with sitting_at(size=SMALL) as person:
        for there, back in (
            ("enter", "escape"),
            ("N", "escape"),
            ("P", "escape"),
            ("question_mark", "escape"),
        ):
            await person.press("o")
            await person.waits_for(lambda: person.status.startswith("Ordered by"), "the order")
            await person.press(there)
            await person.waits_for(lambda: person.status == "", f"nothing said after {there}")
            await person.press("enter" if there == "N" else back)
            assert person.status == "", back
        await person.presses("exclamation_mark", "Ordered by age")


async def test_what_going_elsewhere_says_itself_stays_and_a_warning_stays_in_another_pane() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.presses("a", "New Secret")
        await person.type("made-up")
        await person.presses("enter enter", "default/made-up is a new draft.")
        await person.presses("escape", "default/made-up has no keys, so no draft was kept.")
        await person.presses("minus", "There is no previous namespace yet.")
        await person.press("N")
        assert person.status == "There is no previous namespace yet."


async def test_the_message_of_a_write_in_doubt_stays_wherever_one_goes() -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        await person.reviewed()
        person.fault("drop_after", method="PATCH", path="*/secrets*")
        person.fault("status", code=503, method="GET", path="*/secrets/mysecret", times=None)
        await person.press("W")
        await person.waits_for(lambda: person.session.writes.unknown, "a doubt")
        (doubt,) = person.session.writes.unknown.values()
        said = doubt.sentence[:1].upper() + doubt.sentence[1:]
        await person.waits_for(lambda: person.status == said, "the doubt")
        await person.presses("question_mark escape escape down enter", "KEY")
        assert person.status == said


async def test_what_is_said_of_a_key_goes_with_the_next_key_and_what_it_covered_is_there_again() -> None:
    async with sitting_at() as person:
        await orders(person)
        await person.presses("v", "v does nothing here")
        await person.presses("v", "v does nothing here")
        await person.presses("down", "Ordered by age")
        await person.press("v", "N")
        assert person.status == ""
        await person.presses("a", "a does nothing here")
        await person.presses("tab a", "New Secret")
        assert "does nothing here" not in person.text


async def test_a_refresh_says_how_it_ended() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.press("ctrl+r")
        await person.waits_for(lambda: person.status == "Refreshed.", "the end of a refresh")
        person.fault("status", code=503, times=None)
        await person.press("ctrl+r")
        await person.waits_for(
            lambda: person.status.startswith("Not refreshed. The server failed"), "the failure"
        )
        person.cluster.faults.clear()
        await person.press("ctrl+r")
        await person.waits_for(lambda: person.status == "Refreshed.", "the end of a refresh")
