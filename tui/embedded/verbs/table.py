"""Secrets as rows of a Table, and metadata-only objects: lists without values.

Source: kubernetes, pkg/printers/internalversion/printers.go; apiserver,
pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.embedded.status import Obj
from tui.model.text.times import age, parse_time


def partial(obj: Obj) -> Obj:
    """The object's metadata alone."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def partial_list(meta: Obj, objs: Sequence[Obj]) -> Obj:
    return {
        "kind": "PartialObjectMetadataList",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        # Sic: the server leaves the items of an empty one null.
        "items": [partial(obj) for obj in objs] or None,
    }


def table(meta: Obj, secrets: Sequence[Obj], now: float) -> Obj:
    """A Table of Secrets, each with its metadata; the program knows its columns."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        "rows": [{"cells": _cells(secret, now), "object": partial(secret)} for secret in secrets],
    }


def _cells(secret: Obj, now: float) -> list[object]:
    meta = secret["metadata"]
    return [
        meta.get("name", ""),
        secret.get("type", ""),
        len(secret.get("data") or ()),
        age(now - (parse_time(meta.get("creationTimestamp")) or now)),
    ]
