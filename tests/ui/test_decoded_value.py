"""`enter` on a key shows its value decoded: leaves by their paths, each masked until it is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.model.value_shapes import MARKER, SECRET, auth, b64, jwt
from tests.promises.test_journal import kept
from tests.promises.test_values_dropped import are_gone, texts_held, values_held, values_of
from tests.ui.person import MASK, Person, sitting_at
from tests.ui.test_row_names import CERTIFICATE, CLAIMS, MIXED
from tui.model.settings.settings import Settings
from tui.session.writes.audit import Journal
from tui.terminal.journal_file import JournalFile, read

pytestmark = pytest.mark.slow

PEM: Final = f"-----BEGIN MADE UP-----\n{SECRET}\n-----END MADE UP-----\n"
DATA: Final = {
    "registries": json.dumps({"auths": {"ghcr.io": {"auth": auth()}, "quay.io": {"auth": auth()}}}).encode(),
    "app.yaml": f"db:\n  user: {MARKER}\n  password: {SECRET}\n  port: 5432\nkey: |\n".encode()
    + b"".join(b"  %s\n" % line.encode() for line in PEM.splitlines()),
    "url": f"postgres://{MARKER}:{SECRET}@db.internal:5432/orders?token={SECRET}".encode(),
    "token": jwt(CLAIMS | {"email": SECRET}).encode(),
    "nested.json": json.dumps({"app": b64(json.dumps({"a": json.dumps({"b": f'["{SECRET}"]'})}))}).encode(),
    "tls.crt": CERTIFICATE,
    "plain": SECRET.encode(),
}
LEAVES: Final = {
    "registries": ("auths.ghcr.io.username", "auths.ghcr.io.password", "auths.quay.io.password"),
    "app.yaml": ("db.user", "db.password", "db.port", "key"),
    "url": ("user", "password", "query.token"),
    "token": ("sub", "exp", "email"),
    "nested.json": ("app", "a", "b"),
}


async def opens(person: Person, key: str) -> None:
    person.others_make(MIXED, DATA)
    await person.open(MIXED, key=key)
    await person.presses("enter", f"mixed / {key}")


@pytest.mark.parametrize("settings", [Settings(), Settings(no_reveal=True)], ids=["masked", "no-reveal"])
@pytest.mark.parametrize("key", LEAVES)
async def test_leaves_are_named_and_masked(key: str, settings: Settings) -> None:
    async with sitting_at(settings=settings, size=(120, 36)) as person:
        await opens(person, key)
        await person.sees("NAME", *LEAVES[key])
        assert all(
            MASK in row for row in person.text.splitlines() if any(f" {leaf} " in row for leaf in LEAVES[key])
        )
        for keys in ("v", "v", "v"):
            await person.press(keys)
            assert MARKER not in person.text
        if settings.no_reveal:
            await person.presses("r", "No reveal: values cannot be shown here.")
            await person.presses("c", "No reveal: values cannot be copied here.")
            assert MARKER not in person.text and not person.shown
        assert not any(MARKER in message.text for message in person.app.shared.messages)


async def test_the_size_of_a_masked_boolean_is_not_shown() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.others_make(MIXED, {"flags.json": b'{"is-open": true, "port": 5432}'})
        await person.open(MIXED, key="flags.json")
        await person.presses("enter", "is-open", "4 B")
        row = next(row for row in person.text.splitlines() if "is-open" in row)
        assert "boolean" in row and " B" not in row


async def test_a_single_leaf_is_shown_and_hidden_while_the_others_stay_masked() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "registries")
        await person.put_cursor("#leaves", "auths.quay.io.password")
        await person.presses("r", SECRET, "registries auths.quay.io.password is shown until", "r hide")
        assert person.text.count(SECRET) == 1
        await person.presses("x", "r show")
        await person.sees_no(SECRET)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_leaf_in_a_leaf_is_shown_and_opened(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await opens(person, "nested.json")
        await person.sees(
            "base64 of JSON, 1 leaf", "not decoded further: limit of two levels; enter opens the value"
        )
        await person.put_cursor("#leaves", "app.a.b")
        await person.presses(
            "r", f'["{SECRET}"]', "nested.json app.a.b is shown until", "not decoded further"
        )
        await person.presses("x enter", "mixed / nested.json / app.a.b", "[0]", MASK)
        await person.presses("r", SECRET, "nested.json app.a.b[0] is shown until")
        await person.presses("escape", "not decoded further")
        assert SECRET not in person.text


async def test_words_are_found_in_the_whole_path_of_a_leaf_in_a_leaf() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "nested.json")
        await person.press("slash")
        await person.fills("App.A.b", "enter")
        await person.presses("r", "nested.json app.a.b is shown until")


async def test_the_views_show_nothing_that_was_masked() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml")
        await person.put_cursor("#leaves", "db.password")
        await person.presses("r", SECRET)
        await person.presses("v", "r shows it", "As text.")
        assert SECRET not in person.text
        assert not [name for name in texts_held(person, SECRET) if name.startswith("LeafTable")]
        await person.presses("r", SECRET, "app.yaml is shown until", "v as bytes")
        await person.presses("v", "64 62 3a", "app.yaml is shown until")
        await person.presses("v", "db.password", "Decoded.")
        assert MARKER not in person.text
        await person.presses("v", "r shows it")


async def test_a_leaf_is_copied_without_showing_it() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "url")
        await person.put_cursor("#leaves", "password")
        await person.presses("c", "password: 13 B sent")
        assert MARKER not in person.text


async def test_the_journal_names_the_key_and_the_path(tmp_path: Path) -> None:
    async with sitting_at(journal=Journal(JournalFile(tmp_path).write), size=(120, 36)) as person:
        await opens(person, "url")
        await person.put_cursor("#leaves", "password")
        await person.presses("r", SECRET)
        await person.presses("c", "password: 13 B sent")
        await person.presses("enter r c", "password: 13 B sent", "url / password")
        await person.press("escape")
    lines = kept(list(read(tmp_path)))
    assert lines[1:] == ["shown url password", "copied url password", "copied url password"]


async def test_a_path_that_may_lead_to_another_leaf_now_is_masked_again() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "app.yaml")
        await person.put_cursor("#leaves", "db.password")
        await person.presses("r", SECRET)
        person.others_set("app.yaml", f"db:\n  password: n3w-{SECRET}\n  host: x\n".encode(), MIXED)
        await person.sees("changed on the server", "db.host")
        assert SECRET not in person.text


async def test_a_long_leaf_wraps_below_its_row_and_enter_opens_it() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml")
        await person.put_cursor("#leaves", "key")
        await person.presses("r", "shown below", SECRET, "END MADE UP")
        await person.presses("enter", "mixed / app.yaml / key", SECRET, "app.yaml key is shown until")
        await person.presses("e", "Edit mixed / app.yaml / key")
        await person.presses("escape escape", "db.port")


async def test_words_are_found_in_the_paths() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "app.yaml")
        await person.press("slash")
        await person.fills("PORT", "enter")
        await person.sees("Line 3 of 4.")
        await person.presses("r", "5432", "app.yaml db.port is shown until")
        await person.press("slash")
        await person.fills(MARKER, "enter")
        await person.sees("Not on this page.")


async def test_a_value_that_changed_meanwhile_is_decoded_again() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "app.yaml")
        await person.put_cursor("#leaves", "db.password")
        await person.presses("r enter", SECRET)
        person.others_set("app.yaml", f"db:\n  password: n3w-{SECRET}\n  host: x\n".encode(), MIXED)
        await person.sees(f"n3w-{SECRET}", "changed on the server")
        await person.presses("escape", "db.host")


async def test_a_value_that_is_gone_and_comes_back_is_decoded_again() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await opens(person, "app.yaml")
        person.others_drop("app.yaml", MIXED)
        await person.sees("This key no longer exists.")
        person.others_set("app.yaml", DATA["app.yaml"], MIXED)
        await person.sees("db.password")


async def test_facts_about_a_format_without_leaves_are_shown_while_it_is_masked() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "tls.crt")
        await person.sees(MASK, "r shows it", "tls.crt  CN=made-up.example.test, issued by itself")
        await person.presses("r", "BEGIN CERTIFICATE")


async def test_kinds_alone_are_decoded_nowhere() -> None:
    async with sitting_at(settings=Settings(facts="kinds"), size=(80, 24)) as person:
        await opens(person, "registries")
        await person.sees(MASK, "r shows it")
        assert "ghcr.io" not in person.text


async def test_decoded_leaves_are_dropped_with_the_value() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await opens(person, "registries")
        held = values_of(person)
        await person.put_cursor("#leaves", "auths.quay.io.password")
        await person.presses("r", SECRET)
        assert values_held(SECRET) and set(texts_held(person, SECRET))
        await person.presses("escape escape", "Opaque", at="#peek")
        await are_gone(person, held)
        await person.waits_for(lambda: not values_held(SECRET), "leaves that are let go of")
        assert set(texts_held(person, SECRET)) == set()
