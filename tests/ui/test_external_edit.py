"""`ctrl+o`: a value, or a whole Secret, in $EDITOR and back; failures are shown, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.promises.test_values_dropped import values_held
from tests.ui.person import PASSWORD, Person, in_secret
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.session.writes.audit import Journal
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

Makes: TypeAlias = Callable[..., None]
NEW = "made-up-1"
CHANGES = f'sed -i s/{PASSWORD}/{NEW}/ "$f"'


@pytest.fixture
def vim(tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> Makes:
    """Make an editor named vim that does this to the file `$f`."""

    def make(body: str, name: str = "vim") -> None:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\nfor f; do :; done\ncd {tmp_path}\n{body}\n")
        file.chmod(0o700)
        monkeypatch.setenv("EDITOR", str(file))

    return make


@pytest.fixture(autouse=True)
def nothing_left(memory: Path) -> Iterator[None]:
    yield
    assert list(memory.iterdir()) == []


async def goes_out(person: Person, *said: str) -> None:
    await person.presses("ctrl+o", *said)


async def test_the_edited_text_contains_the_draft_and_an_immutable_secret_takes_labels(vim: Makes) -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit("password", NEW)
        vim(f'grep -q "password: {NEW}" "$f" && sed -i s/{NEW}/made-up-2/ "$f"')
        await goes_out(person, "password kept in the draft.")
        await person.press("u", "u", "escape")
        await person.open(SecretRef("default", "release-2026-11"))
        vim("""sed -i 's/^metadata:/&\\n  labels: {made: up}/' "$f" """)
        await goes_out(person, "labels/made kept in the draft.")
        await person.press("u")
        vim("""sed -i 's/^immutable.*//' "$f" """)
        await goes_out(person, "Not kept. default/release-2026-11 is immutable: its data cannot change.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (":", "Nothing changed in vim."),
        ("exit 3", "Nothing taken: vim ended with exit code 3."),
        ("kill -9 $$", "Nothing taken: vim was ended by signal 9."),
        ('rm "$f"', "Nothing taken: vim deleted the temporary file."),
        ('truncate -s 17M "$f"', "Nothing taken: the file is too large (17.8 MB)."),
    ],
)
async def test_an_edit_without_a_usable_text_changes_nothing_and_says_so(
    body: str, said: str, vim: Makes
) -> None:
    vim(body)
    async with in_secret(size=(120, 36)) as person:
        await goes_out(person, said)
        assert not person.session.drafts.all()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{CHANGES}; exit 1", "vim ended with exit code 1."),
        (f"{CHANGES}; kill -9 $$", "vim was ended by signal 9."),
        ("""printf 'a: \\377' >> "$f" """, "The text is not UTF-8."),
    ],
)
async def test_a_text_that_is_not_taken_can_be_edited_again(body: str, said: str, vim: Makes) -> None:
    async with in_secret(size=(120, 36)) as person:
        vim(body)
        await goes_out(person, "Nothing taken from vim", said, "secret-tui still has the edited text.")
        vim(f"""cp "$f" left; sed -i '/password/,$d' "$f"; printf '  password: {NEW}' >> "$f" """)
        await person.presses("e", "password, username kept in the draft.")
        await person.press("u")
        vim(body)
        await goes_out(person, "Nothing taken from vim")
        await person.presses("escape", "Edit of all keys in vim canceled. e brings it back")
        vim(f"""cp "$f" left; sed -i '/password/,$d' "$f"; printf '  password: {NEW}' >> "$f" """)
        await person.presses("e enter", "password, username kept in the draft.")


async def test_a_character_that_yaml_does_not_allow_is_seen_in_our_editor(vim: Makes) -> None:
    async with in_secret(size=(120, 36)) as person:
        vim("""printf '  a: "\\007"' >> "$f" """)
        await goes_out(person, "has a character that YAML does not allow.", "all keys", 'a: "␇"')


async def test_a_text_that_cannot_be_read_goes_to_our_editor_at_its_line(vim: Makes) -> None:
    async with in_secret(size=(120, 36)) as person:
        vim("""sed -i 's/  password: .*/  password: 5432/' "$f" """)
        said = "Not kept. Line 12: stringData.password must be text, not a number: put it in quotes."
        await goes_out(person, said, "all keys")
        editor = person.app.screen.query_one(ValueEditor)
        assert editor.cursor_location == (11, 0) and "password: 5432" in editor.text
        await person.presses("ctrl+s", "Not kept. Line 12:")
        vim("""sed -i 's/5432/"5432"/' "$f" """)
        await goes_out(person, "Text taken from the external editor. ctrl+s keeps the text.")
        await person.presses("ctrl+s", "password kept in the draft.")
        assert not editor.text, "the editor lets go of its text"


async def test_an_editor_that_may_keep_copies_is_named_once(vim: Makes) -> None:
    vim(CHANGES, "made-up-editor")
    async with in_secret(size=(120, 36)) as person:
        await goes_out(person, "Edit all keys in made-up-editor?", "made-up-editor may keep copies")
        await person.press("escape")
        assert not person.session.drafts.all()
        await person.presses("ctrl+o y", "password kept in the draft.")
        await person.presses("u ctrl+o", "password kept in the draft.")


async def test_a_missing_editor_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "made-up-editor")
    async with in_secret(size=(120, 36)) as person:
        await goes_out(person, "$VISUAL names made-up-editor, which is not installed.")


async def test_a_value_comes_back_without_the_line_break_that_an_editor_added(vim: Makes) -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.presses("e", "Edit mysecret / password")
        vim(f'echo {NEW} > "$f"')
        await goes_out(
            person,
            "Text taken from the external editor, without its final line break (ctrl+t adds the break).",
        )
        await person.sees("9 B, one line, no final line break")
        vim(""" printf 'a\\nb\\n\\n' > "$f" """)
        await goes_out(
            person,
            "Text taken from the external editor. ctrl+s keeps the text.",
            "5 B, 3 lines, final line break",
        )
        vim(""" printf '\\377' > "$f" """)
        await goes_out(person, "Edited as bytes. These bytes are not UTF-8 text.", "ff")
        vim('echo 00 01 > "$f"')
        await goes_out(person, "00 01")
        await person.presses("ctrl+s", "password kept in the draft, 12 B → 2 B.")
        assert person.session.drafts.all()[0].changes().set["password"].reveal() == b"\x00\x01"


async def test_values_from_an_editor_are_dropped_afterwards_and_the_journal_names_their_keys(
    vim: Makes,
) -> None:
    lines: list[bytes] = []
    vim(CHANGES)
    async with in_secret(size=(120, 36), journal=Journal(lines.append)) as person:
        await person.press("E", "escape")
        await goes_out(person, "password kept in the draft.")
        await person.presses("u e", "Edit mysecret / password")
        await goes_out(person, "Text taken from the external editor. enter keeps the text.")
        await person.presses("escape escape", "read by  ")
        await person.waits_for(lambda: not values_held(PASSWORD) and not values_held(NEW), "no value")
    assert [json.loads(line).get("how", "") for line in lines] == [
        "",
        "to edit",
        "to edit in vim",
        "to edit",
        "to edit in vim",
    ]
    assert [json.loads(line)["keys"] for line in lines][2:] == [
        ["password", "username"],
        ["password"],
        ["password"],
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [(Settings(no_reveal=True), "No reveal"), (Settings(read_only=True), "Read-only")],
)
async def test_a_run_that_shows_or_writes_nothing_opens_none(settings: Settings, said: str) -> None:
    async with in_secret(size=(120, 36), settings=settings) as person:
        await goes_out(person, f"{said}: values cannot be edited here")
        await person.press("E")
        assert len(person.app.screen_stack) == 1
