"""Edits of single leaves of a decoded value; the draft is of the whole key."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Final

import pytest

from tests.model.value_shapes import jwt
from tests.promises.test_journal import kept
from tests.promises.test_values_dropped import are_gone, texts_held, values_held, values_of
from tests.ui.person import Person, secret_object, sitting_at
from tests.ui.test_row_names import CLAIMS
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.session.writes.audit import Journal
from tui.terminal.journal_file import JournalFile, read
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

REF: Final = SecretRef("default", "mixed")
OLD, NEW = "m4de-up-1", "n3w-made-up"
YAML: Final = (
    f"# of the shop\ndb:\n  user: ann\n  password: {OLD}  # rotate me\nkey: |\n  a\n  b\n"
    'inner: \'{"token": "made-up-inner"}\'\n'
)
REGISTRY: Final = {"username": "ann", "password": OLD, "auth": b64encode(f"ann:{OLD}".encode()).decode()}
DATA: Final = {
    ".dockerconfigjson": json.dumps({"auths": {"ghcr.io": REGISTRY}}).encode(),
    "app.yaml": YAML.encode(),
    "password": b"made up",
    "token": jwt(CLAIMS).encode(),
    "url": f"redis://ann:{OLD}@cache.internal:6379/0".encode(),
}
SIZES: Final = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


def others(key: str, data: bytes) -> bytes:
    """Bytes of a key after others changed the password in it."""
    return data.replace(OLD.encode(), NEW.encode()) if key != ".dockerconfigjson" else _docker()


def _docker() -> bytes:
    auth = b64encode(f"ann:{NEW}".encode()).decode()
    return json.dumps({"auths": {"ghcr.io": {**REGISTRY, "password": NEW, "auth": auth}}}).encode()


async def opens(person: Person, key: str, path: str) -> None:
    person.others_make(REF, DATA)
    await person.open(REF, key=key)
    await person.presses("enter", f"mixed / {key}")
    await person.put_cursor("#leaves", path)


async def types(person: Person, text: str, *keys: str) -> None:
    person.app.screen.query_one(ValueEditor).load_text(text.removesuffix("\n"))
    await person.calm()
    await person.press(*keys)


def held(person: Person, key: str) -> bytes:
    """Bytes of a key in the draft."""
    (draft,) = person.session.drafts.all()
    assert draft.changes().keys == (key,)
    return draft.changes().set[key].reveal()


@SIZES
@pytest.mark.parametrize(
    ("key", "path"),
    [
        (".dockerconfigjson", "auths.ghcr.io.password"),
        ("app.yaml", "db.password"),
        ("url", "password"),
    ],
)
async def test_a_leaf_is_edited_in_place_and_reviewed_by_its_path(
    key: str, path: str, size: tuple[int, int]
) -> None:
    async with sitting_at(size=size) as person:
        await opens(person, key, path)
        await person.presses("e", f"Edit mixed / {key} / {path}", OLD)
        await types(person, NEW, "enter")
        await person.sees(f"{path} kept in the draft, 9 B → 11 B. w reviews it.", "1 draft", "w review")
        await person.sees("mixed / " + key)
        assert held(person, key) == others(key, DATA[key])
        await person.sees(" ~ ")  # the leaves of the draft are decoded in a thread
        row = next(row for row in person.text.splitlines() if " ~ " in row)
        assert path.rpartition(".")[2] in row and NEW not in person.text
        assert person.app.screen.query_one("#leaves").cursor_key == path  # type: ignore[attr-defined]
        await person.presses("w", "accepted at", f"~ {path}  ******** → ********  9 B → 11 B")
        assert OLD not in person.text and NEW not in person.text
        await person.put_cursor("#changes", f"{key}\0")
        await person.presses("r", f"- {OLD}", f"+ {NEW}")
        await person.press("r")
        await person.sees_no(NEW)
        await person.presses("W", "An old value remains")
        await person.presses("y", "Written")
        assert person.on_server(REF)[key] == others(key, DATA[key])


async def test_a_leaf_is_set_unseen_also_where_no_value_is_shown() -> None:
    async with sitting_at(settings=Settings(no_reveal=True), size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.presses("e", "No reveal: values cannot be edited here, but can be set unseen.")
        await person.presses("s", "Set unseen: mixed / app.yaml / db.password")
        await person.paste(NEW)
        await person.presses("enter", "db.password set unseen: 11 B, one line")
        assert held(person, "app.yaml") == others("app.yaml", DATA["app.yaml"])
        assert NEW not in person.text


async def test_nothing_is_changed_read_only() -> None:
    async with sitting_at(settings=Settings(read_only=True), size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.presses("e", "Read-only: values cannot be edited here.")
        await person.presses("s", "Read-only: values cannot be set here.")
        await person.presses("t", "Read-only: keys cannot be rotated here.")
        await person.sees_no("e edit")


async def test_a_leaf_that_cannot_be_written_says_why_and_is_not_offered() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "token", "sub")
        await person.sees_no("e edit")
        for key in ("e", "s", "t"):
            await person.press(key)
            assert "sub is signed; set the whole token" in person.status, key
        await person.presses("v", "r shows it", "e edit")


async def test_a_canceled_edit_is_brought_back_in_the_viewer_and_in_the_secret() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "escape")
        await person.sees("Edit of db.password canceled. e brings it back until you leave the Secret.")
        assert not person.session.drafts.all()
        await person.presses("e enter", "Edit mixed / app.yaml / db.password", NEW)
        await person.presses("escape", "Edit of db.password canceled.")
        await person.presses("escape", "KEY")
        await person.presses("e enter", "Edit mixed / app.yaml / db.password", NEW)
        await person.presses("enter", "db.password kept in the draft")
        assert held(person, "app.yaml") == others("app.yaml", DATA["app.yaml"])


async def test_an_edit_that_is_brought_back_keeps_what_changed_meanwhile_in_other_leaves() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "escape")
        await person.put_cursor("#leaves", "db.user")
        await person.press("e", "e")
        await types(person, "bob", "enter")
        await person.sees("db.user kept in the draft")
        await person.runs("bring back", "Edit mixed / app.yaml / db.password", NEW)
        await person.presses("enter", "db.password kept in the draft, 9 B → 11 B.")
        assert held(person, "app.yaml") == others("app.yaml", DATA["app.yaml"]).replace(b"ann", b"bob")


async def test_an_edit_that_is_brought_back_replaces_a_later_one_of_the_same_leaf() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "escape")
        await person.presses("e", "Edit of db.password was canceled.", "e  begin another edit")
        await person.press("e")
        await types(person, "made-up-later", "enter")
        await person.sees("db.password kept in the draft, 9 B → 13 B.")
        await person.runs("bring back", "Edit mixed / app.yaml / db.password", NEW)
        await person.presses("enter", "db.password kept in the draft, 13 B → 11 B.")
        assert held(person, "app.yaml") == others("app.yaml", DATA["app.yaml"])


async def test_an_edit_that_is_brought_back_overwrites_no_leaf_that_others_changed() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "escape")
        person.others_set("app.yaml", DATA["app.yaml"].replace(OLD.encode(), b"by-others"), REF)
        await person.sees("app.yaml changed on the server")
        await person.presses("e enter", "Edit mixed / app.yaml / db.password", NEW)
        await person.presses("enter", "db.password kept in the draft")
        await person.presses("w", "1 key to resolve")


async def test_an_edit_of_a_leaf_that_is_gone_waits_until_the_leaf_is_there_again() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "escape")
        await person.presses("escape", "KEY")
        await person.presses("delete", "app.yaml dropped in the draft.")
        await person.presses("e enter", "Edit not brought back: app.yaml no longer has db.password.")
        await person.press("u")
        await person.presses("e enter", "Edit mixed / app.yaml / db.password", NEW)


async def test_a_text_that_the_format_cannot_hold_is_asked_for_again() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.others_make(REF, {"a.json": b'{"port": 5432}'})
        await person.open(REF, key="a.json")
        await person.presses("enter", "port")
        await person.press("e")
        await types(person, "made up", "enter")
        await person.sees("! Not kept: port ", "Edit mixed / a.json / port", "made up")
        await types(person, "6543", "enter")
        await person.sees("port kept in the draft")
        assert held(person, "a.json") == b'{"port": 6543}'


async def test_a_leaf_of_what_is_in_a_leaf_is_edited_from_both_viewers() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "app.yaml", "inner.token")
        await person.press("e")
        await types(person, "one-made-up", "enter")
        await person.sees("inner.token kept in the draft")
        await person.put_cursor("#leaves", "inner")
        await person.presses("enter", "mixed / app.yaml / inner")
        await person.put_cursor("#leaves", "token")
        await person.presses("e", "Edit mixed / app.yaml / inner.token", "one-made-up")
        await types(person, "two-made-up", "enter")
        await person.sees("inner.token kept in the draft", "mixed / app.yaml / inner")
        assert held(person, "app.yaml") == DATA["app.yaml"].replace(b"made-up-inner", b"two-made-up")
        await person.presses("w", "accepted at", "~ inner.token  ******** → ********")


async def test_the_cover_keeps_what_was_typed_for_a_leaf() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "ctrl+l")
        await person.sees("covered since")
        await person.waits_for(lambda: person.session.drafts.all(), "the draft of what was typed")
        assert held(person, "app.yaml") == others("app.yaml", DATA["app.yaml"])


async def test_the_journal_names_the_key_and_the_path_of_an_edit(tmp_path: Path) -> None:
    async with sitting_at(journal=Journal(JournalFile(tmp_path).write), size=(120, 36)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.press("e")
        await types(person, NEW, "enter")
        await person.sees("kept in the draft")
    lines = kept(list(read(tmp_path)))
    assert lines[1:] == ["shown app.yaml db.password, to edit"]
    assert NEW not in "".join(lines)


async def test_a_leaf_of_an_immutable_secret_says_what_to_do() -> None:
    story = [secret_object("mixed", DATA, immutable=True)]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.open(REF, key="url")
        await person.presses("enter", "mixed / url")
        await person.presses("e", "is immutable: its data cannot change. esc, then V makes a changed copy")


async def test_a_rotated_leaf_leads_to_its_review_which_names_who_holds_the_old_value() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.presses("t", "Rotate db.password in app.yaml of mixed", "n  new value")
        await person.presses("enter", "Set unseen: mixed / app.yaml / db.password")
        await person.presses("ctrl+g", "generated: ")
        await person.presses("enter", "accepted at", "~ db.password  ******** → ********")
        await person.sees(".dockerconfigjson, url still hold the old value of app.yaml db.password")
        (draft,) = person.session.drafts.all()
        assert b"# rotate me" in draft.changes().set["app.yaml"].reveal()
        await person.presses("W", "An old value remains", "i put the new value in other keys too")
        await person.presses("i", "The draft has the new value in .dockerconfigjson, url too.", "accepted at")
        await person.sees_no("still holds")
        await person.press("W")
        await person.waits_for(lambda: not person.session.drafts.all(), "the write")
    stored = person.on_server(REF)
    new = stored["app.yaml"].partition(b"password: ")[2].partition(b"  #")[0]
    assert stored["url"] == DATA["url"].replace(OLD.encode(), new) and OLD.encode() not in stored["app.yaml"]


async def test_a_rotation_that_is_brought_back_keeps_what_others_wrote_meanwhile() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "app.yaml", "db.password")
        await person.presses("t", "Rotate db.password in app.yaml of mixed")
        await person.presses("enter", "Set unseen: mixed / app.yaml / db.password")
        await person.paste(NEW)
        await person.presses("escape", "Rotating app.yaml / db.password canceled.")
        by_others = DATA["app.yaml"].replace(b"ann", b"bob")
        person.others_set("app.yaml", by_others, REF)
        await person.sees("app.yaml changed on the server")
        await person.presses("e enter", "Set unseen: mixed / app.yaml / db.password")
        await person.presses("enter", "accepted at", "~ db.password  ******** → ********")
        (draft,) = person.session.drafts.all()
        assert draft.changes().set["app.yaml"].reveal() == others("app.yaml", by_others)


async def test_a_value_edited_as_text_is_reviewed_by_its_leaves_too() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.others_make(REF, DATA)
        await person.open(REF, key="app.yaml")
        await person.press("e")
        await types(person, YAML.replace(OLD, NEW).replace("  a\n", "  c\n"), "ctrl+s")
        await person.presses("w", "accepted at", "~ db.password  ******** → ********", "~ key  ********")
        await person.press("escape")
        await person.press("e")
        await types(person, YAML.replace(OLD, NEW).replace("of the shop", "of another"), "ctrl+s")
        await person.presses("w", "accepted at")
        await person.sees_no("~ db.password")
        await person.presses("r", "- # of the shop", f"-   password: {OLD}")


async def test_kinds_alone_name_no_path_in_the_review() -> None:
    async with sitting_at(settings=Settings(facts="kinds"), size=(80, 24)) as person:
        person.others_make(REF, DATA)
        await person.open(REF, key="app.yaml")
        await person.press("e")
        await types(person, YAML.replace(OLD, NEW), "ctrl+s")
        await person.presses("w", "accepted at")
        assert "db.password" not in person.text


async def test_text_typed_for_a_leaf_is_dropped_with_the_secret() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml", "db.password")
        held_before = values_of(person)
        await person.presses("e", "Edit mixed / app.yaml / db.password")
        await types(person, NEW, "escape")
        await person.sees("Edit of db.password canceled.")
        assert values_held(NEW)
        await person.presses("escape escape", "Opaque", at="#peek")
        await are_gone(person, held_before)
        await person.waits_for(
            lambda: not values_held(OLD) and not values_held(NEW), "values to be let go of"
        )
        assert {*texts_held(person, OLD), *texts_held(person, NEW)} == set()


@SIZES
async def test_a_review_and_a_rotation_of_a_leaf_come_back_to_the_leaf(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await opens(person, "app.yaml", "inner")
        await person.presses("enter", "mixed / app.yaml / inner")
        await person.presses("t", "Rotate inner.token in app.yaml of mixed", "n  new value")
        await person.presses("escape", "mixed / app.yaml / inner", "token")
        await person.presses("t", "n  new value")
        await person.presses("enter", "Set unseen: mixed / app.yaml / inner.token")
        await person.presses("escape", "mixed / app.yaml / inner", "token")
        await person.presses("s", "Set unseen: mixed / app.yaml / inner.token")
        await person.presses("ctrl+g", "generated: ")
        await person.presses("enter", "mixed / app.yaml / inner", "1 draft", "w review", "esc back")
        await person.presses("w", "Review: mixed", "accepted at", "~ inner.token")
        await person.presses("escape", "mixed / app.yaml / inner", "~ token")
        await person.presses("w", "Review: mixed", "accepted at")
        await person.presses("W", "Written", "READ BY")
        await person.sees_no("mixed / app.yaml")
        await person.presses("U", "Undo a write", "default/mixed: app.yaml")
