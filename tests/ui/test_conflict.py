"""A conflict: only colliding keys are asked about, no change is lost, and the review follows again."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

THEIRS, YOURS = "theirs-made-up", "y0urs-made-up"


async def collided(person: Person) -> None:
    """Edit both keys, while others change the password too."""
    await person.open()
    await person.edit("password", YOURS)
    await person.edit("username", "r00t-made-up")
    person.others_set("password", THEIRS.encode())
    person.others_set("host", b"made-up.example.test")
    await person.presses("w", "mysecret changed on the server while you edited", "1 key to resolve")
    await person.sees("press 1 for the server's value, 2 for yours, e to edit")
    await person.reads("#changes", "! password choose ******** 12 B ******** 14 B ******** 13 B")


async def test_a_third_value_may_be_typed() -> None:
    async with sitting_at() as person:
        await collided(person)
        await person.presses("e", "Edit mysecret / password", YOURS)
        person.app.screen.query_one(ValueEditor).load_text("b0th")
        await person.presses("enter", "password kept in the draft; w reviews the draft again.")
        await person.reads("#changes", "! password yours", "******** 4 B")
        await person.presses("ctrl+r", "1 key to resolve")
        await person.reads("#changes", "******** 4 B")
        await person.presses("2 w", "accepted at")
        await person.presses("W", "Written: ")
        assert person.on_server()["password"] == b"b0th"


async def test_a_conflict_says_that_an_edit_lasts_until_helm_upgrades() -> None:
    async with sitting_at() as person:
        ref, values = SecretRef("default", "managed"), {"password": b"made-up", "own": b"else"}
        by_helm = {"labels": {"app.kubernetes.io/managed-by": "Helm"}}
        newer = secret_object("managed", values | {"password": b"h3lm-made-up"}, metadata=by_helm)
        person.cluster.store.put(secret_object("managed", values, metadata=by_helm), manager="helm")
        await person.open(ref)
        await person.edit("password", YOURS)
        person.cluster.store.put(newer, manager="helm")
        await person.presses("w", "1 key to resolve")
        await person.reads("#verdict", "! Helm writes password: an edit lasts until an upgrade M source")


async def test_u_takes_back_the_last_choice_and_what_was_typed_for_it() -> None:
    async with sitting_at() as person:
        await collided(person)
        await person.presses("u", "Nothing to undo: no key is decided yet.")
        await person.presses("1 2 u", "Undone: the last choice for password.")
        await person.reads("#changes", "! password theirs")
        await person.press("e")
        person.app.screen.query_one(ValueEditor).load_text("b0th")
        await person.presses("enter", "password kept in the draft")
        await person.presses("u u", "1 key to resolve")
        await person.reads("#changes", "! password choose", "******** 13 B")
        await person.presses("2 w", "accepted at")
        await person.presses("W", "Written: ")
        assert person.on_server()["password"] == YOURS.encode()


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
        await person.presses("w", "! password choose ******** 12 B ******** 14 B (absent)", at="#changes")
        await person.presses("2 w", "accepted at")
        await person.presses("W", "Written: ")
        assert person.on_server(MINE) == {"username": b"admin"}


async def test_of_a_renamed_key_it_says_which_bytes_the_new_name_carries() -> None:
    async with in_secret(key="password") as person:
        await person.presses("n", "Rename password")
        await person.press("ctrl+u", *"pw", "enter")
        await person.sees("password renamed to pw in the draft")
        person.others_set("password", b"newer-made-up")
        await person.presses("w", "1 key to resolve")
        await person.reads(
            "#review", "pw has the value that password had when you renamed it; the server now"
        )


@pytest.mark.parametrize("size", [(48, 20), (80, 24)])
async def test_the_choice_for_a_key_is_in_sight_in_a_small_terminal_and_the_review_starts_at_the_left(
    size: tuple[int, int],
) -> None:
    async with in_secret(size=size) as person:
        await person.edit("password", "m1ne-made-up")
        person.others_set("password", b"theirs-made-up")
        await person.presses("w", "KEY", "TAKE", "SERVER NOW", "YOURS", "choose", at="#changes")
        await person.presses("shift+right 2", "yours", at="#changes")
        await person.presses("w", "accepted at")
        await person.reads("#changes", "KEY", "~ password")


LINES = [f"option{number}=value{number}\n" for number in range(40)]


async def collided_lines(person: Person, *, theirs: int) -> None:
    """Edit line 21 of a text of 40 lines, while others change another line."""
    person.others_set("password", "".join(LINES).encode())
    await person.open()
    text = "".join(LINES).replace("value20", "mine-made-up")
    await person.put_cursor("#key-table", "password")
    await person.presses("e", "/ password")
    person.app.screen.query_one(ValueEditor).load_text(text.removesuffix("\n"))
    await person.presses("ctrl+s", "password kept in the draft")
    person.others_set("password", "".join(LINES).replace(f"value{theirs}\n", "theirs-made-up\n").encode())
    await person.presses("w", "1 key to resolve")


async def test_of_a_text_both_changes_are_kept_where_they_are_in_different_lines() -> None:
    async with sitting_at() as person:
        await collided_lines(person, theirs=3)
        await person.sees("3 keeps both changes of password: they are in")
        await person.press("r")
        await person.reads("#changes", "the server changed", "~ option3", "- value3", "+ theirs-made-up")
        await person.reads("#changes", "you changed", "~ option20", "- value20", "+ mine-made-up")
        await person.presses("3", "! password both", at="#changes")
        await person.presses("w", "accepted at")
        await person.presses("W", "Written: ")
        wanted = "".join(LINES).replace("value3\n", "theirs-made-up\n").replace("value20", "mine-made-up")
        assert person.on_server()["password"] == wanted.encode()


async def test_changes_of_the_same_line_are_asked_about() -> None:
    async with sitting_at() as person:
        await collided_lines(person, theirs=20)
        assert "keeps both" not in person.text
        await person.presses("3", "Not merged: the draft and the server changed")
        await person.presses("2 w", "accepted at")
