"""--no-reveal in one sitting: what would show is refused, what shows nothing works to the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.promises.walk import Walk
from tests.ui.person import MINE, Person, pod_object, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.terminal import settings_file
from tui.terminal.settings_file import Settings
from tui.ui.commands import Where

MARKER: Final = "m4rker-made-up"
VALUES: Final = {"username": f"{MARKER}-1".encode(), "password": f"{MARKER}-2".encode(), "old": b"\xff"}
STORY: Final = [
    secret_object("mysecret", VALUES),
    pod_object("mypod", {"envFrom": [{"secretRef": {"name": "mysecret"}}]}),
]


def see_no_value(person: Person) -> None:
    """The marker stands nowhere on screen, nor among the messages."""
    assert MARKER not in person.text
    assert not any(MARKER in said.text for said in person.app.desk.messages)


async def name(person: Person, text: str) -> None:
    """Type a name in its field, and take it."""
    field: Any = person.app.screen.query_one("#name")
    field.value = text
    await person.press("enter")


async def test_a_walk_without_the_grade_shows_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the walk under the grade: it presses what shows."""
    async with sitting_at(story=STORY, size=(80, 24)) as person:
        walk = Walk(person, monkeypatch, MARKER.encode())
        await walk.go([Where.SECRET], lambda *_: MARKER in person.text)
        assert MARKER in person.text


async def test_adding_renaming_dropping_and_deleting_need_no_value_on_screen() -> None:
    async with sitting_at(settings=Settings(no_reveal=True), story=STORY) as person:
        await person.open()
        await person.put_cursor("#key-table", "password")
        for key, what in (("r", "shown"), ("x", "shown"), ("R", "shown"), ("c", "copied"), ("e", "edited")):
            await person.press(key)
            assert person.status.startswith(f"No reveal: values cannot be {what} here"), key
            assert len(person.app.screen_stack) == 1
        await person.press("enter")
        await person.sees("********")
        await person.press("r", "c", "e")
        see_no_value(person)
        await person.press("escape", "a")
        await name(person, "added")
        await person.sees("set without showing  mysecret / added")
        await person.press("enter", "enter")
        await person.sees("added set without showing: 0 B")
        await person.put_cursor("#key-table", "password")
        await person.press("n")
        await name(person, "passphrase")
        await person.put_cursor("#key-table", "old")
        await person.press("delete")
        await person.sees("old dropped in the draft")
        await person.reviewed()
        await person.press("r", "R", "enter", "r")
        see_no_value(person)
        await person.press("escape", "W")
        await person.sees("Written: ")
        wanted = {"added": b"", "passphrase": VALUES["password"], "username": VALUES["username"]}
        assert person.on_server() == wanted
        await person.press("D")
        await person.sees("keys: added, passphrase, username")
        await name(person, MINE.name)
        await person.sees("Deleted: default/mysecret")
        see_no_value(person)


SOURCES: Final[dict[str, tuple[dict[str, str], dict[str, bool], str]]] = {
    "a flag": ({}, {"no_reveal": True}, ""),
    "the environment": ({"SECRET_TUI_NO_REVEAL": "1"}, {"no_reveal": False}, ""),
    "the settings file": ({"SECRET_TUI_NO_REVEAL": "0"}, {"no_reveal": False}, "no_reveal: true\n"),
}


@pytest.mark.parametrize("source", SOURCES)
async def test_each_source_alone_makes_it_so_and_the_screen_says_it(source: str, tmp_path: Path) -> None:
    env, flags, file = SOURCES[source]
    path = tmp_path / "config.yaml"
    if file:
        path.write_text(file)
        path.chmod(0o600)
    async with sitting_at(settings=settings_file.load(path, env, flags), story=STORY) as person:
        await person.sees("NO REVEAL")
        await person.open()
        await person.press("r")
        assert person.status.startswith("No reveal: values cannot be shown here.")
        assert "show" not in person.text.splitlines()[-1], "what is refused is not offered"


@pytest.mark.parametrize("opens_it", [False, True])
async def test_what_needs_no_value_can_be_copied_and_a_value_cannot(opens_it: bool) -> None:
    async with sitting_at(settings=Settings(no_reveal=True), story=STORY) as person:
        await person.open()
        await person.put_cursor("#key-table", "password")
        if opens_it:
            await person.press("enter")
            await person.sees("no value is shown in this run")
        sent = watched(person)
        await person.press("C")
        await person.sees("n  namespace/name", "v  a valueFrom snippet", "k  a kubectl command")
        await person.sees("No reveal: values cannot be copied here.")
        await person.press("c", "b", "f")
        await person.sees("Press its letter:")
        await person.press("v")
        await person.sees("a valueFrom snippet of password")
        see_no_value(person)
        (snippet,) = copied(sent)
        assert b'key: "password"' in snippet and MARKER.encode() not in snippet
