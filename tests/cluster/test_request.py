"""Paths and queries of requests: no name of an object turns a request into another one."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cluster.calls import CHANGES
from tests.cluster.rude_server import Rude, always, cluster_at, reply, secret_json, table_json
from tui.cluster.api.resources import SECRETS
from tui.cluster.http.gate import is_plain
from tui.cluster.http.request import collection, selector, single, watching
from tui.model.errors import Conflict, Invalid
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import OPAQUE


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_name_is_one_segment_of_the_path_or_refused(namespace: str, name: str) -> None:
    try:
        path = single("secrets", namespace, name)
    except Invalid:
        return
    assert [unquote(part) for part in path.split("/")] == [
        "",
        "api",
        "v1",
        "namespaces",
        namespace,
        "secrets",
        name,
    ]
    assert path.isascii()
    assert is_plain(path)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a%2Fb", "a\nb", "a\x00", "a\\b"])
async def test_an_invalid_name_is_not_sent(name: str) -> None:
    ref, elsewhere = SecretRef("default", name), SecretRef(name, "db")
    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url) as cluster:
        for each in (ref, elsewhere):
            for call in (
                cluster.open(each),
                cluster.write(each, "u-1", "7", CHANGES),
                cluster.create(each, OPAQUE, {}),
                cluster.delete(each, "u-1", "7"),
            ):
                with pytest.raises(Invalid):
                    await call
    assert rude.heard == []


@pytest.mark.parametrize(("uid", "version"), [("", "7"), ("u-1", "")])
async def test_nothing_is_written_without_uid_and_version(uid: str, version: str) -> None:
    """The server would overwrite whatever is there."""
    ref = SecretRef("default", "db")
    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(Conflict):
            await cluster.write(ref, uid, version, CHANGES)
        with pytest.raises(Conflict):
            await cluster.delete(ref, uid, version)
    assert rude.heard == []


def test_a_field_selector_escapes_the_name() -> None:
    assert selector(None) == []
    assert selector("db") == [("fieldSelector", "metadata.name=db")]
    assert selector("a,b=c\\") == [("fieldSelector", "metadata.name=a\\,b\\=c\\\\")]


def test_a_collection_of_all_namespaces_has_no_namespace_in_its_path() -> None:
    assert collection("pods", None) == "/api/v1/pods"
    assert collection("tunnels", None, "net.example/v1") == "/apis/net.example/v1/tunnels"
    assert dict(watching("7", 300))["timeoutSeconds"] == "300"


async def test_a_list_asks_for_pages_of_a_table_with_metadata() -> None:
    async with Rude(always(reply(table_json("db", token="")))) as rude, cluster_at(rude.url) as cluster:
        async for _ in cluster.pages(SECRETS, "default"):
            pass
    [heard] = rude.heard
    assert heard.path == "/api/v1/namespaces/default/secrets"
    assert heard.query == "limit=500&includeObject=Metadata"
    assert str(heard.header("accept")).startswith("application/json;as=Table;v=v1;g=meta.k8s.io")


async def test_a_continue_token_is_sent_back_unchanged() -> None:
    token = "a+b/c==&x?%20 ü"
    answers = [reply(table_json("a", token=token)), reply(table_json("b"))]

    async def script(_: object, writer: object) -> None:
        writer.write(answers.pop(0))  # type: ignore[attr-defined]

    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        async for _ in cluster.pages(SECRETS, "default"):
            pass
    assert unquote(rude.heard[1].query.split("continue=")[1]) == token


async def test_a_write_is_a_merge_patch_of_one_version_and_a_delete_has_preconditions() -> None:

    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url) as cluster:
        await cluster.write(SecretRef("default", "db"), "u-1", "7", CHANGES)
        await cluster.write(SecretRef("default", "db"), "u-1", "7", CHANGES, dry_run=True)
        await cluster.delete(SecretRef("default", "db"), "u-1", "7")
    write, dry_run, delete = rude.heard
    assert (write.method, write.path) == ("PATCH", "/api/v1/namespaces/default/secrets/db")
    assert (write.query, dry_run.query) == ("fieldManager=secret-tui", "fieldManager=secret-tui&dryRun=All")
    assert write.header("content-type") == "application/merge-patch+json"
    assert json.loads(write.body) == {
        "metadata": {"resourceVersion": "7"},
        "data": {"password": "bWFkZS11cC12YWx1ZS01NWMx", "old": None},
    }
    assert dry_run.body == write.body
    assert json.loads(delete.body) == {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": {"uid": "u-1", "resourceVersion": "7"},
    }
