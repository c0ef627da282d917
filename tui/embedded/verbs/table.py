"""Tables and metadata-only objects: what a list looks like without its values.

Source: kubernetes, pkg/printers/internalversion/printers.go; apiserver, pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from tui.embedded.objects import times
from tui.embedded.objects.kinds import Kind
from tui.embedded.status import Obj, bad_request
from tui.embedded.verbs import pod_table

Form = Literal["plain", "table", "partial", "partial list"]
Include = Literal["None", "Metadata", "Object"]


def _column(name: str, description: str, *, is_name: bool = False, priority: int = 0) -> Obj:
    return {
        "name": name,
        "type": "string",
        "format": "name" if is_name else "",
        "description": description,
        "priority": priority,
    }


_NAME: Final = _column("Name", "The object's name.", is_name=True)
_AGE: Final = _column("Age", "When the object was created.")

COLUMNS: Final[dict[str, list[Obj]]] = {
    "secrets": [_NAME, _column("Type", "What the data is for."), _column("Data", "How many keys."), _AGE],
    "namespaces": [_NAME, _column("Status", "The status of the namespace"), _AGE],
    "serviceaccounts": [_NAME, _AGE],
    "pods": [
        _NAME,
        _column("Ready", "How many containers are ready."),
        _column("Status", "What the containers are doing."),
        _column("Restarts", "How often containers were restarted, and when last."),
        _AGE,
        _column("IP", "The pod's address.", priority=1),
        _column("Node", "Where the pod runs.", priority=1),
        _column("Nominated Node", "Where the pod is to run.", priority=1),
        _column("Readiness Gates", "Conditions beyond the containers' own.", priority=1),
    ],
    "events": [
        _column("Last Seen", "When it happened last."),
        _column("Type", "Normal or Warning."),
        _column("Reason", "Why, as one word."),
        _column("Object", "What it is about."),
        _column("Subobject", "The part of the object.", priority=1),
        _column("Source", "Who reports it.", priority=1),
        _column("Message", "What happened."),
        _column("First Seen", "When it happened first.", priority=1),
        _column("Count", "How often.", priority=1),
        _column("Name", "The object's name.", is_name=True, priority=1),
    ],
}


def _secret(obj: Obj, now: float) -> list[Any]:
    meta = obj["metadata"]
    created = meta.get("creationTimestamp")
    return [meta["name"], obj.get("type", ""), len(obj.get("data") or ()), times.age(created, now)]


def _namespace(obj: Obj, now: float) -> list[Any]:
    meta = obj["metadata"]
    return [meta["name"], obj["status"]["phase"], times.age(meta.get("creationTimestamp"), now)]


def _service_account(obj: Obj, now: float) -> list[Any]:
    meta = obj["metadata"]
    return [meta["name"], times.age(meta.get("creationTimestamp"), now)]


def _event(obj: Obj, now: float) -> list[Any]:
    about = obj.get("involvedObject") or {}
    series = obj.get("series") or {}
    source = obj.get("source") or {}
    first = times.age(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = times.age(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    if series:
        last = times.age(series.get("lastObservedTime"), now)
    target = about.get("kind", "").lower() + (f"/{about['name']}" if about.get("name") else "")
    component = source.get("component") or obj.get("reportingComponent", "")
    host = source.get("host") or obj.get("reportingInstance", "")
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        target,
        about.get("fieldPath", ""),
        ", ".join(part for part in (component, host) if part),
        obj.get("message", "").strip(),
        first,
        series.get("count") or obj.get("count") or 1,
        obj["metadata"]["name"],
    ]


_CELLS: Final[dict[str, Callable[[Obj, float], list[Any]]]] = {
    "secrets": _secret,
    "namespaces": _namespace,
    "serviceaccounts": _service_account,
    "pods": pod_table.cells,
    "events": _event,
}


def includes(query: str) -> Include:
    """`includeObject` of a query. Raises ApiError (400) for another word."""
    if query == "":
        return "Metadata"
    if query in {"None", "Metadata", "Object"}:
        return query  # type: ignore[return-value]
    raise bad_request(
        "Unable to convert to Table as requested: includeObject: Invalid value: "
        f"\"{query}\": must be 'Metadata', 'Object', 'None', or empty"
    )


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


def table(
    kind: Kind, meta: Obj, objs: Sequence[Obj], now: float, include: Include, *, has_columns: bool = True
) -> Obj:
    """A Table of `objs`; a watch's later events have no columns."""
    cells = _CELLS[kind.plural]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        "columnDefinitions": COLUMNS[kind.plural] if has_columns else None,
        "rows": [_row(cells(obj, now), obj, include, kind) for obj in objs],
    }


def bookmark(kind: Kind, version: str, annotations: Obj | None, include: Include, has_columns: bool) -> Obj:
    """A bookmark as a Table: one row without cells, whose object holds the version."""
    empty = zero(kind, version, annotations)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version},
        "columnDefinitions": COLUMNS[kind.plural] if has_columns else None,
        "rows": [_row(_CELLS[kind.plural](_blank(empty), 0), empty, include, kind)],
    }


_EMPTY: Final[Mapping[str, Obj]] = {
    "namespaces": {"spec": {}, "status": {}},
    "pods": {"spec": {"containers": None}, "status": {}},
    "events": {
        "involvedObject": {},
        "source": {},
        **dict.fromkeys(("firstTimestamp", "lastTimestamp", "eventTime")),
        "reportingComponent": "",
        "reportingInstance": "",
    },
}


def zero(kind: Kind, version: str, annotations: Obj | None) -> Obj:
    """What a bookmark holds: an object of its kind with nothing in it but the version."""
    meta: Obj = {"resourceVersion": version}
    if annotations:
        meta["annotations"] = annotations
    head: Obj = {"kind": kind.name, "apiVersion": kind.api_version, "metadata": meta}
    return head | _EMPTY.get(kind.plural, {})


def _blank(obj: Obj) -> Obj:
    meta = {"name": "", **obj["metadata"]}
    return {**obj, "metadata": meta, "status": {"phase": ""}}


def _row(cells: list[Any], obj: Obj, include: Include, kind: Kind) -> Obj:
    row: Obj = {"cells": cells}
    if kind.plural == "pods" and (conditions := pod_table.row_conditions(obj)):
        row["conditions"] = conditions
    if include == "None":
        row["object"] = None
    elif include == "Object":
        row["object"] = obj
    else:
        row["object"] = partial(obj)
    return row
