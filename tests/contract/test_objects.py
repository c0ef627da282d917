"""Objects of any kind: discovery, versions, patches, statuses, and refusals."""

from __future__ import annotations

import pytest

from tests.contract.planes import Plane
from tests.embedded.kinds import definition, deployment, key
from tui.cluster.client import Cluster
from tui.model.api_object import DEPLOYMENT, ApiKind, ObjectRef
from tui.model.errors import Conflict, Invalid, NotFound

RESTART = {"spec": {"template": {"metadata": {"annotations": {"example.test/restarted": "made-up-1"}}}}}


@pytest.fixture
async def web(plane: Plane) -> ObjectRef:
    await plane.put(deployment("web", namespace=plane.namespace))
    return ObjectRef(DEPLOYMENT, plane.namespace, "web")


@pytest.fixture
async def mine(plane: Plane) -> ObjectRef:
    """Object of a custom kind that no other test uses."""
    group = f"{plane.namespace}.example.test"
    await plane.define(definition(group))
    await plane.put(key("mine", group=group, namespace=plane.namespace, secretName="db"))
    return ObjectRef(ApiKind(group, "v1", "keys", "Key"), plane.namespace, "mine")


async def test_discovery_lists_each_kind_in_its_preferred_version(cluster: Cluster, mine: ObjectRef) -> None:
    served, stale = await cluster.objects.served()
    assert not stale
    assert mine.kind in served and DEPLOYMENT in served
    assert ApiKind("storage.k8s.io", "v1", "storageclasses", "StorageClass", is_namespaced=False) in served
    assert [kind.version for kind in served if kind.group == mine.kind.group] == ["v1"]
    assert all(kind.group for kind in served)


async def test_an_object_is_read_in_each_served_version(cluster: Cluster, mine: ObjectRef) -> None:
    assert (await cluster.objects.get(mine))["spec"] == {"secretName": "db"}
    older = mine._replace(kind=mine.kind._replace(version="v1beta1"))
    assert (await cluster.objects.get(older))["apiVersion"] == f"{mine.kind.group}/v1beta1"
    with pytest.raises(NotFound):
        await cluster.objects.get(mine._replace(kind=mine.kind._replace(version="v1alpha1")))


async def test_a_patch_changes_what_it_names_and_counts_generations(cluster: Cluster, web: ObjectRef) -> None:
    before = await cluster.objects.get(web)
    dry_run = await cluster.objects.patch(web, RESTART, dry_run=True)
    assert dry_run["spec"] != before["spec"]
    assert await cluster.objects.get(web) == before
    after = await cluster.objects.patch(web, RESTART)
    assert after["spec"] == dry_run["spec"]
    assert (before["metadata"]["generation"], after["metadata"]["generation"]) == (1, 2)


@pytest.mark.parametrize(("kind", "generation"), [("web", 2), ("mine", 1)])
async def test_an_annotation_counts_as_a_generation_of_deployments_alone(
    cluster: Cluster, web: ObjectRef, mine: ObjectRef, kind: str, generation: int
) -> None:
    ref = {"web": web, "mine": mine}[kind]
    once = await cluster.objects.patch(ref, {"metadata": {"annotations": {"a": "b"}}})
    again = await cluster.objects.patch(ref, {"metadata": {"annotations": {"a": "b"}}})
    assert once["metadata"]["generation"] == generation
    assert again["metadata"]["resourceVersion"] == once["metadata"]["resourceVersion"]


@pytest.mark.parametrize("kind", ["web", "mine"])
async def test_an_annotation_that_is_no_text_is_refused(
    cluster: Cluster, web: ObjectRef, mine: ObjectRef, kind: str
) -> None:
    with pytest.raises(Invalid):
        await cluster.objects.patch({"web": web, "mine": mine}[kind], {"metadata": {"annotations": {"a": 1}}})


async def test_a_patch_of_an_older_version_is_refused(cluster: Cluster, web: ObjectRef) -> None:
    version = (await cluster.objects.get(web))["metadata"]["resourceVersion"]
    await cluster.objects.patch(web, RESTART)
    with pytest.raises(Conflict):
        await cluster.objects.patch(web, {"metadata": {"resourceVersion": version}, "spec": {"paused": True}})


async def test_a_patch_does_not_reach_the_status(cluster: Cluster, mine: ObjectRef) -> None:
    assert "status" not in await cluster.objects.patch(mine, {"status": {"phase": "made up"}})


async def test_putting_a_status_changes_neither_spec_nor_annotations(
    cluster: Cluster, mine: ObjectRef
) -> None:
    whole = await cluster.objects.get(mine)
    whole["status"] = {"conditions": [{"type": "Issuing", "status": "True"}]}
    whole["spec"] = {"secretName": "another"}
    whole["metadata"]["annotations"] = {"a": "b"}
    dry_run = await cluster.objects.put_status(mine, whole, dry_run=True)
    assert dry_run["status"] == whole["status"] and "status" not in await cluster.objects.get(mine)
    after = await cluster.objects.put_status(mine, whole)
    assert after["status"] == whole["status"]
    assert after["spec"] == {"secretName": "db"} and "annotations" not in after["metadata"]
    assert after["metadata"]["generation"] == 1
    with pytest.raises(Conflict):
        await cluster.objects.put_status(mine, whole | {"status": {}})


async def test_a_missing_object_or_kind_is_reported_as_not_found(cluster: Cluster, mine: ObjectRef) -> None:
    other = mine._replace(name="other")
    for asked in (cluster.objects.get(other), cluster.objects.patch(other, {"spec": {}})):
        with pytest.raises(NotFound):
            await asked
    with pytest.raises(NotFound):
        async for _ in cluster.objects.pages(ApiKind("absent.example.test", "v1", "things", "Thing"), None):
            pass


async def test_a_status_without_a_version_is_refused(cluster: Cluster, mine: ObjectRef) -> None:
    whole = await cluster.objects.get(mine)
    del whole["metadata"]["resourceVersion"]
    with pytest.raises(Invalid):
        await cluster.objects.put_status(mine, whole | {"status": {"a": 1}})
