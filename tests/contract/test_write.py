"""Writes send only changed keys, for one uid and version; a dry run changes nothing."""

from __future__ import annotations

import base64

import pytest

from tests.contract.planes import Plane, values
from tests.controlplane import certs
from tests.others import secret_object
from tui.cluster.client import Cluster, WriteAnswer
from tui.model.draft.draft import Changes
from tui.model.errors import AlreadyExists, Conflict, Invalid, NotFound
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import Value

NOTHING: frozenset[str] = frozenset()


async def made(cluster: Cluster, ref: SecretRef, **texts: str) -> WriteAnswer:
    return await cluster.create(ref, OPAQUE, values(**texts))


async def data_of(cluster: Cluster, ref: SecretRef) -> dict[str, bytes]:
    return {key: value.reveal() for key, value in (await cluster.open(ref)).data.items()}


async def test_a_single_write_changes_adds_and_removes_keys(cluster: Cluster, ref: SecretRef) -> None:
    secret = (await made(cluster, ref, password="old", user="admin", gone="x")).secret
    changes = Changes(values(password="new", added="here"), frozenset({"gone"}))
    written = await cluster.write(ref, secret.uid, secret.resource_version, changes)
    expected = {"password": b"new", "user": b"admin", "added": b"here"}
    assert {key: value.reveal() for key, value in written.secret.data.items()} == expected
    assert await data_of(cluster, ref) == expected
    assert written.secret.uid == secret.uid
    assert written.secret.resource_version != secret.resource_version


