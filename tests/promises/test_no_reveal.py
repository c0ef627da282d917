"""Runs without reveal: no key draws or copies a value, and commands that need no value work to the end."""

from __future__ import annotations

from typing import Final

import pytest

from tests.promises.walk import PLACES, Walk
from tests.ui.person import MINE, Person, in_secret, pod_object, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.terminal.settings_file import Settings
from tui.ui.command_types import Command, Where
from tui.ui.commands import COMMANDS

MARKER: Final = "m4rker-made-up"
VALUES: Final = {"username": f"{MARKER}-1".encode(), "password": f"{MARKER}-2".encode(), "old": b"\xff"}
STORY: Final = [
    secret_object("mysecret", VALUES),
    pod_object("mypod", {"envFrom": [{"secretRef": {"name": "mysecret"}}]}),
]


def see_no_value(person: Person) -> None:
    """Check that the marker is neither on screen nor among the messages."""
    assert MARKER not in person.text
    assert not any(MARKER in said.text for said in person.app.shared.messages)


@pytest.mark.slow
async def test_adding_renaming_dropping_and_deleting_need_no_value_on_screen() -> None:
    async with sitting_at(settings=Settings(no_reveal=True), story=STORY) as person:
        await person.sees("NO REVEAL")
        await person.open()
        assert "show" not in person.text.splitlines()[-1], "what is refused is not offered"
        await person.put_cursor("#key-table", "password")
        for key, what in (("r", "shown"), ("x", "shown"), ("R", "shown"), ("c", "copied"), ("e", "edited")):
            await person.press(key)
            assert person.status.startswith(f"No reveal: values cannot be {what} here"), key
            assert len(person.app.screen_stack) == 1
        await person.presses("enter", "********")
        await person.press("r", "c", "e")
        see_no_value(person)
        await person.press("escape", "a")
        await person.fills("added", "enter")
        await person.sees("Set unseen: mysecret / added")
        await person.presses("enter enter", "added set unseen: 0 B")
        await person.put_cursor("#key-table", "password")
        await person.press("n")
        await person.fills("passphrase", "enter")
        await person.put_cursor("#key-table", "old")
        await person.presses("delete", "old dropped in the draft")
        await person.reviewed()
        await person.press("r", "R", "enter", "r")
        see_no_value(person)
        await person.presses("escape W", "Written: ")
        wanted = {"added": b"", "passphrase": VALUES["password"], "username": VALUES["username"]}
        assert person.on_server() == wanted
        await person.presses("D", "keys: added, passphrase, username")
        await person.fills(MINE.name, "enter")
        await person.sees("Deleted: default/mysecret")
        see_no_value(person)


@pytest.mark.parametrize("opens_it", [False, True])
async def test_no_reveal_copies_a_valuefrom_snippet_and_no_value(opens_it: bool) -> None:
    async with in_secret(key="password", settings=Settings(no_reveal=True), story=STORY) as person:
        if opens_it:
            await person.presses("enter", "no value is shown in this run")
        sent = watched(person)
        await person.presses("C", "n  namespace/name", "v  a valueFrom snippet", "l  a kubectl line")
        await person.sees("No reveal: values cannot be copied here.")
        await person.presses("c b f", "l  a kubectl line")
        await person.presses("v", "a valueFrom snippet of password")
        see_no_value(person)
        (snippet,) = copied(sent)
        assert b'key: "password"' in snippet and MARKER.encode() not in snippet


@pytest.mark.slow
@pytest.mark.timeout(240)  # each command at each place
@pytest.mark.parametrize("half", [0, 1])
async def test_no_command_at_any_place_shows_or_copies_a_value(
    half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting_at(settings=Settings(no_reveal=True), size=(80, 24)) as person:

        def stays_unseen(place: Where, command: Command) -> bool:
            said = " ".join(message.text for message in person.app.shared.messages)
            for value in ("1f2d1e2e67df", "n3w-made-up", "th3irs "):
                assert value not in person.text + said, (place, command.id)
            assert person.app.clipboard == ""
            return False

        # The editors have no way in here: `e`, and `a` with a value, are refused, and so is `E`.
        await Walk(person, monkeypatch, b"n3w-made-up").go(
            [place for place in PLACES[half::2] if place not in (Where.EDITOR, Where.WHOLE)], stays_unseen
        )


def test_the_registry_marks_exactly_these_commands_as_showing_values() -> None:
    shows = {command.id for command in COMMANDS if command.shows}
    assert shows == {
        *("reveal_key", "reveal_all", "reveal_yaml", "copy_value", "copy_as", "save_value", "edit_value"),
        *(
            "copy_yaml_as",
            "save_yaml_as",
            "save_secrets",
            "edit_all",
            "edit_outside",
            "find_value",
            "find_leak",
        ),
    }
