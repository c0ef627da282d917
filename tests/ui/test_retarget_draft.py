"""Drafts with the name of another Secret: neither hides the other, and nothing of either is lost."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

NEW = SecretRef("default", "brandnew")


async def begins(person: Person, name: str) -> None:
    """Begin a new Secret, without keys yet."""
    await person.presses("a", "New Secret")
    await person.press(*name, "enter", "enter")
    await person.reads("#secret", name, "not created yet")


async def adds(person: Person, key: str, text: str) -> None:
    await person.presses("a", "Add a key")
    await person.press(*key, "enter")
    await person.sees(f"/ {key}")
    await person.press(*text, "enter")
    await person.sees(f"{key} kept in the draft")


async def test_a_new_secret_whose_name_somebody_took_can_go_on_that_one() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, NEW.name)
        await adds(person, "password", "m1ne-made-up")
        await adds(person, "token", "t0ken-made-up")
        person.others_make(NEW, {"password": b"theirs-made-up", "username": b"u"})
        await person.presses(
            "w",
            f"{NEW} already exists; the draft is kept",
            ":apply to existing makes this a draft of the existing",
        )
        await person.sees_no("dry run")
        await person.press("W")
        assert set(person.on_server(NEW)) == {"password", "username"}
        await person.runs("apply to existing", "changed on the server while you edited", "1 key to resolve")
        await person.presses("r", "theirs-made-up", "m1ne-made-up")
        await person.presses("2 w", "nothing sent yet", "accepted at")
        await person.presses("W", "Written: password and token of default/brandnew")
        wanted = {"password": b"m1ne-made-up", "token": b"t0ken-made-up", "username": b"u"}
        assert person.on_server(NEW) == wanted
        assert not person.session.drafts.all()


async def test_a_user_who_may_only_create_is_not_offered_to_change_the_existing_secret() -> None:
    rules = [Rule(("get", "list", "watch"), ("*",)), Rule(("create",), ("secrets",))]
    async with sitting_at(size=(80, 24), rules=rules) as person:
        await begins(person, NEW.name)
        await adds(person, "token", "t0ken-made-up")
        person.others_make(NEW, {"password": b"theirs-made-up"})
        await person.presses("w", "You may not patch the existing Secret; A shows the Role to ask for")
        assert ":apply to existing" not in person.text


async def test_a_secret_created_again_takes_the_draft_only_on_request() -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        person.others_delete()
        held = {"password": b"1f2d1e2e67df", "more": b"made-up"}
        person.others_make(MINE, held)
        await person.reads("#secret", "w applies it to the new one")
        await person.presses("w", ":apply to existing makes this a draft of the existing")
        assert person.on_server() == held
        await person.runs("apply to existing", "accepted at")
        await person.presses("W", "Written: password of default/mysecret")
        assert person.on_server() == held | {"password": b"n3w-made-up"}


async def test_a_secret_that_was_begun_and_holds_nothing_is_no_draft() -> None:
    async with sitting_at() as person:
        await begins(person, NEW.name)
        await person.presses("escape", "default/brandnew has no keys, so no draft was kept.")
        assert not person.session.drafts.all()
        await begins(person, NEW.name)
        await adds(person, "password", "m1ne-made-up")
        await person.presses("u", "Undone: added password.")
        await person.open(MINE)
        assert not person.session.drafts.all()
        await person.press("ctrl+q")
        await person.waits_for(lambda: not person.app.is_running, "the end, without a question")
