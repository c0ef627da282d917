"""A terminal that is too small shows nothing to act on: presses but leave."""

from __future__ import annotations

from typing import Final

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import MINE, PASSWORD, Person, sitting_at
from tui.terminal.settings_file import Settings
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

NOTICE: Final = "The terminal is"
TINY: Final = (20, 5)


async def shrinks(person: Person, size: tuple[int, int] = TINY) -> None:
    await person.pilot.resize_terminal(*size)
    await person.sees(NOTICE)
    await person.waits_for(lambda: person.app.focused is None, "what is not there to take no press")


async def grows(person: Person) -> None:
    await person.pilot.resize_terminal(*SMALL)
    await person.sees_no(NOTICE)
    await person.calm()


def copied(person: Person) -> list[str]:
    return [said.text for said in person.app.desk.messages if "clipboard" in said.text]


@pytest.mark.parametrize("size", [TINY, (29, 24), (80, 7)])
async def test_a_review_that_is_not_on_screen_is_not_written(size: tuple[int, int]) -> None:
    async with sitting_at(size=SMALL) as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.reviewed()
        before, sent = person.read("#changes"), person.asked("PATCH")
        await shrinks(person, size)
        await person.press("W", "d", "r", "R", "j", "w", "enter")
        assert person.asked("PATCH") == sent
        assert person.on_server()["password"] == PASSWORD.encode()
        await grows(person)
        assert person.read("#changes") == before
        await person.press("W")
        await person.sees("Written: password")


async def test_a_secret_that_is_not_on_screen_is_neither_shown_nor_copied_nor_changed() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.open()
        await person.put_cursor("#key-table", "password")
        await shrinks(person)
        await person.press("r", "c", "d", "k", "e", "s", "D", "P", "question_mark", "ctrl+p")
        person.hands.paste(person.app, "made-up")
        await person.calm()
        assert len(person.app.screen_stack) == 1 and not person.session.drafts.all()
        assert not person.shown and not copied(person)
        await grows(person)
        assert person.app.screen.query_one("#key-table").cursor_key == "password"  # type: ignore[attr-defined]
        await person.press("r")
        await person.sees(PASSWORD)


async def test_what_is_shown_is_hidden_in_its_time_all_the_same() -> None:
    async with sitting_at(size=SMALL, settings=Settings(show_seconds=1)) as person:
        await person.open()
        await person.put_cursor("#key-table", "password")
        await person.press("r")
        await person.sees(PASSWORD)
        await shrinks(person)
        await person.waits_for(lambda: not person.shown, "its time to be over")
        await grows(person)
        assert PASSWORD not in person.text


async def test_typed_text_goes_nowhere_unseen() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.open()
        await person.put_cursor("#key-table", "password")
        await person.press("e")
        await person.sees("/ password")
        await shrinks(person)
        await person.press("x", "q", "backspace", "enter", "ctrl+s", "ctrl+t")
        person.hands.paste(person.app, "made-up")
        await person.calm()
        assert type(person.app.screen).__name__ == "EditorScreen"
        await grows(person)
        editor = person.app.screen.query_one(ValueEditor)
        assert editor.text == PASSWORD and editor.has_focus
        await person.press("x", "enter")
        await person.sees("password kept in the draft")


async def test_a_filter_that_is_typed_does_not_become_a_command() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.press("slash", "m", "y")
        await shrinks(person)
        await person.press("q", "s")
        assert person.app.is_running and person.app.return_value is None
        await grows(person)
        await person.press("s")
        await person.sees("filter: mys")


async def test_a_question_that_is_not_on_screen_is_not_answered() -> None:
    async with sitting_at(size=SMALL, settings=Settings(guard=("tour",))) as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.reviewed()
        await person.press("W", *"tour")
        await person.sees("Type the context's name")
        sent = person.asked("PATCH")
        await shrinks(person)
        await person.press("enter")
        assert person.asked("PATCH") == sent
        await grows(person)
        await person.sees("Type the context's name")
        await person.press("enter")
        await person.sees("Written: password")


async def test_leaving_covering_and_quitting_work_all_the_same() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.reviewed()
        await shrinks(person)
        await person.press("escape")
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the review to close")
        await person.sees(NOTICE)
        await person.press("ctrl+q")
        await person.waits_for(lambda: len(person.app.screen_stack) == 2, "the question before quitting")
        await person.sees(NOTICE)
        await person.press("Q", "escape")
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the question to close")
        await person.press("ctrl+l")
        await person.waits_for(lambda: len(person.app.screen_stack) == 2, "the cover")
        await person.press("enter")
        assert len(person.app.screen_stack) == 2
        await grows(person)
        await person.sees("enter returns")
        await person.press("enter")
        assert [draft.ref for draft in person.session.drafts.all()] == [MINE]


async def test_leaving_unseen_loses_nothing_that_was_typed() -> None:
    """It cancels the edit, and that is told once it can be read."""
    async with sitting_at(size=SMALL) as person:
        await person.open()
        await person.put_cursor("#key-table", "password")
        await person.press("e", "ctrl+b", "a")
        await shrinks(person)
        await person.press("escape")
        await grows(person)
        await person.reads(
            "StatusLine",
            "Edit of password cancelled. B brings it back until you leave the Secret.",
        )
        await person.press("B")
        await person.sees("Line 1 has half a byte")
