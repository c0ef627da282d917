"""Checking a value unseen: one of four answers, under --no-reveal and --read-only too; no more is told."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import PASSWORD, Person, in_secret, sitting_at
from tui.model.secret.compare import SENTENCES
from tui.model.secret.value import Value
from tui.process import threads
from tui.terminal.settings_file import Settings
from tui.ui.value import compare

GRADES = {
    "none": Settings(),
    "no reveal": Settings(no_reveal=True),
    "read-only": Settings(read_only=True),
    "both": Settings(no_reveal=True, read_only=True),
}


async def begin(person: Person) -> None:
    """Open mysecret, and press = on password."""
    await person.open(key="password")
    await person.presses("=", "check  mysecret / password", "nothing checked yet")


@pytest.mark.parametrize("grade", GRADES)
async def test_each_answer_under_each_grade_and_no_more_than_that(grade: str) -> None:
    async with sitting_at(settings=GRADES[grade], size=SMALL) as person:
        await begin(person)
        field: Any = person.app.screen.query_one("#unseen")
        screens: dict[str, str] = {}
        for typed, answer in (
            (PASSWORD, "same"),
            (f"{PASSWORD}\n", "final line break"),
            (PASSWORD.upper(), "look-alikes"),
            ("made-up", "different"),
            (PASSWORD[:-1], "different"),
            (PASSWORD + "0", "different"),
        ):
            await person.paste(typed)
            await person.sees("text entered; enter checks it")
            await person.press("enter")
            await person.sees(f"answer  {SENTENCES[answer]}")  # type: ignore[index]
            assert field.typed == "" and PASSWORD not in person.text
            assert screens.setdefault(answer, person.text) == person.text, "no difference but the answer"
        said = [message.text for message in person.app.desk.messages]
        assert not any(PASSWORD in text for text in said)
        assert not person.asked("POST", "PUT", "PATCH", "DELETE", part="/secrets")


async def test_it_is_compared_beside_the_presses_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    ends, beside = threading.Event(), list[bool]()

    def compares(value: Value, typed: str) -> str:
        beside.append(threading.current_thread() is not threading.main_thread())
        ends.wait(10)
        return "same"

    monkeypatch.setattr(threads, "LONGEST", 0.05)
    monkeypatch.setattr(compare, "likeness", compares)
    try:
        async with sitting_at() as person:
            await begin(person)
            await person.presses("x enter", "The comparison timed out. Try again.")
            ends.set()
            await person.presses("x enter", "answer  Same.")
            assert beside == [True, True]
    finally:
        ends.set()


async def test_typed_by_hand_it_can_be_emptied_and_left() -> None:
    async with sitting_at() as person:
        await begin(person)
        await person.press(*"made-up", "ctrl+u", *PASSWORD, "enter")
        await person.sees("answer  Same.")
        await person.presses("x", "text entered")
        await person.presses("escape", "Read by: password")


async def test_a_draft_s_value_is_what_is_checked_and_it_says_so() -> None:
    async with in_secret(key="password", settings=Settings(no_reveal=True)) as person:
        await person.press("s", *"n3w-made-up", "enter")
        await person.sees("password set without showing")
        await person.presses("=", "the draft's value")
        await person.press(*"n3w-made-up", "enter")
        await person.sees("answer  Same.")


async def test_a_value_that_is_looked_at_is_checked_from_there() -> None:
    async with in_secret(key="password", settings=Settings(no_reveal=True)) as person:
        await person.press("enter", "=", *PASSWORD, "enter")
        await person.sees("check  password", "answer  Same.")
