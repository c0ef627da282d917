"""API responses without values of Secrets: Table, PartialObjectMetadata and PartialObjectMetadataList.

Source: kubernetes, pkg/printers/internalversion/printers.go; apiserver, pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.embedded.status import Obj
from tui.model.text.times import age, parse_time


def partial(obj: Obj) -> Obj:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def partial_list(meta: Obj, objs: Sequence[Obj]) -> Obj:
    return {
        "kind": "PartialObjectMetadataList",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        # null for an empty list, as a real API server returns it
        "items": [partial(obj) for obj in objs] or None,
    }


def table(meta: Obj, objs: Sequence[Obj], now: float) -> Obj:
    """Build a Table without column names, because secret-tui knows the columns."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        "rows": [{"cells": _cells(obj, now), "object": partial(obj)} for obj in objs],
    }


def _cells(obj: Obj, now: float) -> list[object]:
    meta = obj["metadata"]
    return [
        meta.get("name", ""),
        *([obj.get("type", "")] if obj["kind"] == "Secret" else []),
        len(obj.get("data") or ()) + len(obj.get("binaryData") or ()),
        age(now - (parse_time(meta.get("creationTimestamp")) or now)),
    ]