async def test_a_key_that_a_write_does_not_name_keeps_its_bytes(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    untouched = bytes(range(256)) + b"\r\n"
    first = await cluster.create(ref, OPAQUE, {"all": Value(untouched), "password": Value(b"old")})
    before = await plane.get("secrets", ref.name)
    changes = Changes(values(password="new"), NOTHING)
    await cluster.write(ref, first.secret.uid, first.secret.resource_version, changes)
    after = await plane.get("secrets", ref.name)
    assert after["data"]["all"] == before["data"]["all"] == base64.b64encode(untouched).decode()


async def test_a_stale_write_is_a_conflict_and_changes_nothing(cluster: Cluster, ref: SecretRef) -> None:
    first = (await made(cluster, ref, password="old")).secret
    changes = Changes(values(password="theirs"), NOTHING)
    await cluster.write(ref, first.uid, first.resource_version, changes)
    with pytest.raises(Conflict):
        await cluster.write(ref, first.uid, first.resource_version, Changes(values(password="mine"), NOTHING))
    assert await data_of(cluster, ref) == {"password": b"theirs"}


async def test_a_write_to_a_secret_that_was_created_again_is_a_conflict_and_changes_nothing(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    first = (await made(cluster, ref, password="old")).secret
    await plane.remove("secrets", ref.name)
    await made(cluster, ref, password="another life")
    with pytest.raises(Conflict):
        await cluster.write(ref, first.uid, first.resource_version, Changes(values(password="mine"), NOTHING))
    assert await data_of(cluster, ref) == {"password": b"another life"}


async def test_a_write_to_a_deleted_secret_is_reported_as_not_found(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    first = (await made(cluster, ref, password="old")).secret
    await plane.remove("secrets", ref.name)
    with pytest.raises(NotFound):
        await cluster.write(ref, first.uid, first.resource_version, Changes(values(password="mine"), NOTHING))


async def test_creating_a_secret_under_a_taken_name_is_refused_and_changes_nothing(
    cluster: Cluster, ref: SecretRef
) -> None:
    await made(cluster, ref, password="theirs")
    with pytest.raises(AlreadyExists):
        await made(cluster, ref, password="mine")
    assert await data_of(cluster, ref) == {"password": b"theirs"}


async def test_creating_a_secret_in_a_missing_namespace_names_the_namespace(cluster: Cluster) -> None:
    with pytest.raises(NotFound) as refused:
        await made(cluster, SecretRef("nowhere", "db"))
    assert refused.value.what == "namespace nowhere"


async def test_a_dry_run_changes_nothing_on_the_server(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    dry_run = await cluster.create(ref, OPAQUE, values(password="x"), dry_run=True)
    assert set(dry_run.secret.data) == {"password"}
    with pytest.raises(NotFound):
        await cluster.open(ref)
    secret = (await made(cluster, ref, password="old")).secret
    before = await plane.get("secrets", ref.name)
    changes = Changes(values(password="new"), NOTHING)
    written = await cluster.write(ref, secret.uid, secret.resource_version, changes, dry_run=True)
    assert written.secret.data["password"].reveal() == b"new"
    assert await plane.get("secrets", ref.name) == before


async def test_a_dry_run_is_refused_as_the_write_would_be(cluster: Cluster, ref: SecretRef) -> None:
    refused = list[str]()
    for is_dry_run in (True, False):
        with pytest.raises(Invalid) as invalid:
            await cluster.create(ref, "kubernetes.io/tls", {}, dry_run=is_dry_run)
        refused.append(invalid.value.sentence)
    secret = (await made(cluster, ref, password="old")).secret
    for is_dry_run in (True, False):
        with pytest.raises(Conflict) as conflict:
            await cluster.write(ref, secret.uid, "1", Changes(values(a="x"), NOTHING), dry_run=is_dry_run)
        refused.append(conflict.value.sentence)
    assert refused[::2] == refused[1::2]


async def test_a_delete_removes_only_the_secret_of_that_uid_and_version(
    cluster: Cluster, ref: SecretRef
) -> None:
    secret = (await made(cluster, ref, password="x")).secret
    with pytest.raises(Conflict):
        await cluster.delete(ref, secret.uid, "1")
    with pytest.raises(Conflict):
        await cluster.delete(ref, "11111111-2222-3333-4444-555555555555", secret.resource_version)
    assert await data_of(cluster, ref) == {"password": b"x"}
    await cluster.delete(ref, secret.uid, secret.resource_version)
    with pytest.raises(NotFound):
        await cluster.open(ref)
    with pytest.raises(NotFound):
        await cluster.delete(ref, secret.uid, secret.resource_version)


TOO_LONG = "a" * 1_048_577


@pytest.mark.parametrize(
    ("kind", "texts", "field"),
    [
        ("kubernetes.io/tls", {"tls.crt": ""}, "data[tls.key]"),
        ("kubernetes.io/dockerconfigjson", {".dockerconfigjson": "[]"}, "data[.dockerconfigjson]"),
        ("kubernetes.io/basic-auth", {}, "data[password]"),
        ("kubernetes.io/ssh-auth", {}, "data[ssh-privatekey]"),
        (
            "kubernetes.io/service-account-token",
            {},
            "metadata.annotations[kubernetes.io/service-account.name]",
        ),
        (OPAQUE, {"a/b": "x"}, "data[a/b]"),
        (OPAQUE, {"big": TOO_LONG}, "data"),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value),
)
async def test_an_invalid_new_secret_is_refused_with_the_name_of_the_field(
    cluster: Cluster, ref: SecretRef, kind: str, texts: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await cluster.create(ref, kind, values(**texts))
    assert field in {name for name, _ in refused.value.causes}


async def test_a_token_that_names_its_account_is_created(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    account = "kubernetes.io/service-account.name"
    fields = {f"annotations/{account}": Value(b"made-up")}
    await cluster.create(ref, "kubernetes.io/service-account-token", fields)
    assert (await plane.get("secrets", ref.name))["metadata"]["annotations"] == {account: "made-up"}


async def test_exactly_one_mebibyte_is_accepted(cluster: Cluster, ref: SecretRef) -> None:
    await made(cluster, ref, big=TOO_LONG[1:])
    assert len((await data_of(cluster, ref))["big"]) == 1_048_576


async def test_a_write_to_an_immutable_secret_is_refused_and_changes_nothing(
    plane: Plane, cluster: Cluster, ref: SecretRef
) -> None:
    held = {"password": b"old"}
    await plane.put(secret_object(ref.name, held, namespace=ref.namespace, immutable=True))
    secret = await cluster.open(ref)
    assert secret.is_immutable
    with pytest.raises(Invalid) as refused:
        await cluster.write(ref, secret.uid, secret.resource_version, Changes(values(password="x"), NOTHING))
    assert "immutable" in refused.value.sentence
    assert await data_of(cluster, ref) == held


async def test_the_server_warns_of_a_key_that_does_not_fit_its_certificate(
    cluster: Cluster, ref: SecretRef
) -> None:
    data = {
        "tls.crt": Value(certs.authority("one").certificate),
        "tls.key": Value(certs.authority("another").key),
    }
    written = await cluster.create(ref, "kubernetes.io/tls", data)
    assert written.warnings == ("tls: private key does not match public key",)
