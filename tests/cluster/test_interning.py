"""Equal parts of many rows are one object, and no row says anything else for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.faulty_cluster.generate import records
from tui.cluster.api import interning
from tui.cluster.api.resources import PodRows
from tui.cluster.api.tables import SecretRows

SOME: list[Any] = [record.obj for record in records(11, secrets=20, pods=20, namespaces=2)]
HEADS = [{"name": name} for name in ("Name", "Type", "Data", "Age")]


def page(objs: list[Any]) -> bytes:
    """A Table of Secrets."""
    rows = [
        {"cells": [obj["metadata"]["name"], obj["type"], len(obj["data"]), "1d"], "object": obj}
        for obj in objs
    ]
    meta = {"resourceVersion": "1"}
    return json.dumps({"kind": "Table", "metadata": meta, "columnDefinitions": HEADS, "rows": rows}).encode()


def of(kind: str) -> list[Any]:
    return [obj for obj in SOME if obj["kind"] == kind]


def test_equal_parts_of_secrets_are_one_object() -> None:
    rows = SecretRows().page(page(of("Secret")))[1]
    first = rows[0]
    same = next(row for row in rows[1:] if (row.type, row.keys) == (first.type, first.keys))
    assert same.type is first.type
    assert same.keys is first.keys
    assert same.changed_by is first.changed_by
    assert len({id(row.ref.namespace) for row in rows}) == 2
    assert len({row.ref for row in rows}) == len(rows), "a name is nobody else's"


def test_pods_of_one_workload_share_what_they_use() -> None:
    pods = of("Pod")
    twin = json.loads(json.dumps(pods[0]))
    twin["metadata"]["name"] = "twin"
    meta = {"resourceVersion": "1"}
    body = json.dumps({"kind": "PodList", "metadata": meta, "items": [pods[0], twin]}).encode()
    one, other = PodRows().page(body)[1]
    assert one.uses
    assert one.uses is other.uses
    assert (one.name, other.name) == (pods[0]["metadata"]["name"], "twin")


def test_what_differs_everywhere_is_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interning, "_MOST", 4)
    rows = SecretRows().page(page(of("Secret")))[1]
    wanted = {(obj["metadata"]["namespace"], obj["metadata"]["name"], obj["type"]) for obj in of("Secret")}
    assert {(row.ref.namespace, row.ref.name, row.type) for row in rows} == wanted
