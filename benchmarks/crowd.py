"""A crowded cluster on a real API server: 3,000 namespaces, 50,000 Secrets, 10,000 pods, straight into etcd.

Sent to the API server one by one they take ten minutes; as JSON, 64 to a transaction of etcd, they take a
quarter of one. The API server reads JSON as it reads its own form (apimachinery, serializer/recognizer).
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from benchmarks.generate import records
from tests.controlplane.build import CACHE
from tests.controlplane.http_calls import ask
from tests.controlplane.plane import ControlPlane

NAMESPACES: Final = 3_000
SECRETS: Final = 50_000
PODS: Final = 10_000
HELM: Final = SECRETS // 10
"""Helm's own records among the Secrets: the list leaves them out until they are asked for."""
EMPTY: Final = "none"
"""A namespace that does not exist, so that nothing is in it."""
_IN_ONE: Final = 64
_KEPT: Final = CACHE / f"crowd-{NAMESPACES}-{SECRETS}-{PODS}"


@contextmanager
def crowded_cluster() -> Iterator[ControlPlane]:
    """The control plane with all objects in it; they are made once and kept."""
    is_there = (_KEPT / "whole").exists()
    if not is_there:
        shutil.rmtree(_KEPT, ignore_errors=True)
        _KEPT.mkdir(parents=True)
    with ControlPlane(data=_KEPT / "etcd") as plane:
        if not is_there:
            _fill(plane)
            plane.restart_apiserver()
            (_KEPT / "whole").touch()
        yield plane


def _fill(plane: ControlPlane) -> None:
    wanted = records(11, secrets=SECRETS, pods=PODS, namespaces=NAMESPACES)
    puts = (put(record.obj) for record in wanted)
    with ThreadPoolExecutor(4) as pool:
        for status in pool.map(
            lambda some: commit(plane, some), iter(lambda: list(islice(puts, _IN_ONE)), [])
        ):
            assert status == 200


def put(obj: Any) -> dict[str, Any]:
    """Build a put for etcd's JSON gateway. It has no resourceVersion: an object's version is etcd's own.

    A custom object has its folder in etcd as `path`.
    """
    obj = dict(obj)
    path = obj.pop("path", f"{obj['kind'].lower()}s")
    meta = {key: value for key, value in obj["metadata"].items() if key != "resourceVersion"}
    place = [path, *([meta["namespace"]] if "namespace" in meta else []), meta["name"]]
    key = "/".join(("/registry", *place))
    value = json.dumps(obj | {"metadata": meta}, separators=(",", ":"))
    return {"requestPut": {"key": _text(key), "value": _text(value)}}


def commit(plane: ControlPlane, puts: list[dict[str, Any]]) -> int:
    """Write puts in one transaction of etcd; return the HTTP status."""
    return ask(plane.place.etcd_url, "POST", "/v3/kv/txn", {"success": puts}).status


def _text(plain: str) -> str:
    return base64.b64encode(plain.encode()).decode()
