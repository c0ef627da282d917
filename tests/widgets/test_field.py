"""The one-line field: what was typed stays in view, a paste is taken whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import ComposeResult
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from tests.widgets.show import Show, lines
from tui.ui.widgets.field import Field

LONG = "日本語" + "".join(f"{number:03d}-" for number in range(60)) + "end"


@asynccontextmanager
async def typing(text: str = "") -> AsyncIterator[tuple[Show, Pilot[None], Field]]:
    field = Field(compact=True)
    app = Show(field)
    async with app.run_test(size=(40, 6), message_hook=app.heard.append) as pilot:
        field.value = text
        field.focus()
        await pilot.pause()
        yield app, pilot, field


@pytest.mark.parametrize("key", ["ctrl+w", "ctrl+backspace", "alt+backspace"])
async def test_a_word_is_deleted_backwards_as_in_the_editor(key: str) -> None:
    async with typing("one two") as (_, pilot, field):
        await pilot.press("end", key)
        assert field.value == "one "


async def test_a_text_wider_than_the_field_shows_what_is_around_the_cursor() -> None:
    async with typing(LONG) as (_, pilot, field):
        await pilot.press("x", "y")
        assert lines(field)[0].rstrip().endswith("059-endxy")
        await pilot.press("home")
        assert lines(field)[0].startswith("▌ 日本語000-")


class Asking(Show):
    def compose(self) -> ComposeResult:
        yield Field(LONG, compact=True)


async def test_a_given_name_wider_than_the_field_shows_its_end_from_the_start() -> None:
    async with Asking().run_test(size=(40, 6)) as pilot:
        field = pilot.app.query_one(Field)
        field.focus()
        await pilot.pause()
        assert "059-end" in lines(field)[0]


@pytest.mark.parametrize(
    ("pasted", "stands"), [("one", "a one"), ("one\n", "a one"), ("one\r\n", "a one"), ("", "a ")]
)
async def test_a_pasted_line_is_put_at_the_cursor(pasted: str, stands: str) -> None:
    async with typing("a ") as (_, pilot, field):
        field.post_message(Paste(pasted))
        await pilot.pause()
        assert field.value == stands


@pytest.mark.parametrize("pasted", ["one\ntwo", "one\ttwo", "one\x1btwo", "one\u200btwo"])
async def test_a_paste_that_is_no_line_changes_nothing_and_says_why(pasted: str) -> None:
    async with typing("before") as (app, pilot, field):
        field.post_message(Paste(pasted))
        await pilot.pause()
        assert field.value == "before"
        (message,) = app.hear(Field.InputMessage)
        assert message.message.startswith("Not pasted: ")


async def test_ctrl_v_pastes_the_text_copied_or_cut_in_the_field_and_textual_keeps_none_of_it() -> None:
    async with typing("one two") as (app, pilot, field):
        await pilot.press("ctrl+v")
        assert field.value == "one two"
        (message,) = app.hear(Field.InputMessage)
        assert "Paste other text with your terminal" in message.message
        await pilot.press("ctrl+x")
        assert (field.value, app.copied) == ("one two", []), "nothing is selected"
        await pilot.press("home", "ctrl+shift+right", "ctrl+x", "end", "ctrl+v")
        assert (field.value, app.copied) == ("twoone ", ["one "])
        field.select_all()
        await pilot.press("ctrl+c", "end", "ctrl+v")
        assert (field.value, app.clipboard) == ("twoone twoone ", "")


@pytest.mark.parametrize("press", ["enter", "ctrl+s"])
async def test_enter_and_ctrl_s_hand_over_what_was_typed(press: str) -> None:
    async with typing("name") as (app, pilot, _field):
        await pilot.press(press)
        (message,) = app.hear(Input.Submitted)
        assert message.value == "name"
