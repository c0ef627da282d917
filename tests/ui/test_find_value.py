"""Search of Secrets by a text in their values: typed in the list, or the value of a key."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.model.test_helm_release import SECRET
from tests.others import secret_object
from tests.promises.test_values_dropped import texts_held, values_held
from tests.ui.person import MINE, PASSWORD, Person, in_secret, sitting_at
from tests.ui.test_helm import kept
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.ui.base.screen_context import READING

pytestmark = pytest.mark.slow

HELD = "s3cr/t-made-up"
STORY = (
    secret_object("mysecret", {"username": b"admin", "password": HELD.encode() + b"\n"}),
    secret_object("app", {"config": b'{"url": "postgres://app:s3cr%2Ft-made-up@db.test"}', "port": b"1"}),
    secret_object("other", {"password": b"S3CR/T-MADE-UP"}),
)


async def begins(person: Person, text: str) -> None:
    await person.presses(
        "ctrl+f",
        "Find in values: default",
        "looks for  nothing yet",
        "enter reads 3 Secrets. To search all namespaces, press 0",
    )
    await person.paste(text)
    await person.sees("looks for  the typed text")


RECORD = SecretRef("default", "sh.helm.release.v1.app.v2")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_helms_records_are_searched_though_they_are_hidden(size: tuple[int, int]) -> None:
    made = SECRET.replace("made-up-mode", "in-secret-made-up")
    records = [kept(1, "app", config={"a": [{"b": HELD}]}), kept(2, "app", manifest=made)]
    async with sitting_at(story=[*STORY, *records, kept(3, "cut", chart="x")], size=size) as person:
        await person.presses("ctrl+f", "enter reads 6 Secrets, 3 of them Helm's records.")
        await person.reads("#sizes", "Decompresses and searches Helm's records")
        await person.paste(HELD)
        await person.presses("enter", "3 of 5 searched Secrets hold it (2 of the 5 are Helm records).")
        assert "1 Secret not read. Cannot read" in person.app.shared.messages[-1].text
        await person.put_cursor("#secret-table", "default/sh.helm.release.v1.app.v1")
        await person.sees("found in release values.a[0].b")
        assert not values_held("in-secret-made-up") and HELD not in person.text
        await person.presses("escape", "3 Helm hidden")
        await person.presses("ctrl+f", "looks for  nothing yet")
        await person.paste("in-secret-made-up")
        await person.presses("enter", "1 of 5 searched Secrets holds it (2 of the 5 are Helm records).")
        await person.put_cursor("#secret-table", str(RECORD))
        await person.sees("found in release Secret/redis.mode")
        await person.presses("I", "New value: 1 Secret")
        await person.paste("made-up-new")
        await person.presses("enter", "Helm records are read-only")
        assert not person.asked("PATCH", part="/secrets/")
        await person.presses("escape escape", "3 Helm hidden")
        await person.presses("ctrl+f", "looks for  nothing yet")
        await person.paste("nowhere-made-up")
        await person.presses("enter", "Not found: 5 Secrets searched, 2 Helm records among them.")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_list_shows_who_holds_a_text_until_escape_or_the_cover(size: tuple[int, int]) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        await begins(person, HELD)
        await person.presses("enter", "2 of 3 searched Secrets hold it.", "2 of 3", "found in values")
        assert "- other" not in person.text
        await person.reads("#secret-table", "FOUND IN", "app config", "mysecret password")
        await person.put_cursor("#secret-table", "default/app")
        await person.sees("found in config")
        assert not list(texts_held(person, HELD))
        await person.presses("enter", "config", "port")
        await person.presses("escape escape", "Secrets  3")
        await person.sees_no("found in")
        await person.reads("#secret-table", "KEYS", "mysecret Opaque")
        await begins(person, HELD)
        await person.presses("enter", "2 of 3")
        await person.press("ctrl+l")
        assert person.listed.choice.searched is None
        await person.presses("enter", "Secrets  3")


async def test_other_secrets_with_the_value_of_a_key_are_found_from_the_key() -> None:
    async with in_secret(key="password", story=STORY, size=(120, 36)) as person:
        await person.presses("ctrl+f", "looks for  the value of password", "enter reads 3 Secrets")
        await person.presses("x", "Not typed: the field is filled already. ctrl+u clears it.")
        await person.presses("enter", "2 of 3 searched Secrets hold it.", "2 of 3")
        assert person.session.open_ref is None
        await person.put_cursor("#secret-table", str(MINE))
        await person.sees("found in password")
        await person.presses("N", "Namespaces")
        await person.presses("0", "Secrets  3")


PACKED = b64encode(f'{{"user": "ann", "password": "{HELD}"}}'.encode()).decode()
LOGIN = b64encode(f"ann:{HELD}".encode()).decode()
LEAVES = (
    secret_object("mysecret", {"url": b"postgres://ann:s3cr%2Ft-made-up@db.test/x", "z": b"1"}),
    secret_object("docker", {"config": f'{{"auths": {{"a.test": {{"auth": "{LOGIN}"}}}}}}'.encode()}),
    secret_object("packed", {"app.json": f'{{"db": "{PACKED}"}}'.encode()}),
    secret_object("plain", {"password": HELD.encode()}),
    secret_object("other", {"app.json": b'{"db": "made-up"}'}),
)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_leaf_is_found_in_leaves_of_other_secrets(size: tuple[int, int]) -> None:
    async with in_secret(key="url", story=LEAVES, size=size) as person:
        await person.presses("enter", "mysecret / url", "password")
        await person.put_cursor("#leaves", "password")
        await person.presses("ctrl+f", "looks for  the value of url password", "enter reads 5 Secrets")
        assert HELD not in person.text
        await person.presses("enter", "4 of 5 searched Secrets hold it.", "4 of 5")
        await person.put_cursor("#secret-table", "default/docker")
        await person.sees("found in config auths.a.test.password")
        await person.put_cursor("#secret-table", "default/packed")
        await person.sees("found in app.json db.password")
        await person.put_cursor("#secret-table", "default/plain")
        await person.sees("found in password")
        assert HELD not in person.text
        await person.presses("enter", "plain")


async def test_a_leaf_of_a_leaf_that_is_opened_is_looked_for() -> None:
    ref = SecretRef("default", "packed")
    async with in_secret(ref, key="app.json", story=LEAVES) as person:
        await person.presses("enter", "base64 of JSON, 2 leaves")
        await person.put_cursor("#leaves", "db")
        await person.presses("enter", "packed / app.json / db", "password")
        await person.put_cursor("#leaves", "password")
        await person.presses("ctrl+f", "looks for  the value of app.json db.password")
        await person.presses("escape", "packed / app.json / db", "▸   password")
        await person.presses("ctrl+f enter", "4 of 5 searched Secrets hold it.")


async def test_kinds_alone_name_no_path_of_what_is_found() -> None:
    async with in_secret(key="z", story=LEAVES, settings=Settings(facts="kinds")) as person:
        await person.put_cursor("#key-table", "url")
        await person.presses("ctrl+f")
        await person.press("ctrl+u")
        await person.paste(HELD)
        await person.presses("enter", "4 of 5 searched Secrets hold it.")
        await person.put_cursor("#secret-table", "default/docker")
        await person.sees("found in config")
        assert "auths" not in person.text


async def test_a_text_that_is_not_found_and_secrets_that_were_not_read_are_reported() -> None:
    reads = Rule(("list", "watch"), ("*",), namespaces=("default", "*"))
    own = Rule(("get", "patch"), ("secrets",), namespaces=("default",), names=("mysecret", "other"))
    async with sitting_at(story=STORY, rules=[reads, own]) as person:
        await begins(person, "nowhere-made-up")
        await person.presses(
            "enter", "Not found: 2 Secrets searched. 1 Secret not read. Refused: you may not get"
        )
        await person.sees("Secrets  3")
        await person.presses("ctrl+f enter", "First type or paste the text to find.")
        await person.press("escape")
        await begins(person, "other")
        await person.press("ctrl+u")
        await person.paste("S3CR/T-MADE-UP")
        await person.presses("enter", "1 of 3", "found in values, 1 not read")
        await person.presses("I", "Not read: 1 Secret, which may hold the old value.")


async def test_a_search_can_be_stopped_and_changes_nothing() -> None:
    async with sitting_at(story=STORY) as person:
        person.fault("delay", method="GET", path="*/secrets/app", seconds=3600)
        await begins(person, HELD)
        await person.presses("enter", "Searched 2 of 3 Secrets … (ctrl+c stops)")
        await person.presses("ctrl+c", "Stopped; nothing was changed.", "Secrets  3")


async def test_a_search_leaves_another_screen_or_namespace_alone_when_it_ends() -> None:
    async with in_secret(key="password", story=STORY) as person:
        await person.edit("username", "made-up")
        await person.put_cursor("#key-table", "password")
        person.fault("delay", method="GET", path="*/secrets/app", seconds=1)
        await person.presses("ctrl+f enter", "Searched 2 of 3 Secrets")
        await person.reviewed()
        reading = [worker for worker in person.app.screen_stack[0].workers if worker.group == READING]
        await person.waits_for(lambda: all(worker.is_finished for worker in reading), "the end of the search")
        await person.presses("W", "Written")
    async with sitting_at(story=STORY) as person:
        person.fault("delay", method="GET", path="*/secrets/app", seconds=1)
        await begins(person, HELD)
        await person.presses("enter", "Searched 2 of 3 Secrets")
        await person.presses("0", "all namespaces", "Search stopped: you chose another namespace.")


async def test_read_only_searches_and_no_reveal_refuses() -> None:
    async with sitting_at(story=STORY, settings=Settings(read_only=True)) as person:
        await begins(person, PASSWORD)
        await person.presses("enter", "Not found: 3 Secrets searched.")
    async with sitting_at(story=STORY, settings=Settings(no_reveal=True)) as person:
        await person.presses("ctrl+f", "No reveal: values cannot be searched here.")


async def test_a_new_value_is_set_wherever_it_was_found_in_one_review() -> None:
    longer = secret_object("longer", {"password": b"S3cret-made-up-10"})
    url = b"postgres://app:S3cret-made-up-1@db.test"
    held = secret_object("app", {"url": url, "port": b"1", "store": b"\xff\xfeS3cret-made-up-1"})
    mine = secret_object("mysecret", {"password": b"S3cret-made-up-1\n"})
    async with in_secret(key="password", story=(longer, held, mine), size=(80, 24)) as person:
        await person.presses("ctrl+f enter", "3 of 3 searched Secrets hold it. I replaces the value")
        await person.presses(
            "I", "New value: 3 Secrets", "3 Secrets hold the old value. Each changeable Secret"
        )
        await person.paste("made/up-2")
        await person.presses("enter", "Review: 2 drafts", "2 of 2 ready · 1 without a draft", "not replaced")
        await person.sees("Not replaced in store: the old value")
        await person.presses("p", "all kinds were read as of")
        await person.presses("W", "default/app: store still holds the old value of url password.")
        await person.presses("y", "Written: 2 Secrets.", "to undo all.")
        assert person.on_server(MINE) == {"password": b"made/up-2\n"}
        app = person.on_server(SecretRef("default", "app"))
        assert app["url"] == b"postgres://app:made%2Fup-2@db.test"
        assert app["store"] == b"\xff\xfeS3cret-made-up-1"
        await person.sees("was in password")
        await person.presses("ctrl+f", "looks for  the same text as before", "enter reads 3 Secrets")
        await person.presses("enter", "2 of 3 searched Secrets hold it.")
        await person.presses("U", "A  14:00  all 2 written together")
        await person.presses("A", "Review: 2 drafts", "2 of 2 ready")
        await person.presses("W", "Written: 2 Secrets.")
        assert person.on_server(MINE) == {"password": b"S3cret-made-up-1\n"}
        assert person.on_server(SecretRef("default", "app"))["url"] == url


async def test_a_canceled_new_value_is_dropped_and_reported() -> None:
    async with sitting_at(story=STORY) as person:
        await begins(person, HELD)
        await person.presses("enter", "2 of 3 searched Secrets hold it.")
        await person.presses("I", "New value: 2 Secrets")
        await person.presses("escape", "The new value was not set.")
        await person.presses("I", "New value: 2 Secrets")
        await person.paste("t4ped-made-up")
        await person.presses("escape", "Nothing replaced; the typed value is discarded.")
        assert not list(texts_held(person, "t4ped-made-up"))


async def test_a_text_that_was_not_found_or_is_short_is_not_replaced() -> None:
    async with sitting_at(story=STORY) as person:
        await person.presses(
            "I", "First find a value with ctrl+f. Or change a key of a Secret, then press I on this key."
        )
        await begins(person, "admin")
        await person.presses("enter", "1 of 3 searched Secrets holds it.")
        await person.presses("I", "Cannot replace a text under 6 bytes")


async def test_a_secret_that_alone_was_asked_for_is_not_all_there_is() -> None:
    async with sitting_at(story=STORY, start=MINE, is_alone=True, settles=False) as person:
        await person.sees("password")
        await person.presses("ctrl+f", "Only this Secret is loaded. esc lists all Secrets; then search")
        await person.presses("escape", "other")
        await begins(person, HELD)
