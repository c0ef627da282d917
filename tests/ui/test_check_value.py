"""Checking a value unseen: four possible answers and nothing more, under --no-reveal and --read-only too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import PASSWORD, Person, in_secret, sitting_at
from tui.model.secret.compare import SENTENCES
from tui.terminal.settings_file import Settings

GRADES = {
    "none": Settings(),
    "no reveal": Settings(no_reveal=True),
    "read-only": Settings(read_only=True),
    "both": Settings(no_reveal=True, read_only=True),
}


async def begin(person: Person) -> None:
    """Open mysecret, and press = on password."""
    await person.open(key="password")
    await person.presses("=", "Check mysecret / password", "nothing checked yet")


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
        said = [message.text for message in person.app.shared.messages]
        assert not any(PASSWORD in text for text in said)
        assert not person.asked("POST", "PUT", "PATCH", "DELETE", part="/secrets")


async def test_from_the_whole_value_and_of_a_draft_its_own_value_is_checked() -> None:
    async with in_secret(key="password", settings=Settings(no_reveal=True)) as person:
        await person.press("enter", "=", *PASSWORD, "enter")
        await person.sees("Check password", "answer  Same.")
        await person.press("escape", "escape")
        await person.press("s", *"n3w-made-up", "enter")
        await person.sees("password set unseen")
        await person.presses("=", "the draft's value")
        await person.press(*"n3w-made-up", "enter")
        await person.sees("answer  Same.")
