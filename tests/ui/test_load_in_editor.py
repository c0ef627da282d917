"""`ctrl+n` loads a file in every editor: its bytes replace the text, and undo brings that back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.person import PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.ui.widgets.value.hidden_field import HiddenField
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow
WINDOWS = "first\r\nsecond, made up\r\n"


def drafted(person: Person) -> dict[str, bytes]:
    (draft,) = person.session.drafts.all()
    return {key: value.reveal() for key, value in draft.changes().set.items()}


async def load(person: Person, path: Path, *texts: str) -> None:
    await person.presses("ctrl+n", "from a file")
    await person.fills(str(path))
    await person.presses("enter", *texts)


async def test_the_editor_takes_a_file_to_the_byte_and_undo_brings_the_text_back(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(WINDOWS.encode())
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.presses("e", "Edit mysecret / password", "ctrl+n load file")
        await person.press("x")
        await load(person, tmp_path / "notes.txt", "Loaded notes.txt (24 B). ctrl+z undoes the loading")
        await person.sees("now    24 B, 2 lines, CRLF line endings, final line break")
        await person.presses("ctrl+z", f"now    {len(PASSWORD) + 1} B, one line, no final line break")
        assert person.app.screen.query_one(ValueEditor).data == f"{PASSWORD}x".encode()
        await person.presses("ctrl+y", "now    24 B, 2 lines")
        await person.presses("ctrl+s", "password kept in the draft")
        assert drafted(person) == {"password": WINDOWS.encode()}
        await person.presses("u", "Undone: edited password.")
        assert not person.session.has_drafts


async def test_a_file_that_is_no_text_is_edited_as_bytes_and_undo_returns_to_text(tmp_path: Path) -> None:
    (tmp_path / "key.bin").write_bytes(b"\x00\xff\x01")
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.presses("e", "Edit mysecret / password")
        await load(person, tmp_path / "key.bin", "Loaded key.bin (3 B).", "Edited as bytes.", "00 ff 01")
        await person.presses("ctrl+z", PASSWORD, "one line")
        await person.sees_no("Edited as bytes.")
        await person.presses("ctrl+y", "00 ff 01")
        await person.presses("enter", "password kept in the draft")
        assert drafted(person) == {"password": b"\x00\xff\x01"}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("big.bin", b"\xff" * 90_000, "This value is too large to edit here as bytes"),
        ("big.txt", b"made up " * 40_000, "This value is too large to edit here (over 256 kB)"),
    ],
    ids=["bytes", "text"],
)
async def test_a_file_that_no_editor_takes_leaves_the_typed_text(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.press("e", "x")
        await load(person, tmp_path / name, f"Not loaded: {name}. {why}", "F on the key's row loads it.")
        assert person.app.screen.query_one(ValueEditor).data == f"{PASSWORD}x".encode()


async def test_a_folder_and_a_missing_file_are_refused_before_anything_is_replaced(tmp_path: Path) -> None:
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.press("e")
        await load(person, tmp_path, "is a folder,")
        await person.fills(str(tmp_path / "nosuch"))
        await person.press("enter")
        await person.reads("#dialog", "nosuch does not exist.")
        await person.presses("escape", PASSWORD, "Edit mysecret / password")


async def test_a_new_key_and_one_in_a_draft_without_keys_take_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"made up\n")
    async with sitting_at(size=(80, 24)) as person:
        await person.press("a")
        await person.fills("fresh")
        await person.presses("enter enter", "This Secret has no keys. a adds one, F loads files.")
        await person.press("F")
        await person.fills(str(tmp_path / "token"))
        await person.presses("enter", "Loaded into the draft: token (8 B).")
        await person.press("a")
        await person.fills("other")
        await person.presses("enter", "none (new key)")
        await load(person, tmp_path / "token", "Loaded token (8 B).", "8 B, one line, final line break")
        await person.presses("enter", "other kept in the draft")
        assert drafted(person) == {"token": b"made up\n", "other": b"made up\n"}


async def test_set_unseen_takes_any_file_to_the_byte_and_draws_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "key.bin").write_bytes(b"made-up\x00\xff")
    settings = Settings(no_reveal=True)
    async with in_secret(key="password", size=(80, 24), settings=settings) as person:
        await person.presses("s", "Set unseen: mysecret / password", "ctrl+n load file")
        await load(person, tmp_path / "key.bin", "key.bin loaded, 9 B, unseen", "now    9 B")
        assert "made-up" not in person.text
        await person.presses("x", "Not typed: the field is filled already. ctrl+u clears it.")
        await person.presses("ctrl+u", "now    nothing yet")
        await load(person, tmp_path / "key.bin", "key.bin loaded")
        await person.presses("ctrl+t", "now    10 B")
        await person.presses("ctrl+t enter", "password set unseen: 9 B")
        assert drafted(person) == {"password": b"made-up\x00\xff"}


async def test_a_generated_value_says_so_in_its_field() -> None:
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.presses("s", "Typed or pasted text is not shown here.")
        await person.presses("ctrl+g", "24 characters generated, unseen")
        await person.presses("up", "32 characters generated, unseen")
        await person.presses("ctrl+u", "Typed or pasted text is not shown here.")


async def test_all_keys_take_a_file_into_the_key_at_the_cursor_and_bytes_as_base64(tmp_path: Path) -> None:
    (tmp_path / "key.bin").write_bytes(b"\x00\xff\x01")
    async with in_secret(size=(80, 24)) as person:
        await person.presses("E", "Edit mysecret", "all keys", "ctrl+n load file")
        editor = person.app.screen.query_one(ValueEditor)
        row = next(row for row in range(editor.document.line_count) if "username:" in editor.document[row])
        editor.move_cursor((row, 4))
        await person.presses("ctrl+n", "Load username from a file")
        await person.fills(str(tmp_path / "key.bin"))
        await person.presses("enter", "Loaded username (3 B). ctrl+z undoes the loading", "username: AP8B")
        await person.presses("ctrl+z", "username: admin")
        await person.presses("ctrl+y ctrl+s", "username kept in the draft.")
        assert drafted(person) == {"username": b"\x00\xff\x01"}


async def test_all_keys_that_cannot_be_read_take_no_file() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.presses("E", "all keys")
        editor = person.app.screen.query_one(ValueEditor)
        editor.replace("  - broken", (0, 0), editor.document.end)
        await person.presses("ctrl+n", "Not loaded.")
        assert editor.text == "  - broken"


async def test_a_leaf_takes_text_alone(tmp_path: Path) -> None:
    (tmp_path / "key.bin").write_bytes(b"\x00\xff\x01")
    (tmp_path / "host").write_bytes(b"db.example.test")
    ref = SecretRef("default", "config")
    async with sitting_at(size=(80, 24)) as person:
        person.place.store.put(secret_object(ref.name, {"app.json": b'{"host": "old", "port": 1}'}))
        await person.open(ref, key="app.json")
        await person.presses("enter r", "host")
        await person.presses("e", "Edit config / app.json / host")
        await load(
            person, tmp_path / "key.bin", "Not loaded: key.bin is not UTF-8 text, but host must be text."
        )
        assert person.app.screen.query_one(ValueEditor).data == b"old"
        await load(person, tmp_path / "host", "Loaded host (15 B).")
        await person.presses("enter", "host kept in the draft")
        assert drafted(person) == {"app.json": b'{"host": "db.example.test", "port": 1}'}


async def test_a_field_of_a_form_takes_a_file_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "user").write_bytes(b"ann\n")
    (tmp_path / "pw").write_bytes(b"made-up-pw\n")
    (tmp_path / "key.bin").write_bytes(b"\x00\xff\x01")
    (tmp_path / "lines").write_bytes(b"one\ntwo\n")
    async with sitting_at(size=(80, 24)) as person:
        await person.press("a")
        await person.fills("login")
        await person.presses("enter", "Type of login")
        await person.presses("b", "Fill in one or both fields", "User name", "ctrl+n load file")
        await person.sees("has    no user name, no password yet", "Nothing is sent before the review.")
        await load(person, tmp_path / "lines", "Not loaded: lines.", "several lines")
        await load(person, tmp_path / "user", "ann", "Loaded user without the line break at its end.")
        await person.calm()
        assert "Loaded user without" in person.text, "it stays until the next press"
        await person.press("tab")
        await load(person, tmp_path / "key.bin", "Not loaded: key.bin. The file is not UTF-8 text.")
        await load(person, tmp_path / "pw", "pw loaded, 10 B, unseen", "Loaded pw without the line break")
        await person.press("shift+tab", "end", "x")
        await person.sees("has    user name, password", "Nothing is sent before the review.")
        await person.press("backspace")
        assert "made-up-pw" not in person.text and person.app.screen.query_one(HiddenField).typed
        await person.presses("enter", "username, password kept in the draft.")
        assert drafted(person) == {"username": b"ann", "password": b"made-up-pw"}
