"""A command that asks waits for its answer, ends with its question, and then holds nothing."""

from __future__ import annotations

import gc
import weakref

import pytest

from tests.ui.person import PASSWORD, Person, in_secret

pytestmark = pytest.mark.slow


def running(person: Person) -> list[str]:
    """Commands that wait for an answer."""
    return [worker.name for worker in person.app.workers if worker.group == "jobs" and worker.is_running]


async def test_a_command_waits_for_its_answer_and_then_goes_on() -> None:
    async with in_secret() as person:
        await person.presses("n", "New name; the value stays")
        assert len(running(person)) == 1
        await person.press(*"er", "enter")
        await person.sees("password renamed to er in the draft")
        assert running(person) == []


async def test_a_question_closed_for_another_screen_ends_its_command() -> None:
    async with in_secret() as person:
        await person.presses("n", "New name; the value stays")
        await person.app.pop_screen()
        await person.waits_for(lambda: not running(person), "the command that ended")
        await person.sees_no("in the draft")


async def test_the_cover_ends_a_command_and_lets_go_of_its_values() -> None:
    async with in_secret() as person:
        (secret,) = person.session.fetched
        held = weakref.ref(secret.data["password"])
        del secret
        await person.presses("e", PASSWORD)
        assert len(running(person)) == 1
        await person.presses("ctrl+l", "covered since")

        def is_gone() -> bool:
            gc.collect()
            return held() is None and not running(person)

        await person.waits_for(is_gone, "the command and its value that are gone")


async def test_keys_typed_ahead_go_to_each_question_in_turn() -> None:
    async with in_secret() as person:
        await person.press("a", *"ahead", "enter", *"made-up-9", "enter")
        await person.sees("ahead kept in the draft")
        assert running(person) == []
