"""Watches: from a version on, in order, with bookmarks, until the version is too old."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from tests.contract.planes import Plane, values
from tests.contract.test_read import pages_of
from tests.session.cluster_session import pod_object
from tui.cluster import client as cluster_module
from tui.cluster.api.resources import SECRETS, reader_resource
from tui.cluster.api.watch_events import WatchEvent
from tui.cluster.client import Cluster
from tui.model.draft.draft import Changes
from tui.model.errors import Expired
from tui.model.readers.pods import PODS
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import OPAQUE

NOTHING: frozenset[str] = frozenset()


async def version_of(cluster: Cluster, namespace: str) -> str:
    return (await pages_of(cluster, namespace))[-1].resource_version


async def test_a_new_watch_begins_with_a_bookmark_of_its_version(cluster: Cluster, plane: Plane) -> None:
    version = await version_of(cluster, plane.namespace)
    async with aclosing(cluster.watch(SECRETS, plane.namespace, version)) as events:
        assert await anext(events) == WatchEvent("bookmark", None, version)


async def test_a_watch_delivers_the_changes_since_its_version_in_order(
    cluster: Cluster, ref: SecretRef
) -> None:
    version = await version_of(cluster, ref.namespace)
    first = (await cluster.create(ref, OPAQUE, values(password="old"))).secret
    second = (
        await cluster.write(ref, first.uid, first.resource_version, Changes(values(added="x"), NOTHING))
    ).secret
    await cluster.delete(ref, second.uid, second.resource_version)
    async with aclosing(cluster.watch(SECRETS, ref.namespace, version)) as events:
        seen = [await _next(events) for _ in range(3)]
    assert [event.kind for event in seen] == ["put", "put", "gone"]
    rows = [event.row for event in seen if event.row is not None]
    assert [row.ref for row in rows] == [ref] * 3
    assert [row.key_count for row in rows] == [1, 2, 2]
    assert [row.resource_version for row in rows][:2] == [first.resource_version, second.resource_version]


async def _next(events: object) -> WatchEvent[SecretSummary]:
    """Return the next event that is no bookmark."""
    while True:
        event: WatchEvent[SecretSummary] = await anext(events)  # type: ignore[call-overload]
        if event.kind != "bookmark":
            return event


async def test_all_namespaces_can_be_watched(cluster: Cluster, ref: SecretRef) -> None:
    version = (await pages_of(cluster, None))[-1].resource_version
    async with aclosing(cluster.watch(SECRETS, None, version)) as events:
        await anext(events)
        await cluster.create(ref, OPAQUE, {})
        event = await _next(events)
    assert event.row is not None
    assert event.row.ref == ref


async def test_a_watch_of_one_name_leaves_out_other_secrets(cluster: Cluster, plane: Plane) -> None:
    version = await version_of(cluster, plane.namespace)
    for name in ("other", "db"):
        await cluster.create(SecretRef(plane.namespace, name), OPAQUE, {})
    async with aclosing(cluster.watch(SECRETS, plane.namespace, version, name="db")) as events:
        one = await _next(events)
    assert one.row is not None
    assert one.row.ref.name == "db"


async def test_a_bookmark_moves_the_version_on(
    cluster: Cluster, plane: Plane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "WATCH_SECONDS", 6)  # a server sends one before it ends a watch
    version = await version_of(cluster, plane.namespace)
    async with aclosing(cluster.watch(SECRETS, plane.namespace, version)) as events:
        await anext(events)
        await cluster.create(SecretRef("default", "moves-the-version"), OPAQUE, {})
        bookmark = await anext(events)
        while bookmark.resource_version == version:
            bookmark = await anext(events)
    assert (bookmark.kind, bookmark.row) == ("bookmark", None)
    assert int(bookmark.resource_version) > int(version)


async def test_a_watch_from_a_compacted_version_is_reported_as_expired(forgetful: Plane) -> None:
    async with forgetful.cluster() as cluster:
        version = await version_of(cluster, forgetful.namespace)
        await cluster.create(SecretRef(forgetful.namespace, "db"), OPAQUE, {})
        await forgetful.remove("secrets", "db")
        await forgetful.forget()
        with pytest.raises(Expired):
            async with aclosing(cluster.watch(SECRETS, forgetful.namespace, version)) as events:
                async for _ in events:
                    pass


async def test_a_watch_of_pods_names_the_secrets_that_a_new_pod_reads(cluster: Cluster, plane: Plane) -> None:
    async with aclosing(cluster.pages(reader_resource(PODS), plane.namespace)) as pages:
        version = [page async for page in pages][-1].resource_version
    await plane.put(pod_object("web", "db", namespace=plane.namespace))
    async with aclosing(cluster.watch(reader_resource(PODS), plane.namespace, version)) as events:
        kinds: list[str] = []
        while not kinds or kinds[-1] == "bookmark":
            event = await anext(events)
            kinds.append(event.kind)
    assert event.row is not None
    assert [use.secret for use in event.row.uses] == ["db"]
