"""Promise 15: what was done is written down before it is done, and nothing of what was seen."""

from __future__ import annotations

import ast
import asyncio
import base64
import json
import os
from pathlib import Path
from typing import Final

import pytest

import tui.ui
from tests.promises.walk import PLACES, Walk
from tests.ui.person import ADMIN, MINE, PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.model.errors import HostLogFailed
from tui.model.journal import JOURNAL_ACTS
from tui.session.writes.audit import Journal
from tui.session.writes.queue import GRACE
from tui.terminal.journal_file import JournalFile, read
from tui.ui.command_types import Command, Where

NEW: Final = "n3w-made-up"
FIELDS: Final = {
    *("time", "context", "server", "login", "user", "groups", "secret", "what"),
    "keys",
    "how",
    "outcome",
}
FULL: Final = OSError(28, "No space left on device")


def kept(lines: list[bytes]) -> list[str]:
    """What stands in the journal, but for time, place and person."""
    found = [json.loads(line) for line in lines]
    assert all(set(one) <= FIELDS and one["what"] in JOURNAL_ACTS for one in found)
    parts = [(one["what"], *one.get("keys", ()), one.get("how", ""), one.get("outcome", "")) for one in found]
    return [" ".join(part for part in one if part) for one in parts]


async def use_all(person: Person) -> None:
    """Open, show, copy, edit, write, be refused, be left in doubt, and delete."""
    await person.open(key="password")
    await person.press("r", "r", "R", "c", "enter", "r", "c", "escape")
    await person.edit_to_review("password", NEW)
    await person.press("r", "enter", "escape")
    person.fault("status", method="PATCH", path="*/secrets*", code=422, message=f"password: {NEW}")
    await person.presses("W", "Not written: password of default/mysecret")
    await person.presses("ctrl+r", "accepted at")
    person.fault("drop_after", method="PATCH", path="*/secrets*")
    person.fault("drop_before", method="GET", path="*/secrets/mysecret", times=4)
    await person.presses("W", "outcome unknown since")
    person.session.refresh()
    await person.sees("Written: password of default/mysecret")
    await person.presses("D", "keys: password, username")
    await person.fills(MINE.name, "enter")
    await person.sees("Deleted: default/mysecret")


@pytest.mark.slow
async def test_every_step_is_there_and_no_value_size_or_text_of_the_server(tmp_path: Path) -> None:
    """Threat 18 too: a refusal that quotes the value."""
    async with sitting_at(journal=Journal(JournalFile(tmp_path).write)) as person:
        await use_all(person)
    lines = list(read(tmp_path))
    assert kept(lines) == [
        "opened password username",
        "shown password",
        "shown password username",
        "copied password",
        "copied password",
        "shown password to edit",
        "shown password",
        "written password sent",
        "written password refused",
        "written password sent",
        "written password unknown",
        "written password confirmed",
        "deleted sent",
        "deleted confirmed",
    ]
    first = json.loads(lines[0])
    assert (first["time"], first["context"], first["login"]) == (
        "2026-11-24T14:00:00.000Z",
        "payments-cluster",
        "guest",
    )
    assert first["user"] and first["groups"] and first["secret"] == "default/mysecret"
    said = b"".join(lines).decode()
    for value in (ADMIN, PASSWORD, NEW):
        assert value not in said.replace('"user": "admin"', "")
        assert base64.b64encode(value.encode()).decode().rstrip("=") not in said


async def test_what_is_fetched_to_compare_it_is_written_down_too() -> None:
    """Copying reads the Secret and what is in its place elsewhere, and opens neither."""
    lines: list[bytes] = []
    async with sitting_at(journal=Journal(lines.append)) as person:
        person.cluster.store.put(secret_object("mysecret", {"a": b"made-up"}, namespace="web"))
        await person.acts_on(MINE, "Y", "Copy default/mysecret")
        await person.press("n")
        await person.type("web")
        await person.presses("enter", "1 marked")
        await person.presses("enter", "Review")
    assert kept(lines) == ["opened password username", "opened a"]


async def test_of_a_write_it_is_written_down_which_keys_it_removes() -> None:
    lines: list[bytes] = []
    async with in_secret(key="password", journal=Journal(lines.append)) as person:
        await person.press("n")
        await person.fills("pass", "enter")
        await person.put_cursor("#key-table", "username")
        await person.presses("delete", "dropped in the draft")
        await person.reviewed()
        await person.presses("W", "Written: ")
    written = "written pass password username password and username removed"
    assert kept(lines)[1:] == [f"{written} sent", f"{written} confirmed"]


@pytest.mark.slow
async def test_what_cannot_be_written_down_is_not_done_where_that_is_required() -> None:
    trouble: list[OSError] = []
    lines: list[bytes] = []

    def write(line: bytes) -> None:
        if trouble:
            raise trouble[0]
        lines.append(line)

    async with in_secret(journal=Journal(write, is_required=True)) as person:
        await person.edit("password", NEW)
        trouble.append(FULL)
        await person.press("r")
        await person.sees("Not shown: the required journal cannot be written (No space left on device).")
        await person.press("R", "e", "enter", "r")
        assert PASSWORD not in person.text and NEW not in person.text
        await person.press("c")
        assert "Not copied" in person.status
        await person.press("escape", "c")
        assert "Not copied" in person.status
        await person.reviewed()
        await person.press("r", "R")
        assert NEW not in person.text
        await person.press("W")
        assert "Not sent" in person.status
        assert not [line for line in person.asked("PATCH") if "dryRun" not in line]
        trouble.clear()
        await person.presses("W", "Written: password of default/mysecret")
    assert kept(lines) == [
        "opened password username",
        "shown password to edit",
        "written password sent",
        "written password confirmed",
    ]


