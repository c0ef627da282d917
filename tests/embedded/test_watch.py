"""Watches over the wire: live changes, bookmarks, expiry, and their end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.embedded.conftest import NOW, Caller
from tui.embedded.http.faults import Fault
from tui.embedded.server import EmbeddedCluster

SECRETS = "/api/v1/namespaces/default/secrets"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


class Stream:
    """The events of one open watch."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            event: dict[str, Any] = json.loads(await self.response.content.readline())
        return event

    async def has_ended(self) -> bool:
        async with asyncio.timeout(5):
            return await self.response.content.readline() == b""


@asynccontextmanager
async def watching(call: Caller, query: str = "", **headers: str) -> AsyncIterator[Stream]:
    sent = {"Authorization": f"Bearer {call.cluster.token}", "Accept-Encoding": "identity"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with call.session.get(f"{SECRETS}?watch=1{query}", headers=sent) as response:
        yield Stream(response)


def put(cluster: EmbeddedCluster, name: str, **parts: Any) -> str:
    labels = parts.pop("labels", {})
    stored = cluster.store.put({"kind": "Secret", "metadata": {"name": name, "labels": labels}, **parts})
    version: str = stored["metadata"]["resourceVersion"]
    return version


async def test_changes_arrive_as_they_happen(cluster: EmbeddedCluster, call: Caller) -> None:
    start = put(cluster, "a")
    async with watching(call, f"&resourceVersion={start}") as stream:
        version = put(cluster, "b")
        event = await stream.next()
        assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "b")
        assert event["object"]["metadata"]["resourceVersion"] == version
        await call("PATCH", f"{SECRETS}/b", {"data": {"k": "YQ=="}})
        assert (await stream.next())["type"] == "MODIFIED"
        cluster.store.delete("secrets", "default", "b")
        gone = await stream.next()
        assert gone["type"] == "DELETED"
        assert int(gone["object"]["metadata"]["resourceVersion"]) == cluster.store.version


async def test_other_namespaces_and_kinds_are_not_seen(cluster: EmbeddedCluster, call: Caller) -> None:
    start = put(cluster, "a")
    async with watching(call, f"&resourceVersion={start}") as stream:
        cluster.store.put({"kind": "Secret", "metadata": {"name": "x", "namespace": "other"}})
        cluster.store.put({"kind": "ServiceAccount", "metadata": {"name": "y"}})
        put(cluster, "mine")
        assert (await stream.next())["object"]["metadata"]["name"] == "mine"


async def test_what_stops_matching_is_deleted(cluster: EmbeddedCluster, call: Caller) -> None:
    start = put(cluster, "a")
    async with watching(call, f"&fieldSelector=type%3DOpaque&resourceVersion={start}") as stream:
        put(cluster, "a", type="example.com/other")
        gone = await stream.next()
        assert gone["type"] == "DELETED"
        assert gone["object"]["type"] == "Opaque"
        put(cluster, "a")
        assert (await stream.next())["type"] == "ADDED"


async def test_columns_come_once(cluster: EmbeddedCluster, call: Caller) -> None:
    put(cluster, "a")
    async with watching(call, Accept=TABLE) as stream:
        first = (await stream.next())["object"]
        assert [column["name"] for column in first["columnDefinitions"]] == ["Name", "Type", "Data", "Age"]
        put(cluster, "b")
        assert (await stream.next())["object"]["columnDefinitions"] is None


async def test_bookmarks_come_at_the_pace_asked_for() -> None:
    async with EmbeddedCluster(now=lambda: NOW, bookmark_every=0.01) as cluster:
        version = put(cluster, "a")
        async with aiohttp.ClientSession(cluster.url) as session:
            call = Caller(cluster, session)
            query = f"&resourceVersion={version}&allowWatchBookmarks=true"
            async with watching(call, query) as plain, watching(call, query, Accept=TABLE) as tables:
                event = await plain.next()
                assert event["type"] == "BOOKMARK"
                assert event["object"] == {
                    "kind": "Secret",
                    "apiVersion": "v1",
                    "metadata": {"resourceVersion": version},
                }
                table = (await tables.next())["object"]
                assert table["metadata"] == {"resourceVersion": version}
                assert len(table["rows"]) == 1


async def test_no_bookmark_unasked() -> None:
    async with EmbeddedCluster(now=lambda: NOW, bookmark_every=0.001) as cluster:
        version = put(cluster, "a")
        async with (
            aiohttp.ClientSession(cluster.url) as session,
            watching(Caller(cluster, session), f"&resourceVersion={version}") as stream,
        ):
            put(cluster, "b")
            assert (await stream.next())["type"] == "ADDED"


async def test_a_version_that_is_forgotten_is_gone(cluster: EmbeddedCluster, call: Caller) -> None:
    old = put(cluster, "a")
    put(cluster, "b")
    cluster.store.compact()
    async with watching(call, f"&resourceVersion={old}") as stream:
        event = await stream.next()
        assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
        assert event["object"]["reason"] == "Expired"
        assert await stream.has_ended()


async def test_watches_are_ended_to_order(cluster: EmbeddedCluster, call: Caller) -> None:
    put(cluster, "a")
    async with watching(call) as plain, watching(call, Accept=TABLE) as table:
        await plain.next()
        await table.next()
        cluster.end_watches(is_expired=True)
        for stream in (plain, table):
            event = await stream.next()
            assert (event["type"], event["object"]["kind"]) == ("ERROR", "Status")
            assert await stream.has_ended()
    cluster.faults.add(Fault("close_watch"))
    async with watching(call) as stream:
        await stream.next()
        assert await stream.has_ended()
    cluster.faults.add(Fault("gone_watch"))
    async with watching(call) as stream:
        await stream.next()
        assert (await stream.next())["object"]["code"] == 410


async def test_the_log_forgets_the_oldest(cluster: EmbeddedCluster) -> None:
    shelf = cluster.store.shelves["secrets"]
    first = int(put(cluster, "a"))
    for number in range(10_000):
        put(cluster, "a", data={"k": f"{number:08d}"})
    assert shelf.forgotten >= first
