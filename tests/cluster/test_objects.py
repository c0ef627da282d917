"""Objects of any kind: lists in chunks, patches, statuses, and refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.planes import opened
from tests.embedded.kinds import GROUP, definition, deployment, key
from tests.faulty_cluster.server import FaultyCluster
from tui.cluster.client import Cluster
from tui.cluster.http.request import RequestInfo
from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.users import Rule
from tui.model.api_object import DEPLOYMENT, ApiKind, ObjectRef
from tui.model.errors import Forbidden

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


def _target(embedded: FaultyCluster, user: str = "admin") -> LoginTarget:
    return LoginTarget("e", "e", user, embedded.url, "default", token=embedded.users[user].token)


async def all_of(cluster: Cluster, kind: ApiKind, namespace: str | None = None) -> list[list[str]]:
    """Names of the objects in each chunk."""
    return [
        [one["metadata"]["name"] for one in page] async for page in cluster.objects.pages(kind, namespace)
    ]


async def test_a_list_comes_in_chunks(embedded: FaultyCluster, cluster: Cluster) -> None:
    for number in range(1200):
        embedded.store.put(
            key(f"key-{number:04}") | {"metadata": {"name": f"k-{number:04}", "namespace": "b"}}
        )
    pages = await all_of(cluster, KEY)
    assert [len(page) for page in pages] == [500, 500, 201]
    assert pages[0][:2] == ["k-0000", "k-0001"] and pages[2][-1] == "mine"
    assert await all_of(cluster, KEY, "default") == [["mine"]]


async def test_rights_hold_for_every_kind(embedded: FaultyCluster) -> None:
    """Use rights like cert-manager's aggregated role: a status may be put that may not be patched."""
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


async def test_a_refusal_for_a_cluster_scoped_kind_names_no_namespace(
    embedded: FaultyCluster,
) -> None:
    volumes = ApiKind("", "v1", "persistentvolumes", "PersistentVolume", is_namespaced=False)
    embedded.users.add("jane", rules=[])
    async with opened(_target(embedded, "jane")) as cluster:
        for verb, asked in (
            ("list persistentvolumes", all_of(cluster, volumes)),
            ("get persistentvolumes one", cluster.objects.get(ObjectRef(volumes, "", "one"))),
        ):
            with pytest.raises(Forbidden) as refused:
                await asked
            assert refused.value.sentence == f"Refused: you may not {verb} in this cluster."
    assert RequestInfo("list", "persistentvolumes", None, is_namespaced=False).what.endswith(
        " in this cluster"
    )


async def test_secrets_are_not_read_as_plain_objects(embedded: FaultyCluster, cluster: Cluster) -> None:
    secrets = ApiKind("", "v1", "secrets", "Secret")
    mine = ObjectRef(secrets, "default", "mine")
    with pytest.raises(ValueError, match="Secrets"):
        await all_of(cluster, secrets)
    for refused in (cluster.objects.get(mine), cluster.objects.patch(mine, {})):
        with pytest.raises(ValueError, match="Secrets"):
            await refused
    assert not [one for one in embedded.requests if "secrets" in one.path]
