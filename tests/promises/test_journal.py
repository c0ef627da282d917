"""Promise 15: the journal records each act before it happens, and no value."""

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
    """Entries of the journal as text, without time, place and person."""
    entries = [json.loads(line) for line in lines]
    assert all(set(entry) <= FIELDS and entry["what"] in JOURNAL_ACTS for entry in entries)
    parts = [
        (entry["what"], *entry.get("keys", ()), entry.get("how", ""), entry.get("outcome", ""))
        for entry in entries
    ]
    return [" ".join(part for part in entry if part) for entry in parts]


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
async def test_the_journal_has_every_step_and_no_value_size_or_text_of_the_server(tmp_path: Path) -> None:
    """A refusal quotes the value (threat 18)."""
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
    joined = b"".join(lines).decode()
    for value in (ADMIN, PASSWORD, NEW):
        assert value not in joined.replace('"user": "admin"', "")
        assert base64.b64encode(value.encode()).decode().rstrip("=") not in joined


async def test_the_journal_records_both_secrets_that_a_copy_reads_to_compare() -> None:
    """Copying reads the Secret and its counterpart in the other namespace, and opens neither."""
    lines: list[bytes] = []
    async with sitting_at(journal=Journal(lines.append)) as person:
        person.cluster.store.put(secret_object("mysecret", {"a": b"made-up"}, namespace="web"))
        await person.acts_on(MINE, "Y", "Copy default/mysecret")
        await person.press("n")
        await person.type("web")
        await person.presses("enter", "1 marked")
        await person.presses("enter", "Review")
    assert kept(lines) == ["opened password username", "opened a"]


async def test_the_journal_names_the_keys_that_a_write_removes() -> None:
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
async def test_a_required_journal_that_cannot_be_written_stops_showing_copying_and_writing() -> None:
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


async def test_a_required_journal_that_cannot_be_written_stops_copying_from_the_editor() -> None:
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
async def test_a_failing_journal_is_reported_once_until_it_can_be_written_again(
    is_required: bool, says: str
) -> None:
    full = [True]

    def write(line: bytes) -> None:
        if full:
            raise FULL

    async with in_secret(journal=Journal(write, is_required=is_required)) as person:
        await person.sees("The journal cannot be written (No space left on device)")
        await person.press("r", "r", "r", "r")

        def reports() -> int:
            return sum(says in message.text for message in person.app.shared.messages)

        assert reports() == 1 and person.shown == frozenset()
        full.clear()
        await person.press("r", "escape")
        full.append(True)
        await person.open()
        await person.waits_for(lambda: reports() == 2)
        await person.press("r", "r")
        assert reports() == 2


async def test_a_failing_host_log_is_reported_once_and_so_is_a_journal_that_fails_afterwards() -> None:
    trouble: list[OSError] = [HostLogFailed(111, "Connection refused")]

    def write(line: bytes) -> None:
        raise trouble[-1]

    async with in_secret(journal=Journal(write)) as person:
        await person.press("r", "r", "r")
        trouble.append(FULL)
        await person.press("r", "r")

        def reports() -> list[str]:
            return [message.text for message in person.app.shared.messages if "journal" in message.text]

        await person.waits_for(lambda: len(reports()) > 1)
    assert reports() == [
        "Writing to the host's log failed (Connection refused). Only your own journal has the entry.",
        "The journal cannot be written (No space left on device): your actions are not recorded.",
    ]


async def test_a_write_under_way_when_the_terminal_goes_is_journaled_as_unknown() -> None:
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
async def test_no_command_at_any_place_bypasses_a_required_journal(
    half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def write(line: bytes) -> None:
        raise FULL

    async with sitting_at(journal=Journal(write, is_required=True), size=(80, 24)) as person:
        person.app._clipboard_way._write = copied.append

        def is_past(place: Where, command: Command) -> bool:
            joined = " ".join(message.text for message in person.app.shared.messages)
            for value in (PASSWORD, NEW, "th3irs "):
                assert value not in person.text + joined, (place, command.id)
                assert base64.b64encode(value.encode()).decode()[:-4] not in "".join(copied), (
                    place,
                    command.id,
                )
            requests = person.asked("PATCH", "POST", "DELETE", "PUT", part="/secrets")
            assert not [line for line in requests if "dryRun" not in line], (place, command.id)
            return False

        # The walk puts the editors up itself; `e` and `E`, the ways in, are refused.
        places = [place for place in PLACES[half::2] if place not in (Where.EDITOR, Where.WHOLE)]
        await Walk(person, monkeypatch, NEW.encode()).go(places, is_past)


async def test_a_copy_that_no_clipboard_took_is_journaled_as_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[bytes] = []
    monkeypatch.setenv("PATH", os.devnull)
    async with sitting_at(journal=Journal(lines.append)) as person:
        person.app._clipboard_way._env = {"TMUX": "/made-up,1,0"}
        await person.open(key="password")
        await person.presses("c", "not copied, tmux does not answer")
    assert kept(lines) == ["opened password username", "copied password", "copied password not done"]


def test_no_value_is_copied_past_the_journal() -> None:
    """Only `ClusterSession.copy_value` copies values."""
    for file in Path(tui.ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "copy"
            ):
                assert ".reveal()" not in ast.unparse(node), file.name
