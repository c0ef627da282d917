"""Search for a leaked token in every Secret, Helm record and ConfigMap; each refused list is a gap."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, Final

import pytest

from tests.session.cluster_session import ClusterSession, cluster_session, secret_object
from tests.ui.test_helm import kept
from tui.embedded.users import Rule
from tui.model.secret.types.registry import SERVICE_ACCOUNT_TOKEN
from tui.session.several.leak_search import LeakSearch

TOKEN: Final = "tok/en-made-up-7731"
Obj = dict[str, Any]


def config_map(name: str, data: dict[str, str], binary: dict[str, bytes] | None = None) -> Obj:
    packed = {key: b64encode(value).decode() for key, value in (binary or {}).items()}
    return {
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": data,
        "binaryData": packed,
    }


AUTH: Final = b64encode(f"ann:{TOKEN}".encode()).decode()
STORY: Final = (
    secret_object("whole", {"password": f"{TOKEN}\n".encode(), "user": b"ann"}),
    secret_object(
        "url", {"DATABASE_URL": b"postgres://ann:tok%2Fen-made-up-7731@db.test/x"}, namespace="web"
    ),
    secret_object("twice", {"token": b64encode(TOKEN.encode())}),
    secret_object("docker", {"config": json.dumps({"auths": {"ghcr.io": {"auth": AUTH}}}).encode()}),
    secret_object("account", {"token": TOKEN.encode()}) | {"type": SERVICE_ACCOUNT_TOKEN},
    secret_object("other", {"password": b"tok/en-made-up-7732", "user": b"ann"}),
    kept(1, "app", config={"auth": {"token": TOKEN}}),
    kept(2, "app", config={"auth": {"token": "another-made-up"}}),
    config_map("settings", {"app.json": json.dumps({"a": TOKEN}), "b": "c"}, {"c": TOKEN.encode()}),
    config_map("plain", {"a": "b"}),
)
PLACES: Final = [
    ("default/account", "token", "whole value"),
    ("default/docker", "config", "in base64, auths.ghcr.io.password of the docker config"),
    ("default/twice", "token", "in base64, whole value"),
    ("default/whole", "password", "whole value"),
    ("web/url", "DATABASE_URL", "percent-encoded, password of the postgres URL"),
    ("default/sh.helm.release.v1.app.v1", "release", "values.auth.token of the Helm release"),
    ("ConfigMap default/settings", "app.json", "a of the JSON"),
    ("ConfigMap default/settings", "c", "whole value"),
]


async def searched(here: ClusterSession, token: str = TOKEN) -> LeakSearch:
    search = LeakSearch(here.session, token, names_leaves=True)
    messages = list[str]()
    await search.run(lambda: messages.append(search.progress))
    assert messages[-1] == "" and not [words for words in messages if token in words]
    return search


def places(search: LeakSearch) -> list[tuple[str, str, str]]:
    return [(place.title, place.holding.key, place.holding.words) for place in search.places]


async def test_every_place_is_found_with_how_it_holds_the_token() -> None:
    async with cluster_session(namespace=None, story=STORY) as here:
        before = len(here.asked("GET", "/secrets"))
        search = await searched(here)
        assert places(search) == PLACES
        assert search.found_words == "5 Secrets, 1 Helm record and 1 ConfigMap"
        assert search.read_words == "6 Secrets, 2 Helm records and 2 ConfigMaps"
        assert len(here.asked("GET", "/secrets")) == before + 4, "two lists, and each record of Helm"
        assert not search.gaps and TOKEN not in repr((search.places, search.result))


async def test_a_search_of_one_namespace_finds_its_places_alone() -> None:
    async with cluster_session(namespace="web", story=STORY) as here:
        assert places(await searched(here)) == [place for place in PLACES if place[0].startswith("web/")]


async def test_a_token_that_is_base64_is_found_as_the_text_that_it_encodes() -> None:
    async with cluster_session(namespace=None, story=STORY) as here:
        search = await searched(here, b64encode(TOKEN.encode()).decode())
        assert ("default/twice", "token", "whole value") in places(search)
        assert ("default/whole", "password", "decoded from base64, whole value") in places(search)


@pytest.mark.parametrize(
    ("missing", "gap", "left"),
    [
        ("secrets", ["Secrets", "Helm records"], PLACES[6:]),
        ("configmaps", ["ConfigMaps"], PLACES[:6]),
    ],
)
async def test_a_list_that_is_refused_is_a_gap(
    missing: str, gap: list[str], left: list[tuple[str, str, str]]
) -> None:
    rules = [Rule(("get", "list", "watch"), (kind,)) for kind in ("secrets", "configmaps") if kind != missing]
    jane: Any = {"user": "jane", "users": {"jane": rules}, "start": False}
    async with cluster_session(namespace=None, story=STORY, **jane) as here:
        search = await searched(here)
        assert [each.what for each in search.gaps] == gap
        assert places(search) == left


async def test_helm_records_that_cannot_be_read_are_named() -> None:
    story = [*STORY, kept(3, "cut", chart="x")]
    async with cluster_session(namespace=None, story=story) as here:
        search = await searched(here)
        assert [str(ref) for ref, _ in search.result.unread] == ["default/sh.helm.release.v1.cut.v3"]
        assert places(search) == PLACES


async def test_a_search_that_forgot_its_token_keeps_the_places_alone() -> None:
    async with cluster_session(namespace=None, story=STORY) as here:
        search = await searched(here)
        search.forget()
        assert places(search) == PLACES and not search.has_token
        assert search.result.sought.reveal() == b""
