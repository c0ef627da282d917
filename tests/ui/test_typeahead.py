"""Presses that come together act on nothing unseen; what is text reaches the field that it opens."""

from __future__ import annotations

import pytest

from tests.app_pilot import NORMAL, SMALL
from tests.several_clusters import between
from tests.ui.person import PASSWORD, Person, sitting_at
from tui.model.secret.secret import SecretRef
from tui.ui.input.key_guard import QUIET

pytestmark = pytest.mark.slow


async def types_ahead(person: Person, *keys: str) -> None:
    """Faster than the program answers, yet none at once after another; then until all were dealt with."""
    await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
    person.hands.press(person.app, *keys)
    await person.calm()
    await person.waits_for(lambda: not person.app.is_answering, "answers")
    person.hands.ahead += QUIET


SIZES = pytest.mark.parametrize("size", [SMALL, NORMAL])


@SIZES
async def test_what_is_typed_after_a_slash_is_the_filter(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await types_ahead(person, "slash", *"mysecret")
        await person.sees("filter: mysecret")
        assert len(person.app.screen_stack) == 1, "no letter of it was a command"
        assert person.status == ""


@SIZES
async def test_what_is_typed_after_a_colon_is_looked_for_among_the_commands(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await types_ahead(person, "colon", *"theme")
        await person.sees("theme", "Choose the colors")


@SIZES
async def test_back_and_the_cover_are_never_left_out(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.put_cursor("#secret-table", "default/mysecret")
        await types_ahead(person, "y", "escape")
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the way back")
        assert person.status == ""
        await types_ahead(person, "enter", "r", "ctrl+l")
        await person.sees("covered since")


@SIZES
async def test_a_press_after_the_text_is_dropped_and_said(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await types_ahead(person, "slash", *"mysecret", "enter", "enter", "r")
        await person.sees("filter: mysecret", "Ignored 3 keys typed before this screen was ready.")
        assert person.session.opened is None
        await person.press("enter")
        await person.press("enter")
        await person.sees("password")


@SIZES
async def test_presses_for_a_secret_that_is_not_on_screen_do_nothing(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.put_cursor("#secret-table", "default/mysecret")
        held = person.fault("delay", path="*/secrets/mysecret", seconds=60)
        await types_ahead(person, "enter", *"rce", "delete")
        await person.waits_for(lambda: held.seen, "the request")
        assert person.status, "it is said that nothing was done"
        for key in (*"rce", "delete"):
            await person.press(key)
            assert person.status == "mysecret is still loading."
        person.cluster.faults.clear()
        await person.press("ctrl+r")
        await person.sees("password")
        assert PASSWORD not in person.text
        assert len(person.app.screen_stack) == 1
        assert not person.session.drafts.all()


async def test_a_press_between_the_answer_and_its_paint_is_not_for_it() -> None:
    async with sitting_at() as person:
        await person.open()
        await person.press("escape")
        person.app.press_clock = lambda: float("inf")  # what comes is older than every paint
        await person.open(SecretRef("default", "feature-flags"))
        await types_ahead(person, "r")
        assert not person.shown
        assert "Ignored 1 key" in person.status


@SIZES
async def test_a_screen_that_opens_takes_no_press_that_came_before_it(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        before = len(person.asked("PATCH"))
        await types_ahead(person, "w", "W")
        await person.sees("accepted at", "Ignored 1 key")
        assert len(person.asked("PATCH")) == before + 1, "the dry run alone"
        await types_ahead(person, "escape", "d")
        await person.sees("Ignored 1 key")
        assert person.session.drafts.all()[0].value(None, "password") is not None


@SIZES
async def test_text_typed_ahead_is_edited_in_the_order_in_which_it_was_typed(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.open()
        await types_ahead(person, "a", *"tokem", "backspace", "n")
        await person.waits_for(lambda: person.app.screen.query("#name"), "the dialog")
        field = person.app.screen.query_one("#name")
        assert getattr(field, "value", "") == "token"


async def test_what_closes_by_itself_leaves_no_press_to_what_lay_beneath() -> None:
    async with sitting_at() as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.put_cursor("#key-table", "password")
        await person.reviewed()
        hang = person.fault("delay", method="PATCH", seconds=3600)
        await person.press("W")
        await person.waits_for(lambda: hang.seen, "a write on its way")
        person.app.press_clock = lambda: float("inf")  # what comes is older than every paint
        person.cluster.faults.clear()
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the review to close")
        await types_ahead(person, "r")
        assert not person.shown
        outcome = "Written: password of default/mysecret at 14:00:00"
        assert (
            person.status
            == f"{outcome}. Ignored 1 key typed before this screen was ready. Pause, then type again."
        )
        await types_ahead(person, "r", "r")
        assert person.status == "Ignored 2 keys typed before this screen was ready. Pause, then type again."
        said = [message.text for message in person.app.desk.messages]
        assert outcome in said
        assert sum(text.startswith("Ignored") for text in said) == 1, "a burst is one message"


async def test_another_context_takes_no_press_that_came_before_it_was_on_screen() -> None:
    async with between("stage", "other") as person:
        await person.chooses("other")
        person.app.press_clock = lambda: float("inf")  # what comes is older than every paint
        await person.arrives("other")
        await types_ahead(person, "N")
        assert "Ignored 1 key" in person.status


async def test_quitting_waits_for_nothing_to_be_painted() -> None:
    async with sitting_at() as person:
        await types_ahead(person, "question_mark", "ctrl+q")
        await person.waits_for(lambda: person.app.return_value == 0, "the end")
