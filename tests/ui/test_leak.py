"""A leaked token: every place with it, who reads it there, a new value for all, and the record."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.model.rbac_objects import binding, role, rule
from tests.promises.test_values_dropped import texts_held, values_held
from tests.session.source_objects import ES_KIND
from tests.session.test_access_check import pod, stored
from tests.session.test_leak_search import config_map
from tests.ui.person import Person, secret_object, sitting_at
from tests.ui.test_at_source import owned, store
from tests.ui.test_copy import copied, watched
from tests.ui.test_helm import kept
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

TOKEN: Final = "made/up-1-leaked"
URL: Final = b"postgres://app:made%2Fup-1-leaked@db.test/app"
APP, WHOLE = SecretRef("default", "app"), SecretRef("default", "mysecret")
STORY: Final[list[dict[str, Any]]] = [
    secret_object("mysecret", {"password": TOKEN.encode(), "username": b"admin"}),
    secret_object("app", {"DATABASE_URL": URL, "port": b"1"}),
    secret_object("other", {"password": b"made/up-2"}),
    kept(1, "web", config={"token": TOKEN}),
    config_map("settings", {"app.json": json.dumps({"token": TOKEN})}),
    pod("default", "api-1", "app", "mysecret"),
    stored(role("reader", rule("get list watch", "secrets"))),
    stored(binding("backup", "ClusterRole/reader", "ServiceAccount/ops/backup")),
]
SIZES: Final = pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])


async def asks(person: Person, *texts: str) -> None:
    await person.press("colon")
    await person.fills("leak", "enter")
    await person.sees("Leaked token: ", *texts)


async def searches(person: Person, *texts: str) -> None:
    await asks(person, "looks for  nothing yet")
    await person.paste(TOKEN)
    await person.presses("enter", "Leaked token in ", *texts)


@SIZES
async def test_every_place_is_listed_with_how_and_who_reads_it(size: tuple[int, int]) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        await asks(person, "looks for  nothing yet")
        await person.reads(
            "#sizes",
            "enter reads ConfigMaps, and the values of 4 Secrets, 1 of them Helm's records.",
            "The cluster's audit log shows these reads. Names of objects and keys are kept, never values.",
        )
        await person.paste(f"{TOKEN}\n")
        await person.presses("enter", "Leaked token in default", "4 places")
        await person.reads("#rows", "Found in 2 Secrets, 1 Helm record and 1 ConfigMap")
        await person.reads("#rows", "searched 3 Secrets, 1 Helm record and 1 ConfigMap")
        await person.put_cursor("#changes", "Secret default/app DATABASE_URL")
        await person.reads("#rows", "percent-encoded, password of the postgres URL")
        await person.reads("#rows", "next I sets a new value in all Secrets that can be changed")
        await person.put_cursor("#changes", "Secret default/mysecret password")
        await person.reads("#rows", "how whole value", "read by Pod/api-1 (1 pod)")
        await person.presses("v", "Counted the subjects that can read 2 Secrets.")
        await person.reads("#rows", "can read 1 group and 1 service account can read")
        await person.put_cursor("#changes", "Helm record default/sh.helm.release.v1.web.v1 release")
        await person.reads(
            "#rows", "token of the Helm release", "upgrade the release; old revisions keep the token"
        )
        await person.put_cursor("#changes", "ConfigMap default/settings app.json")
        await person.reads("#rows", "next kubectl edit configmap settings -n default")
        await person.presses("enter", "ConfigMap default/settings is no Secret")
        assert TOKEN not in person.text and "p1-leaked" not in person.text


async def test_a_new_value_goes_to_all_places_and_the_record_says_so() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await searches(person, "4 places")
        await person.presses("I", "New value: 3 Secrets")
        await person.paste("new/made-up-3")
        await person.presses("enter", "Review: 2 drafts", "2 of 2 ready")
        await person.presses("W", "Written: 2 Secrets")
        await person.sees("Leaked token in default", "changed 14:00")
        assert person.on_server(WHOLE)["password"] == b"new/made-up-3"
        assert person.on_server(APP)["DATABASE_URL"] == b"postgres://app:new%2Fmade-up-3@db.test/app"
        await person.presses("ctrl+r", "2 places", "Found in 1 Helm record and 1 ConfigMap")
        sent = watched(person)
        await person.presses("c", "the record: ")
        record = copied(sent)[-1].decode()
        lines = [line.partition("Z  ")[2] or line for line in record.splitlines()]
        assert lines[0] == "Leaked token"
        assert "searched   3 Secrets, 1 Helm record and 1 ConfigMap of namespace default; " in record
        assert "found      default/app DATABASE_URL: percent-encoded, password of the postgres URL" in record
        assert "found      default/mysecret password: whole value; read by Pod/api-1 (1 pod)" in record
        assert "written    DATABASE_URL of default/app" in record
        assert lines[-1] == "left       ConfigMap default/settings app.json: not changed in this run"
        assert not [text for text in (TOKEN, "1-leaked", "new/made-up-3", "made-up-3@") if text in record]


async def test_a_value_that_a_controller_writes_is_left_to_its_source() -> None:
    managed = owned("password") | {"data": {"password": "bWFkZS91cC0xLWxlYWtlZA=="}}
    async with sitting_at(story=[ES_KIND, managed, store()], size=(120, 36)) as person:
        await searches(person, "1 place", "M source")
        await person.reads("#rows", "next ExternalSecret/db writes the Secret: M opens the source")
        await person.presses("I", "No place in the list can be changed. The column NEXT says what to do.")
        await person.presses("M", "Source of db")
        await person.presses("escape", "Leaked token in default")


async def test_a_list_of_what_was_found_leaves_managed_secrets_to_their_source_too() -> None:
    managed = owned("password") | {"data": {"password": "bWFkZS91cC0xLWxlYWtlZA=="}}
    async with sitting_at(story=[ES_KIND, managed, store(), *STORY], size=(120, 36)) as person:
        await searches(person, "5 places")
        await person.presses("I", "New value: 4 Secrets")
        await person.paste("new/made-up-3")
        await person.presses("enter", "Review: 2 drafts", "2 without a draft", "at its source")
        await person.presses("j j", "default/db")
        said = "ExternalSecret/db would overwrite default/db. M requests a new value at the source."
        await person.reads("#row-text", said)


async def test_a_short_token_is_refused_or_reported_as_short() -> None:
    story = [secret_object("mysecret", {"password": b"abcdefg"})]
    async with sitting_at(story=story) as person:
        await asks(person)
        await person.presses("enter", "Paste or type the token first.")
        await person.paste("abcde")
        await person.presses("enter", "Not searched: a token under 6 bytes")
        await person.press("ctrl+u")
        await person.paste("abcdefg")
        await person.presses("enter", "Leaked token in default", "1 place")
        await person.reads("#rows", "! The token is short, under 12 characters")


async def test_a_search_is_stopped_at_once_and_what_was_found_stays() -> None:
    async with sitting_at(story=STORY) as person:
        person.fault("delay", method="GET", path="*/configmaps*", seconds=3600)
        await searches(person, "Reading ConfigMaps …")
        await person.presses("escape", "Stopped; places found so far stay.", "3 places")
        await person.reads("#rows", "! Not read: the rest")
        await person.presses("escape", "Secrets  3")


async def test_kinds_that_could_not_be_read_are_named_when_the_token_is_not_found() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "pods"))]
    async with sitting_at(story=STORY[2:3], rules=rules) as person:
        await searches(person, "Token not found. Searched: 1 Secret.", "Not read: refused: ConfigMaps")


async def test_a_place_is_opened_and_escape_returns_to_the_places() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await searches(person, "4 places")
        await person.put_cursor("#changes", "Secret default/app DATABASE_URL")
        await person.presses("enter", "DATABASE_URL", "port")
        await person.presses("escape", "Leaked token in default", "4 places")
        await person.put_cursor("#changes", "Secret default/mysecret password")
        await person.press("colon")
        await person.fills("who can", "enter")
        await person.sees("Who can read  default/mysecret")
        await person.presses("escape", "Leaked token in default")


async def test_the_token_is_dropped_with_the_screen_and_under_the_cover() -> None:
    async with sitting_at(story=STORY[1:2], size=(120, 36)) as person:
        await searches(person, "1 place")
        assert not list(texts_held(person, TOKEN))
        await person.presses("enter", "DATABASE_URL", "port")
        await person.press("ctrl+l")
        await person.presses("enter", "DATABASE_URL")
        assert not values_held(TOKEN)
        await person.presses("escape", "Leaked token in default")
        await person.presses("I", "The cover dropped the token. Type :leak to search again.")
        await person.presses("escape", "Secrets  1")


async def test_no_reveal_refuses_it_and_read_only_changes_nothing() -> None:
    async with sitting_at(story=STORY, settings=Settings(no_reveal=True)) as person:
        await person.press("colon")
        await person.fills("leak", "enter")
        await person.sees("leak: no reveal: values cannot be searched here.")
    async with sitting_at(story=STORY, settings=Settings(read_only=True)) as person:
        await searches(person, "4 places")
        await person.presses("I", "Read-only: Secrets cannot be changed here.")


async def test_the_value_of_a_key_is_searched_without_typing_it() -> None:
    async with sitting_at(story=STORY) as person:
        await person.open(WHOLE, key="password")
        await asks(person, "looks for  the value of password")
        await person.presses("enter", "4 places")
