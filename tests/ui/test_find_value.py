"""Which Secrets hold a text in their values: from the list by a typed text, from a key by its value."""

from __future__ import annotations

import pytest

from tests.others import secret_object
from tests.promises.test_values_dropped import texts_held
from tests.ui.person import MINE, PASSWORD, Person, in_secret, sitting_at
from tui.embedded.server import EmbeddedCluster
from tui.embedded.users import Rule
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

HELD = "s3cr/t-made-up"
STORY = (
    secret_object("mysecret", {"username": b"admin", "password": HELD.encode() + b"\n"}),
    secret_object("app", {"config": b'{"url": "postgres://app:s3cr%2Ft-made-up@db.test"}', "port": b"1"}),
    secret_object("other", {"password": b"S3CR/T-MADE-UP"}),
)


async def begins(person: Person, text: str) -> None:
    """Type what to look for."""
    await person.presses(
        "ctrl+f", "find in values  default", "looks for  nothing yet", "enter reads 3 Secrets"
    )
    await person.paste(text)
    await person.sees("looks for  what you typed")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_list_shows_who_holds_a_text_until_escape(size: tuple[int, int]) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        await begins(person, HELD)
        await person.presses("enter", "2 Secrets of 3 searched hold it.", "2 of 3", "found in their values")
        assert "- other" not in person.text
        await person.put_cursor("#secret-table", "default/app")
        await person.sees("found in config")
        assert not list(texts_held(person, HELD))
        await person.presses("enter", "config", "port")
        await person.presses("escape escape", "Secrets  3")
        await person.sees_no("found in")


async def test_a_key_tells_who_else_holds_its_value() -> None:
    async with in_secret(key="password", story=STORY, size=(120, 36)) as person:
        await person.presses("ctrl+f", "looks for  the value of password", "enter reads 3 Secrets")
        await person.presses("x", "Not typed: the field is filled already. ctrl+u clears it.")
        await person.presses("enter", "2 Secrets of 3 searched hold it.", "2 of 3")
        assert person.session.open_ref is None
        await person.put_cursor("#secret-table", str(MINE))
        await person.sees("found in password")
        await person.presses("N", "Namespaces")
        await person.presses("0", "Secrets  3")


async def test_what_is_not_found_and_what_cannot_be_read_is_said() -> None:
    def prepare(cluster: EmbeddedCluster) -> None:
        reads = Rule(("list", "watch"), ("*",), namespaces=("default", "*"))
        own = Rule(("get",), ("secrets",), namespaces=("default",), names=("mysecret", "other"))
        cluster.users.add("jane", rules=[reads, own])

    async with sitting_at(story=STORY, user="jane", prepare=prepare) as person:
        await begins(person, "nowhere-made-up")
        await person.presses(
            "enter", "Not found: 2 Secrets searched. 1 Secret not read. Refused: you may not get"
        )
        await person.sees("Secrets  3")
        await person.presses("ctrl+f enter", "Type or paste first what to look for.")


async def test_a_search_can_be_stopped_and_changes_nothing() -> None:
    async with sitting_at(story=STORY) as person:
        person.fault("delay", method="GET", path="*/secrets/app", seconds=3600)
        await begins(person, HELD)
        await person.presses("enter", "Searched 2 of 3 Secrets … (ctrl+c stops)")
        await person.presses("ctrl+c", "Stopped; nothing was changed.", "Secrets  3")


async def test_read_only_searches_and_no_reveal_refuses() -> None:
    async with sitting_at(story=STORY, settings=Settings(read_only=True)) as person:
        await begins(person, PASSWORD)
        await person.presses("enter", "Not found: 3 Secrets searched.")
    async with sitting_at(story=STORY, settings=Settings(no_reveal=True)) as person:
        await person.presses("ctrl+f", "No reveal: values are not searched here.")
