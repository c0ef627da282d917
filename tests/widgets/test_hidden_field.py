"""The field that draws nothing of its text: no character, no length, no sign of a press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from tests.widgets.show import Show, counted_lines, lines
from tui.ui.widgets.value.hidden_field import HiddenField


@asynccontextmanager
async def typing(*, keeps: bool = False) -> AsyncIterator[tuple[Show, Pilot[None], HiddenField]]:
    field = HiddenField(keeps_final_break=keeps)
    app = Show(field)
    async with app.run_test(size=(60, 6), message_hook=app.heard.append) as pilot:
        field.focus()
        await pilot.pause()
        yield app, pilot, field


async def test_typing_and_pasting_draw_nothing_in_the_hidden_field() -> None:
    async with typing() as (_, pilot, field):
        before = lines(field)
        with counted_lines(HiddenField) as drawn:
            await pilot.press(*"hunter2?", "space", "backspace", "!", "[")
            field.post_message(Paste("-and\nmore"))
            await pilot.pause()
        assert field.typed == "hunter2?![-and\nmore"
        assert drawn == [] and lines(field) == before
        assert "hunter2" not in repr(field)


async def test_the_field_reports_once_that_it_is_filled_and_once_that_it_is_empty() -> None:
    async with typing() as (app, pilot, field):
        await pilot.press("a", "b", "c")
        assert len(app.hear(HiddenField.Turned)) == 1
        await pilot.press("backspace", "backspace", "backspace", "backspace")
        turned = app.hear(HiddenField.Turned)
        assert len(turned) == 2 and field.typed == ""


@pytest.mark.parametrize(
    ("keeps", "pasted", "typed", "said"),
    [
        (False, "word\n", "word", "without the final line break"),
        (False, "word\r", "word", "without the final line break"),
        (True, "word\n", "word\n", ""),
        (False, "a\r\nb\r\n", "a\nb\n", "converted to LF"),
        (False, "a\tb", "a\tb", ""),
        (False, "a\x1bb", "", "Not pasted"),
        (False, "a\u202eb", "", "Not pasted"),
    ],
)
async def test_a_paste_is_taken_whole_or_not_at_all_and_a_message_says_what_was_changed(
    keeps: bool, pasted: str, typed: str, said: str
) -> None:
    async with typing(keeps=keeps) as (app, pilot, field):
        field.post_message(Paste(pasted))
        await pilot.pause()
        assert field.typed == typed
        told = [message.message for message in app.hear(HiddenField.InputMessage)]
        assert len(told) == bool(said) and all(said in one for one in told)


async def test_a_generated_value_takes_no_stray_press_or_paste() -> None:
    async with typing() as (app, pilot, field):
        field.put("made-up", "7 characters generated")
        await pilot.press("x", "backspace")
        field.post_message(Paste("y"))
        await pilot.pause()
        assert field.typed == "made-up" and len(app.hear(HiddenField.InputMessage)) == 3
        field.put("")
        await pilot.press("x")
        assert field.typed == "x"
        field.forget()
        assert field.typed == ""
