"""A write changes the keys that were edited, and nothing else of the object."""

from __future__ import annotations

import base64
import copy
from typing import Any

from tests.faulty_cluster.server import FaultyCluster
from tui.cluster.auth import credentials
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.draft.draft import Changes
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value

REF = SecretRef("default", "everything")
LABELS = {"app": "shop", "empty": ""}
ANNOTATIONS = {"note": "grün\n", "kubectl.kubernetes.io/last-applied-configuration": "{}"}
DATA = {"all": bytes(range(256)), "crlf": b"a\r\nb\r\n", "empty": b"", "password": b"old", "gone": b"x"}


def manifest() -> dict[str, Any]:
    metadata = {"name": REF.name, "namespace": REF.namespace, "labels": LABELS, "annotations": ANNOTATIONS}
    metadata["finalizers"] = ["example.test/keep"]
    data = {key: base64.b64encode(value).decode() for key, value in DATA.items()}
    return {"kind": "Secret", "apiVersion": "v1", "metadata": metadata, "type": "Opaque", "data": data}


def without_bookkeeping(obj: dict[str, Any]) -> dict[str, Any]:
    """Copy of the object without the fields that every write changes."""
    kept = copy.deepcopy(obj)
    for name in ("resourceVersion", "managedFields", "generation"):
        kept["metadata"].pop(name, None)
    return kept


async def test_a_write_changes_the_edited_keys_and_nothing_else_of_the_object() -> None:
    async with FaultyCluster([manifest()]) as server:
        target = LoginTarget("c", "c", "u", server.url, "default", token=server.token)
        cluster = Cluster(target, credentials.login(target))
        before = without_bookkeeping(stored(server))
        opened = await cluster.open(REF)
        assert {key: value.reveal() for key, value in opened.data.items()} == DATA
        changes = Changes({"password": Value(b"new\x00"), "added": Value(b"")}, frozenset({"gone"}))
        await cluster.write(REF, opened.uid, opened.resource_version, changes)
        after = without_bookkeeping(stored(server))
        await cluster.close()
    expected = {**before["data"], "password": base64.b64encode(b"new\x00").decode(), "added": ""}
    del expected["gone"]
    assert after == {**before, "data": expected}


def stored(server: FaultyCluster) -> dict[str, Any]:
    return dict(server.store.get("secrets", REF.namespace, REF.name))
