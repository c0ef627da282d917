"""The mouse: it moves, opens, orders and presses what the footer shows, and never writes or deletes."""

from __future__ import annotations

import pytest

from tests.app_pilot import SIZES
from tests.ui.person import MINE, PASSWORD, in_secret, sitting_at


async def test_a_click_on_a_title_without_an_order_says_which_there_are() -> None:
    async with sitting_at(size=(200, 60)) as person:
        await person.click("MANAGED BY")
        said = "The list is not ordered by this column, only by name, age, type, keys, readers."
        assert person.status == said


@pytest.mark.parametrize("size", SIZES)
async def test_a_double_click_opens_a_row_and_no_more(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, namespace=None) as person:
        await person.press("escape")
        x, y = await person.click("payments")
        await person.click_at(x, y)
        await person.sees("payments")
        assert person.session.namespace == "payments" and person.session.open_ref is None


async def test_an_editor_is_kept_and_cancelled_by_clicks() -> None:
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


@pytest.mark.parametrize("size", SIZES)
async def test_a_key_of_the_footer_is_pressed_by_a_click(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, start=MINE) as person:
        await person.put_cursor("#key-table", "password")
        await person.click("show", line="r show")
        await person.sees(PASSWORD)
        await person.click("esc")
        await person.sees_no(PASSWORD)
        await person.click("all keys")
        await person.sees("Keys that work here")


async def test_the_mouse_neither_writes_nor_deletes() -> None:
    async with in_secret() as person:
        await person.edit("password", "made-up")
        await person.click("review", line="p readers")
        await person.sees("accepted at")
        await person.click("W write")
        assert person.status == "Press W on the keyboard: a click never writes, deletes or answers."
        await person.press("colon")
        await person.type("write")
        await person.sees("Write what the review shows")
        await person.click("Write what the review shows")
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
