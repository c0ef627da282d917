"""`E` on a Secret without a form, and "edit all keys": one text, one step of the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.person import PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.process.threads import run_in_thread
from tui.ui.browser.commands import whole_text
from tui.ui.widgets.value.accept_text import LARGEST_WINDOW
from tui.ui.widgets.value.value_editor import ValueEditor

NEW = "made-up-1"


async def puts(person: Person, *changes: tuple[str, str]) -> None:
    """Change the text in the editor, as typing does."""
    editor = person.app.screen.query_one(ValueEditor)
    text = editor.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    editor.replace(text, (0, 0), editor.document.end)
    await person.calm()


async def begins(person: Person) -> None:
    await person.open()
    await person.presses("E", "Edit mysecret", "all keys", f'password: "{PASSWORD}"', "Nothing is sent")


async def test_a_text_that_is_no_manifest_stays_and_the_cursor_goes_to_its_line() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person)
        await puts(person, ("  username: admin", "  password: admin"))
        await person.presses("ctrl+s", "Not kept. Line 13: password occurs twice.")
        assert person.app.screen.query_one(ValueEditor).cursor_location == (12, 0)
        await puts(person, ("  password: admin", "  username: &a admin"))
        await person.presses("ctrl+s", "Not kept. Line 13 has an anchor &: remove it.")
        await puts(person, ("  username: &a admin", "  username: 5432"))
        await person.presses("ctrl+s", "Not kept. Line 13: stringData.username must be text, not a number")


async def test_a_canceled_edit_comes_back_with_what_was_typed() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person)
        await person.press("escape")
        assert "canceled" not in person.status
        await person.press("E")
        await puts(person, (f'"{PASSWORD}"', NEW))
        await person.presses("escape", "Edit of all keys of mysecret canceled. e brings it back")
        assert not person.session.drafts.all()
        await person.presses("e enter", "all keys", f"password: {NEW}")
        await person.presses("ctrl+s", "password kept in the draft.")


async def test_the_cover_keeps_what_can_be_read_as_a_draft_and_the_rest_to_be_brought_back() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person)
        await puts(person, (f'"{PASSWORD}"', NEW))
        await person.presses("ctrl+l", "covered since", "1 draft is kept.")
        await person.presses("enter", "~ password", at="#key-table")
        await person.presses("u E", "all keys")
        await puts(person, (f'"{PASSWORD}"', f'"{NEW}'))
        await person.press("ctrl+l")
        await person.sees("covered since", "A canceled edit is kept until you leave its Secret.")
        await person.presses("enter", "password", at="#key-table")
        await person.presses("e enter", "is not valid YAML; a value with signs", f'password: "{NEW}')


async def test_enter_keeps_the_indentation_and_a_tab_is_blanks() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person)
        await person.press("end", "enter", *"new", "colon", "enter", "tab", *"made")
        await person.sees("┃   new:", "┃     made")
        await person.presses("ctrl+s", "new kept in the draft.")


async def test_a_secret_with_a_form_has_it_by_name_and_the_palette_finds_it() -> None:
    def made(cluster: object) -> None:
        cluster.store.put(  # type: ignore[attr-defined]
            secret_object("login", {"username": b"a", "password": b"made-up"})
            | {"type": "kubernetes.io/basic-auth"}
        )

    async with in_secret(SecretRef("default", "login"), size=(80, 24), prepare=made) as person:
        await person.sees("E form")
        await person.press("colon")
        await person.type("edit all keys")
        await person.presses("enter", "Edit login", "all keys", "type: kubernetes.io/basic-auth")


async def test_a_secret_that_is_too_large_is_left_to_the_other_editor() -> None:
    def made(cluster: object) -> None:
        cluster.store.put(secret_object("large", {"a": b"x" * LARGEST_WINDOW}))  # type: ignore[attr-defined]

    async with in_secret(SecretRef("default", "large"), size=(120, 36), prepare=made) as person:
        await person.presses("E", "too large to edit here (over 256 kB); ctrl+o edits the text in $EDITOR.")


async def test_an_invisible_character_is_shown_as_an_escape_and_kept_unchanged() -> None:
    value = "a\u00a0b\u200bc\u202ed\u00fc\n".encode()

    def made(cluster: object) -> None:
        data = {"a": value, "b": b"\xff", "c": "编造的密码".encode()}
        cluster.store.put(secret_object("odd", data))  # type: ignore[attr-defined]

    async with in_secret(SecretRef("default", "odd"), size=(120, 36), prepare=made) as person:
        await person.presses("E", 'c: "编造的密码"')
        await person.sees(r"a: \"a\_b\u200Bc\u202Ed\xFC\n\"".replace('\\"', '"'), 'b: "/w=="')
        await person.presses("ctrl+s", "Nothing changed.")


async def test_without_reveal_there_is_no_form_and_no_text() -> None:
    async with in_secret(size=(80, 24), settings=Settings(no_reveal=True)) as person:
        await person.presses("E", "The type Opaque has no form; s sets a value.")
        assert "edit all" not in person.text.splitlines()[-1]


async def test_a_text_that_is_ready_under_the_cover_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may = asyncio.Event(), asyncio.Event()

    async def slowly(work: Callable[[], Any]) -> Any:
        begun.set()
        await may.wait()
        return await run_in_thread(work)

    monkeypatch.setattr(whole_text, "run_in_thread", slowly)
    async with in_secret() as person:
        await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
        person.hands.press(person.app, "E")
        await begun.wait()
        person.app.cover()
        may.set()
        await person.sees("covered since")
        await person.calm()
        assert "Edit mysecret" not in person.text
