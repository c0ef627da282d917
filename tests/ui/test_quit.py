"""Quitting in mid-write names everything that would be lost, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from tests.session.workloads import workload
from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.model.api_object import DEPLOYMENT, ObjectRef
from tui.session.actions import Action

pytestmark = pytest.mark.slow

LOSES = "Quit and lose unwritten drafts?"
DOUBTS = "Quit before the result of a write is known?"


async def asks(person: Person, title: str, *lines: str) -> None:
    """Quit; wait for the question."""
    await person.presses("ctrl+q", title)
    await person.reads("#words", *lines)


async def writes(person: Person) -> None:
    """Send the password without getting an answer, and go back to the Secret."""
    await person.open()
    await person.edit_to_review("password", "n3w-made-up")
    await person.sends("W", "PATCH")
    await person.presses("escape", "* being written since", at="#secret")


async def test_quitting_names_edits_made_after_the_write_was_sent() -> None:
    async with sitting_at() as person:
        await writes(person)
        await person.edit("username", "made-up-too")
        await asks(
            person, LOSES, "Edited after the write was sent, so not written: username of default/mysecret."
        )
        await person.reads("#words", "Still being written: default/mysecret.")
        await person.press("escape", "u")
        await asks(person, DOUBTS, "Still being written: default/mysecret.")
        assert ", not written: " not in person.text
        await person.press("escape")
        await person.edit("password", "an0ther-made-up")
        await asks(
            person, LOSES, "Edited after the write was sent, so not written: password of default/mysecret."
        )
        person.cluster.faults.clear()


async def test_quitting_names_edits_made_while_the_outcome_of_a_write_is_unknown() -> None:
    async with in_secret() as person:
        await person.writes_in_doubt()
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the way back")
        await asks(person, DOUBTS, "Unknown whether default/mysecret was written.")
        await person.press("escape")
        await person.edit("username", "made-up-too")
        await asks(
            person, LOSES, "Edited after the write was sent, so not written: username of default/mysecret."
        )
        await person.reads("#words", "Unknown whether default/mysecret was written.")


async def test_a_request_that_is_not_answered_is_named() -> None:
    async with sitting_at() as person:
        person.cluster.store.put(workload("web"))
        hang = person.fault("delay", method="PATCH", seconds=3600)
        web = ObjectRef(DEPLOYMENT, "default", "web")
        action = Action("restarted", web, (MINE,), "Restart", {"spec": {"paused": False}})
        sending = asyncio.create_task(person.session.actions.send(action))
        await person.waits_for(lambda: hang.seen, "a request on its way")
        await asks(person, DOUBTS, "Not answered yet: Restart: Deployment/web in default. Quitting waits up")
        person.cluster.faults.clear()
        assert (await sending).made == "sent"
