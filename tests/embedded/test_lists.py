"""Lists over many objects: chunks on one snapshot, gzip, and a clock that stands still."""

from __future__ import annotations

import gzip
from typing import Any

import aiohttp
import pytest

from tests.embedded.conftest import NOW, Caller
from tui.embedded.demo import generate
from tui.embedded.objects.times import age, rfc3339
from tui.embedded.server import EmbeddedCluster

SECRETS = "/api/v1/namespaces/default/secrets"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


def names(body: dict[str, Any]) -> list[str]:
    return [item["metadata"]["name"] for item in body["items"]]


async def test_chunks_show_one_moment(cluster: EmbeddedCluster, call: Caller) -> None:
    for number in range(5):
        cluster.store.put({"kind": "Secret", "metadata": {"name": f"s{number}"}, "data": {"k": ""}})
    first = (await call("GET", f"{SECRETS}?limit=2")).body
    assert names(first) == ["s0", "s1"]
    assert first["metadata"]["remainingItemCount"] == 3
    cluster.store.delete("secrets", "default", "s2")
    cluster.store.put({"kind": "Secret", "metadata": {"name": "s3"}, "data": {"k": "bmV3"}})
    cluster.store.put({"kind": "Secret", "metadata": {"name": "s35"}})
    rest = (await call("GET", f"{SECRETS}?continue={first['metadata']['continue']}")).body
    assert names(rest) == ["s2", "s3", "s4"]
    assert rest["items"][1]["data"] == {"k": ""}
    assert rest["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert names((await call("GET", SECRETS)).body) == ["s0", "s1", "s3", "s35", "s4"]


async def test_under_a_selector_nothing_says_how_many_remain(cluster: EmbeddedCluster, call: Caller) -> None:
    for number in range(4):
        cluster.store.put({"kind": "Secret", "metadata": {"name": f"s{number}"}})
    meta = (await call("GET", f"{SECRETS}?limit=2&fieldSelector=type%3DOpaque")).body["metadata"]
    assert "continue" in meta
    assert "remainingItemCount" not in meta


async def test_lists_are_in_the_order_of_etcds_keys(cluster: EmbeddedCluster, call: Caller) -> None:
    for namespace in ("a", "a-b", "ab"):
        cluster.store.put({"kind": "Secret", "metadata": {"name": "x", "namespace": namespace}})
    body = (await call("GET", "/api/v1/secrets")).body
    assert [item["metadata"]["namespace"] for item in body["items"]] == ["a-b", "a", "ab"]


async def test_large_answers_are_packed_if_asked(cluster: EmbeddedCluster) -> None:
    value = "QUFB" * 50_000
    cluster.store.put({"kind": "Secret", "metadata": {"name": "large"}, "data": {"k": value}})
    async with aiohttp.ClientSession(cluster.url, auto_decompress=False) as session:
        for encoding, is_packed in (("gzip", True), ("identity", False)):
            headers = {"Authorization": f"Bearer {cluster.token}", "Accept-Encoding": encoding}
            async with session.get(SECRETS, headers=headers) as answer:
                raw = await answer.read()
            assert (answer.headers.get("Content-Encoding") == "gzip") is is_packed
            assert value.encode() in (gzip.decompress(raw) if is_packed else raw)
            async with session.get(f"{SECRETS}/none", headers=headers) as small:
                assert "Content-Encoding" not in small.headers


async def test_ages_and_stamps_are_by_the_clusters_clock(cluster: EmbeddedCluster, call: Caller) -> None:
    stamp = rfc3339(NOW - 5 * 86_400)
    cluster.store.put({"kind": "Secret", "metadata": {"name": "old", "creationTimestamp": stamp}})
    created = await call("POST", SECRETS, {"metadata": {"name": "new"}})
    assert created.body["metadata"]["creationTimestamp"] == rfc3339(NOW)
    assert created.body["metadata"]["managedFields"][0]["time"] == rfc3339(NOW)
    table = (await call("GET", SECRETS, Accept=TABLE)).body
    assert [row["cells"][3] for row in table["rows"]] == ["0s", "5d"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0s"), (119, "1m"), (10_860, "3h"), (176_400, "2d"), (252_288_000, "8y")],
)
def test_ages_are_in_their_largest_unit(seconds: int, text: str) -> None:
    assert age(rfc3339(NOW - seconds), NOW) == text


async def test_generated_objects_are_the_same_each_time() -> None:
    made = list(generate.records(7, secrets=300, pods=60, namespaces=4))
    again = list(generate.records(7, secrets=300, pods=60, namespaces=4))
    assert [one.obj for one in made] == [one.obj for one in again]
    other = list(generate.records(8, secrets=300))
    assert made[5].obj["data"] != other[2].obj["data"]
    async with EmbeddedCluster(records=made) as cluster, aiohttp.ClientSession(cluster.url) as session:
        call = Caller(cluster, session)
        found: list[str] = []
        query = "?limit=70"
        while query:
            body = (await call("GET", f"/api/v1/secrets{query}")).body
            found += [f"{item['metadata']['namespace']}/{item['metadata']['name']}" for item in body["items"]]
            token = body["metadata"].get("continue")
            query = f"?limit=70&continue={token}" if token else ""
        assert found == sorted(one.key for one in made if one.kind.plural == "secrets")
        changed = await call(
            "PATCH", f"/api/v1/namespaces/{found[0].replace('/', '/secrets/')}", {"data": {}}
        )
        assert changed.status == 200
        assert len((await call("GET", "/api/v1/pods?limit=500")).body["items"]) == 60
