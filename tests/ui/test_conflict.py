"""A conflict: only what collides is asked, nothing of anybody's is lost, and the review comes again."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

THEIRS, YOURS = "theirs-made-up", "y0urs-made-up"


async def collided(person: Person) -> None:
    """Both keys edited, the password by somebody else too."""
    await person.open()
    await person.edit("password", YOURS)
    await person.edit("username", "r00t-made-up")
    person.others_set("password", THEIRS.encode())
    person.others_set("host", b"made-up.example.test")
    await person.presses("w", "mysecret changed on the server while you edited", "1 key to resolve")
    await person.reads("#changes", "! password ask ******** 12 B ******** 14 B ******** 13 B")


async def test_a_third_value_may_be_typed() -> None:
    async with sitting_at() as person:
        await collided(person)
        await person.presses("e", "edit  mysecret / password", YOURS)
        person.app.screen.query_one(ValueEditor).load_text("b0th")
        await person.presses("enter", "password kept in the draft; w reviews again.")
        await person.reads("#changes", "! password yours", "******** 4 B")
        await person.presses("ctrl+r", "1 key to resolve")
        await person.reads("#changes", "******** 4 B")
        await person.press("2")
        await person.presses("w", "accepted at")
        await person.presses("W", "Written: ")
        assert person.on_server()["password"] == b"b0th"


async def test_leaving_keeps_the_draft_and_asking_again_finds_what_came_since() -> None:
    async with sitting_at() as person:
        await collided(person)
        await person.press("escape")
        await person.reads("#secret", "changed on the server since you opened it: host, password")
        assert len(person.session.drafts) == 1
        await person.presses("w", "1 key to resolve")
        person.others_set("username", b"third-made-up")
        await person.presses("ctrl+r", "2 keys to resolve")
        await person.presses("1 j 1 w", "The draft is empty now: default/mysecret keeps the server's values.")
        assert not person.session.drafts.all() and person.asked("PATCH") == []


async def test_a_dropped_key_that_others_changed_is_asked_about() -> None:
    async with in_secret(key="password") as person:
        await person.press("delete")
        person.others_set("password", THEIRS.encode())
        await person.press("w")
        await person.reads("#changes", "! password ask ******** 12 B ******** 14 B (absent)")
        await person.presses("2 w", "accepted at")
        await person.presses("W", "Written: ")
        assert person.on_server(MINE) == {"username": b"admin"}


async def test_of_a_renamed_key_it_says_which_bytes_the_new_name_carries() -> None:
    async with in_secret(key="password") as person:
        await person.presses("n", "Rename password")
        await person.press("ctrl+u", *"pw", "enter")
        await person.sees("password is pw in the draft")
        person.others_set("password", b"newer-made-up")
        await person.presses("w", "1 key to resolve")
        await person.reads(
            "#review", "pw has the value of password from when you renamed it, not the server's."
        )


@pytest.mark.parametrize("size", [(48, 20), (80, 24)])
async def test_what_was_decided_is_in_sight_at_any_width_and_the_review_begins_at_its_left(
    size: tuple[int, int],
) -> None:
    async with in_secret(size=size) as person:
        await person.edit("password", "m1ne-made-up")
        person.others_set("password", b"theirs-made-up")
        await person.press("w")
        await person.reads("#changes", "KEY", "TAKE", "SERVER NOW", "YOURS", "ask")
        await person.press("shift+right", "2")
        await person.reads("#changes", "yours")
        await person.presses("w", "accepted at")
        await person.reads("#changes", "KEY", "~ password")
