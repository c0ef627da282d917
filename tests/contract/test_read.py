"""Lists, chunks, selectors, single Secrets, pods, namespaces."""

from __future__ import annotations

import base64
import json
from contextlib import aclosing
from typing import Any

import pytest

from tests.contract.planes import Plane, values
from tests.controlplane.users import NOBODY
from tests.others import secret_object
from tests.session.cluster_session import pod_object
from tui.cluster.api import paging
from tui.cluster.api.resources import SECRETS, reader_resource
from tui.cluster.api.watch_events import ListPage
from tui.cluster.client import Cluster
from tui.cluster.http.request import Answer
from tui.cluster.http.transport import Transport
from tui.model.errors import Forbidden, NotFound
from tui.model.managers.registry import OURS
from tui.model.readers.pods import PODS
from tui.model.secret.fields import LAST_APPLIED
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import Value


async def pages_of(cluster: Cluster, namespace: str | None) -> list[ListPage[SecretSummary]]:
    async with aclosing(cluster.pages(SECRETS, namespace)) as pages:
        return [page async for page in pages]


async def rows_of(cluster: Cluster, namespace: str | None) -> list[SecretSummary]:
    return [row for page in await pages_of(cluster, namespace) for row in page.rows]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)


async def test_a_row_of_the_list_has_the_version_type_keys_and_times_of_its_secret(
    cluster: Cluster, ref: SecretRef
) -> None:
    made = await cluster.create(ref, OPAQUE, values(username="admin", password="made up"))
    [row] = await rows_of(cluster, ref.namespace)
    assert (row.ref, row.uid, row.resource_version) == (ref, made.secret.uid, made.secret.resource_version)
    assert (row.type, row.key_count, row.keys) == (OPAQUE, 2, ("password", "username"))
    assert row.changed_by == "secret-tui"
    assert row.created is not None
    assert row.changed is not None
    assert row.changed >= row.created


