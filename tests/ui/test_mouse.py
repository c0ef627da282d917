"""The mouse: it moves, opens, orders and presses what the footer shows, and never writes or deletes."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, PASSWORD, in_secret, sitting_at


async def test_an_editor_is_kept_and_canceled_by_clicks() -> None:
    async with sitting_at(start=MINE) as person:
        await person.put_cursor("#key-table", "username")
        await person.press("e")
        await person.type("x")
        await person.click("enter keep")
        await person.sees("username kept in the draft")
        await person.press("e")
        await person.type("y")
        await person.click("esc cancel")
        await person.sees("********", "1 draft")


@pytest.mark.slow
async def test_the_mouse_neither_writes_nor_deletes() -> None:
    async with in_secret() as person:
        await person.edit("password", "made-up")
        await person.click("review", line="p readers")
        await person.sees("accepted at")
        await person.click("W write")
        assert (
            person.status == "Press W on the keyboard: a click never writes, deletes or answers a question."
        )
        await person.press("colon")
        await person.type("write")
        await person.sees("Write the reviewed changes")
        await person.click("Write the reviewed changes")
        await person.sees("Press W on the keyboard")
        assert person.on_server()["password"].decode() == PASSWORD
        await person.click("back", line="esc back")
        await person.presses("D", "mysecret")
        await person.type("mysecret")
        await person.click("delete", line="enter delete")
        assert person.status.startswith("Press enter on the keyboard: ")
        assert not person.asked("DELETE") and person.on_server()["password"].decode() == PASSWORD


async def test_a_question_is_left_by_a_click_and_never_answered() -> None:
    async with in_secret() as person:
        await person.edit("password", "made-up")
        await person.presses("ctrl+q", "Quit")
        footer = person.line_of("esc")
        answer = footer.split()[1]
        await person.click(f" {answer} ", line="esc")
        assert person.app.is_running and len(person.app.screen_stack) == 2
        await person.click("esc", line="esc")
        assert len(person.app.screen_stack) == 1