async def test_nothing_is_copied_out_of_the_editor_either_where_that_is_required() -> None:
    full: list[bool] = []

    def write(line: bytes) -> None:
        if full:
            raise FULL

    async with in_secret(key="password", journal=Journal(write, is_required=True)) as person:
        await person.presses("e", "/ password")
        full.append(True)
        person.app.copy_to_clipboard("made up")
        await person.sees("Not copied")
        assert not person.app._clipboard_way.is_holding


@pytest.mark.parametrize(("is_required", "says"), [(True, "but is required"), (False, "are not recorded")])
async def test_a_journal_that_cannot_be_written_is_said_once_until_it_can_be(
    is_required: bool, says: str
) -> None:
    full = [True]

    def write(line: bytes) -> None:
        if full:
            raise FULL

    async with in_secret(journal=Journal(write, is_required=is_required)) as person:
        await person.sees("The journal cannot be written (No space left on device)")
        await person.press("r", "r", "r", "r")

        def told() -> int:
            return sum(says in message.text for message in person.app.shared.messages)

        assert told() == 1 and person.shown == frozenset()
        full.clear()
        await person.press("r")
        full.append(True)
        await person.press("r", "r")
        if is_required:
            await person.sees("Not shown: the required journal")
        else:
            await person.waits_for(lambda: told() == 2)


async def test_a_line_that_the_hosts_log_alone_has_not_taken_is_told_so_once_and_worse_is_told_too() -> None:
    trouble: list[OSError] = [HostLogFailed(111, "Connection refused")]

    def write(line: bytes) -> None:
        raise trouble[-1]

    async with in_secret(journal=Journal(write)) as person:
        await person.press("r", "r", "r")
        trouble.append(FULL)
        await person.press("r", "r")

        def told() -> list[str]:
            return [message.text for message in person.app.shared.messages if "journal" in message.text]

        await person.waits_for(lambda: len(told()) > 1)
    assert told() == [
        "Writing to the host's log failed (Connection refused). Only your own journal has the entry.",
        "The journal cannot be written (No space left on device): your actions are not recorded.",
    ]


async def test_what_was_sent_when_the_terminal_goes_is_there_as_unknown() -> None:
    lines: list[bytes] = []
    async with in_secret(journal=Journal(lines.append)) as person:
        await person.edit_to_review("password", NEW)
        lost = person.fault("hang", method="PATCH", path="*/secrets*")
        await person.press("W")
        await person.waits_for(lambda: lost.seen)
        assert kept(lines)[-1] == "written password sent"
        person.session.writes.hang_up()
        assert kept(lines)[-1] == "written password unknown"
        ends = asyncio.create_task(person.session.close())
        await person.waits_for(lambda: any(abs(wait - GRACE) < 1 for wait in person.clock.waits))
        person.clock.advance(GRACE + 1)
        assert [outcome.kind for outcome in await ends] == ["unknown"]
    assert kept(lines)[-1] == "written password unknown"


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1])
async def test_no_press_at_any_place_goes_past_a_journal_that_is_required(
    half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def write(line: bytes) -> None:
        raise FULL

    async with sitting_at(journal=Journal(write, is_required=True), size=(80, 24)) as person:
        person.app._clipboard_way._write = copied.append

        def is_past(place: Where, command: Command) -> bool:
            said = " ".join(message.text for message in person.app.shared.messages)
            for value in (PASSWORD, NEW, "th3irs "):
                assert value not in person.text + said, (place, command.id)
                assert base64.b64encode(value.encode()).decode()[:-4] not in "".join(copied), (
                    place,
                    command.id,
                )
            left = person.asked("PATCH", "POST", "DELETE", "PUT", part="/secrets")
            assert not [line for line in left if "dryRun" not in line], (place, command.id)
            return False

        # The walk puts the editors up itself; `e` and `E`, the ways in, are refused.
        places = [place for place in PLACES[half::2] if place not in (Where.EDITOR, Where.WHOLE)]
        await Walk(person, monkeypatch, NEW.encode()).go(places, is_past)


async def test_a_copy_that_no_clipboard_took_is_there_as_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[bytes] = []
    monkeypatch.setenv("PATH", os.devnull)
    async with sitting_at(journal=Journal(lines.append)) as person:
        person.app._clipboard_way._env = {"TMUX": "/made-up,1,0"}
        await person.open(key="password")
        await person.presses("c", "not copied, tmux does not answer")
    assert kept(lines) == ["opened password username", "copied password", "copied password not done"]


def test_no_value_is_copied_past_it() -> None:
    """By `ClusterSession.copy_value` alone."""
    for file in Path(tui.ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "copy"
            ):
                assert ".reveal()" not in ast.unparse(node), file.name
