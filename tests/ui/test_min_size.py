"""A terminal that is too small shows nothing to act on: keys only leave the program."""

from __future__ import annotations

from typing import Final

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import PASSWORD, Person, in_secret
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

NOTICE: Final = "The terminal is"
TINY: Final = (20, 5)


async def shrinks(person: Person, size: tuple[int, int] = TINY) -> None:
    await person.pilot.resize_terminal(*size)
    await person.sees(NOTICE)


async def grows(person: Person) -> None:
    await person.pilot.resize_terminal(*SMALL)
    await person.sees_no(NOTICE)
    await person.calm()


@pytest.mark.parametrize("size", [TINY, (29, 24), (80, 7)])
async def test_a_review_that_is_not_on_screen_is_not_written(size: tuple[int, int]) -> None:
    async with in_secret(size=SMALL) as person:
        await person.edit_to_review("password", "n3w-made-up")
        await person.reads("#changes", "username unchanged, not sent")
        before, sent = person.read("#changes"), person.asked("PATCH")
        await shrinks(person, size)
        await person.press("W", "d", "r", "R", "j", "w", "enter")
        assert person.asked("PATCH") == sent
        assert person.on_server()["password"] == PASSWORD.encode()
        await grows(person)
        assert person.read("#changes") == before
        await person.presses("W", "Written: password")


async def test_typed_text_goes_nowhere_unseen() -> None:
    async with in_secret(key="password", size=SMALL) as person:
        await person.presses("e", "/ password")
        await shrinks(person)
        await person.press("x", "q", "backspace", "enter", "ctrl+s", "ctrl+t")
        person.hands.paste(person.app, "made-up")
        await person.calm()
        assert type(person.app.screen).__name__ == "EditorScreen"
        await grows(person)
        editor = person.app.screen.query_one(ValueEditor)
        assert editor.text == PASSWORD and editor.has_focus
        await person.presses("x enter", "password kept in the draft")
