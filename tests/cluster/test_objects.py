"""Objects of any kind: what is served, schemas, lists in chunks, patches, statuses, and refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.planes import opened
from tests.embedded.kinds import GROUP, definition, deployment, key
from tests.faulty_cluster.server import FaultyCluster
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import Target
from tui.embedded.users import Rule
from tui.model.api_object import DEPLOYMENT, POD, ApiKind, ObjectRef
from tui.model.errors import Conflict, Forbidden, NotFound

KEY = ApiKind(GROUP, "v1", "keys", "Key")
MINE = ObjectRef(KEY, "default", "mine")
WEB = ObjectRef(DEPLOYMENT, "default", "web")
RESTART = {"spec": {"template": {"metadata": {"annotations": {"example.test/restarted": "made-up-1"}}}}}


@pytest.fixture
async def embedded() -> AsyncIterator[FaultyCluster]:
    """A Deployment, a custom kind, and one object of it."""
    async with FaultyCluster([definition(), key("mine", secretName="db"), deployment("web")]) as started:
        yield started


@pytest.fixture
async def cluster(embedded: FaultyCluster) -> AsyncIterator[Cluster]:
    async with opened(_target(embedded)) as found:
        yield found


def _target(embedded: FaultyCluster, user: str = "admin") -> Target:
    return Target("e", "e", user, embedded.url, "default", token=embedded.users[user].token)


async def all_of(cluster: Cluster, kind: ApiKind, namespace: str | None = None) -> list[list[str]]:
    """The names of each chunk."""
    return [
        [one["metadata"]["name"] for one in page] async for page in cluster.objects.pages(kind, namespace)
    ]


async def test_what_is_served_is_discovered_in_its_preferred_version(cluster: Cluster) -> None:
    served = await cluster.objects.served()
    assert KEY in served and DEPLOYMENT in served
    assert ApiKind("storage.k8s.io", "v1", "storageclasses", "StorageClass", is_namespaced=False) in served
    assert [kind.version for kind in served if kind.resource == "keys"] == ["v1"]
    assert all(kind.group for kind in served)


async def test_schemas_are_those_of_the_custom_kinds(cluster: Cluster) -> None:
    schemas = (await cluster.objects.schemas(KEY.api))["components"]["schemas"]
    named = {"group": GROUP, "kind": "Key", "version": "v1"}
    (mine,) = (one for one in schemas.values() if named in one.get("x-kubernetes-group-version-kind", ()))
    assert mine["properties"]["spec"]["properties"]["secretName"] == {"type": "string"}
    assert (await cluster.objects.schemas("apps/v1"))["components"]["schemas"] == {}
    with pytest.raises(NotFound):
        await cluster.objects.schemas("absent.example.test/v1")


async def test_a_list_comes_in_chunks(embedded: FaultyCluster, cluster: Cluster) -> None:
    for number in range(1200):
        embedded.store.put(
            key(f"key-{number:04}") | {"metadata": {"name": f"k-{number:04}", "namespace": "b"}}
        )
    pages = await all_of(cluster, KEY)
    assert [len(page) for page in pages] == [500, 500, 201]
    assert pages[0][:2] == ["k-0000", "k-0001"] and pages[2][-1] == "mine"
    assert await all_of(cluster, KEY, "default") == [["mine"]]


async def test_an_object_is_read_in_each_served_version(cluster: Cluster) -> None:
    assert (await cluster.objects.get(MINE))["spec"] == {"secretName": "db"}
    older = MINE._replace(kind=KEY._replace(version="v1beta1"))
    assert (await cluster.objects.get(older))["apiVersion"] == f"{GROUP}/v1beta1"
    with pytest.raises(NotFound):
        await cluster.objects.get(MINE._replace(kind=KEY._replace(version="v1alpha1")))


async def test_a_patch_changes_what_it_names_and_counts_generations(cluster: Cluster) -> None:
    before = await cluster.objects.get(WEB)
    rehearsed = await cluster.objects.patch(WEB, RESTART, dry_run=True)
    assert rehearsed["spec"] != before["spec"]
    assert await cluster.objects.get(WEB) == before
    after = await cluster.objects.patch(WEB, RESTART)
    assert after["spec"] == rehearsed["spec"]
    assert (before["metadata"]["generation"], after["metadata"]["generation"]) == (1, 2)
    annotated = await cluster.objects.patch(WEB, {"metadata": {"annotations": {"a": "b"}}})
    assert annotated["metadata"]["generation"] == 2
    assert annotated["metadata"]["resourceVersion"] != after["metadata"]["resourceVersion"]
    again = await cluster.objects.patch(WEB, {"metadata": {"annotations": {"a": "b"}}})
    assert again["metadata"]["resourceVersion"] == annotated["metadata"]["resourceVersion"]


async def test_a_patch_of_an_older_version_is_refused(cluster: Cluster) -> None:
    version = (await cluster.objects.get(WEB))["metadata"]["resourceVersion"]
    await cluster.objects.patch(WEB, RESTART)
    with pytest.raises(Conflict):
        await cluster.objects.patch(WEB, {"metadata": {"resourceVersion": version}, "spec": {"paused": True}})


async def test_a_patch_does_not_reach_the_status(cluster: Cluster) -> None:
    assert "status" not in await cluster.objects.patch(MINE, {"status": {"phase": "made up"}})


async def test_a_status_is_put_and_nothing_else(cluster: Cluster) -> None:
    whole = await cluster.objects.get(MINE)
    whole["status"] = {"conditions": [{"type": "Issuing", "status": "True"}]}
    whole["spec"] = {"secretName": "another"}
    whole["metadata"]["annotations"] = {"a": "b"}
    rehearsed = await cluster.objects.put_status(MINE, whole, dry_run=True)
    assert rehearsed["status"] == whole["status"] and "status" not in await cluster.objects.get(MINE)
    after = await cluster.objects.put_status(MINE, whole)
    assert after["status"] == whole["status"]
    assert after["spec"] == {"secretName": "db"} and "annotations" not in after["metadata"]
    assert after["metadata"]["generation"] == 1
    with pytest.raises(Conflict):
        await cluster.objects.put_status(MINE, whole | {"status": {}})


async def test_a_kind_without_the_subresource_has_its_status_in_the_object(
    embedded: FaultyCluster, cluster: Cluster
) -> None:
    embedded.store.put(definition(has_status=False))
    assert (await cluster.objects.patch(MINE, {"status": {"a": 1}}))["status"] == {"a": 1}
    with pytest.raises(NotFound):
        await cluster.objects.put_status(MINE, await cluster.objects.get(MINE))


async def test_what_is_absent_is_said(cluster: Cluster) -> None:
    for name in ("get", "patch"):
        with pytest.raises(NotFound):
            await getattr(cluster.objects, name)(
                MINE._replace(name="other"), *([{}] if name == "patch" else [])
            )
    with pytest.raises(NotFound):
        await all_of(cluster, ApiKind("absent.example.test", "v1", "things", "Thing"))


async def test_rights_hold_for_every_kind(embedded: FaultyCluster) -> None:
    """As with cert-manager's aggregated role: a status may be put that may not be patched."""
    rules = [Rule(["get"], ["keys"], groups=[GROUP]), Rule(["update"], ["keys/status"], groups=[GROUP])]
    embedded.users.add("jane", rules=rules)
    async with opened(_target(embedded, "jane")) as cluster:
        whole = await cluster.objects.get(MINE)
        assert (await cluster.objects.put_status(MINE, whole | {"status": {"a": 1}}))["status"] == {"a": 1}
        refused: list[Any] = [
            cluster.objects.patch(MINE, {}),
            all_of(cluster, KEY, "default"),
            cluster.objects.get(WEB),
        ]
        for one in refused:
            with pytest.raises(Forbidden):
                await one


async def test_events_are_chosen_by_what_they_are_about(embedded: FaultyCluster, cluster: Cluster) -> None:
    for number, kind in enumerate(("Pod", "Deployment")):
        about = {"kind": kind, "name": "web-1", "namespace": "default"}
        meta = {"name": f"web-1.{number}", "namespace": "default"}
        embedded.store.put(
            {
                "kind": "Event",
                "metadata": meta,
                "type": "Warning",
                "reason": "Failed",
                "involvedObject": about,
            }
        )
    events = ApiKind("", "v1", "events", "Event")
    query = [("fieldSelector", "type=Warning,involvedObject.kind=Pod,involvedObject.name=web-1")]
    found = [one async for page in cluster.objects.pages(events, "default", query=query) for one in page]
    assert [one["metadata"]["name"] for one in found] == ["web-1.0"]
    assert await all_of(cluster, POD) == [[]]