async def test_the_list_of_secrets_comes_without_their_values(
    cluster: Cluster, ref: SecretRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies, send = list[bytes](), Transport.request

    async def request(*about: Any, **how: Any) -> Answer:
        answer = await send(*about, **how)
        bodies.append(answer.body)
        return answer

    await cluster.create(ref, OPAQUE, values(password="made up"))
    monkeypatch.setattr(Transport, "request", request)
    assert [row.ref for row in await rows_of(cluster, ref.namespace)] == [ref]
    assert len(bodies) == 1 and base64.b64encode(b"made up") not in bodies[0]


async def test_a_list_of_all_namespaces_has_the_namespace_of_each_row(plane: Plane, cluster: Cluster) -> None:
    await cluster.create(SecretRef(plane.namespace, "here"), OPAQUE, {})
    await cluster.create(SecretRef("default", "there"), OPAQUE, {})
    found = {row.key for row in await rows_of(cluster, None)}
    assert found >= {f"{plane.namespace}/here", "default/there"}


@pytest.mark.usefixtures("small_pages")
async def test_a_long_list_comes_in_chunks_of_one_version(plane: Plane, cluster: Cluster) -> None:
    for number in range(7):
        await cluster.create(SecretRef(plane.namespace, f"s{number}"), OPAQUE, {})
    pages = await pages_of(cluster, plane.namespace)
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert [page.remaining for page in pages] == [4, 1, 0]
    assert [page.is_last for page in pages] == [False, False, True]
    assert len({page.resource_version for page in pages}) == 1
    assert [row.ref.name for page in pages for row in page.rows] == [f"s{number}" for number in range(7)]


@pytest.mark.usefixtures("small_pages")
async def test_a_chunk_shows_the_version_of_its_list_not_what_came_later(
    plane: Plane, cluster: Cluster
) -> None:
    for number in range(4):
        await cluster.create(SecretRef(plane.namespace, f"s{number}"), OPAQUE, {})
    async with aclosing(cluster.pages(SECRETS, plane.namespace)) as pages:
        await anext(pages)
        await plane.remove("secrets", "s3")
        last = await anext(pages)
    assert [row.ref.name for row in last.rows] == ["s3"]


@pytest.mark.usefixtures("small_pages")
async def test_a_list_whose_continue_token_expired_goes_on_with_the_rest_of_a_later_version(
    forgetful: Plane,
) -> None:
    async with forgetful.cluster() as cluster:
        for number in range(5):
            await cluster.create(SecretRef(forgetful.namespace, f"s{number}"), OPAQUE, {})
        async with aclosing(cluster.pages(SECRETS, forgetful.namespace)) as pages:
            first = await anext(pages)
            await forgetful.remove("secrets", "s3")
            await forgetful.forget()
            last = await anext(pages)
    assert [row.ref.name for row in last.rows] == ["s4"]
    assert last.is_last
    assert last.resource_version == first.resource_version, "a watch has to begin where the list began"


async def test_every_byte_reads_back(cluster: Cluster, ref: SecretRef) -> None:
    data = {"all": bytes(range(256)), "crlf": b"a\r\nb", "nothing": b"", "bom": b"\xef\xbb\xbfx\n"}
    await cluster.create(ref, OPAQUE, {key: Value(value) for key, value in data.items()})
    found = await cluster.open(ref)
    assert {key: value.reveal() for key, value in found.data.items()} == data


async def test_the_copy_that_kubectl_apply_keeps_is_dropped(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    copy = json.dumps({"data": {"password": base64.b64encode(b"made up").decode()}})
    notes = {"annotations": {LAST_APPLIED: copy, "note": "kept"}}
    data = {"password": b"made up"}
    await plane.put(secret_object(ref.name, data, namespace=ref.namespace, metadata=notes))
    found = await cluster.open(ref)
    assert found.annotations == {"note": "kept"}
    assert found.has_last_applied
    assert await rows_of(cluster, ref.namespace)


async def test_provenance_names_the_manager_of_each_key(cluster: Cluster, ref: SecretRef) -> None:
    secret = (await cluster.create(ref, OPAQUE, {"a": Value(b"made up"), "b": Value(b"")})).secret
    found = await cluster.provenance(ref)
    assert (found.uid, found.resource_version) == (secret.uid, secret.resource_version)
    assert found.field_owners == secret.field_owners
    assert [(owner.manager, owner.keys) for owner in found.field_owners] == [(OURS, ("a", "b"))]
    with pytest.raises(NotFound):
        await cluster.provenance(SecretRef(ref.namespace, "not-there"))


async def test_a_pod_in_the_list_names_the_secrets_that_it_reads(plane: Plane, cluster: Cluster) -> None:
    await plane.put(pod_object("mypod", "mysecret", namespace=plane.namespace))
    async with aclosing(cluster.pages(reader_resource(PODS), plane.namespace)) as pages:
        [pod] = [pod async for page in pages for pod in page.rows]
    assert (pod.namespace, pod.name) == (plane.namespace, "mypod")
    assert {use.secret for use in pod.uses} == {"mysecret"}


async def test_all_namespaces_are_listed_sorted(plane: Plane, cluster: Cluster, small_pages: None) -> None:
    names = await cluster.namespaces()
    assert {plane.namespace, "default", "kube-system"} <= set(names)
    assert list(names) == sorted(names)


async def test_the_service_accounts_of_a_namespace_are_listed_sorted(
    plane: Plane, cluster: Cluster, small_pages: None
) -> None:
    made = [f"made-up-{number}" for number in range(5)]
    for name in reversed(made):
        await plane.put({"kind": "ServiceAccount", "metadata": {"name": name, "namespace": plane.namespace}})
    found = await cluster.service_accounts(plane.namespace)
    assert [name for name in found if name != "default"] == made
    async with plane.cluster(NOBODY) as refused:
        with pytest.raises(Forbidden, match="you may not list serviceaccounts in namespace"):
            await refused.service_accounts(plane.namespace)


async def test_a_namespace_exists_or_does_not(cluster: Cluster, ref: SecretRef) -> None:
    assert await cluster.has_namespace(ref.namespace)
    assert not await cluster.has_namespace("nosuchns")
