"""The status line: a message about an earlier place or key does not stay."""

from __future__ import annotations

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import MINE, in_secret, sitting_at
from tests.ui.test_copy import copied, watched
from tui.session.writes.revert_watch import AfterWrite


@pytest.mark.slow
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


@pytest.mark.slow
async def test_a_record_of_the_whole_run_is_copied_from_the_messages() -> None:
    async with in_secret(size=SMALL) as person:
        sent = watched(person)
        await person.press("exclamation_mark")
        await person.presses("c", "Nothing to record: no write, restart or request in this run.")
        await person.press("escape")
        await person.edit_to_review("password", "n3w-made-up")
        await person.presses("W", "Written: password of default/mysecret")
        await person.press("D")
        await person.fills("mysecret", "enter")
        await person.sees("Deleted: default/mysecret")
        await person.presses("exclamation_mark", "Messages of this run", "c copy record")
        await person.press("c")
        await person.waits_for(lambda: copied(sent), "a copy")
        text = copied(sent)[0].decode()
        lines = [line.split("Z  ")[-1] for line in text.splitlines()]
        assert lines[0] == "record of this run of secret-tui"
        assert lines[1].startswith("in payments-cluster (") and lines[1].endswith("by admin")
        assert lines[2:] == ["written    password of default/mysecret", "deleted    default/mysecret"]
        assert "n3w-made-up" not in text


@pytest.mark.slow
async def test_the_message_of_a_write_in_doubt_stays_wherever_one_goes() -> None:
    async with in_secret() as person:
        await person.writes_in_doubt()
        (doubt,) = person.session.writes.unknown.values()
        said = doubt.sentence[:1].upper() + doubt.sentence[1:]
        await person.waits_for(lambda: person.status == said, "the doubt")
        await person.presses("question_mark escape escape down enter", "KEY")
        assert person.status == said


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


async def test_the_news_that_a_write_still_holds_does_not_replace_the_current_message() -> None:
    async with sitting_at(size=SMALL) as person:
        events, holds = person.session.events, AfterWrite("kept", MINE, "your write still holds: a")
        await person.press("o")
        await person.waits_for(lambda: person.status.startswith("Ordered by"), "the order")
        events.publish(holds, "writes")
        await person.calm()
        assert person.status.startswith("Ordered by")
        await person.presses("exclamation_mark", "Your write still holds: a")
        await person.press("escape")
        await person.waits_for(lambda: person.status == "", "nothing said")
        events.publish(holds, "writes")
        await person.waits_for(lambda: person.status.startswith("Your write still"), "what holds")
