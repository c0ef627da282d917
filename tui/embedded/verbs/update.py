"""PATCH of an object of any kind but Secret, and PUT of its status: one path for a rehearsal and for a write.

Source: apiserver, pkg/registry/rest/update.go; apiextensions-apiserver, pkg/registry/customresource.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tui.embedded.objects.kinds import Kind
from tui.embedded.objects.secret_rules import settled
from tui.embedded.objects.store import Record, Store, next_generation
from tui.embedded.status import Cause, Obj, bad_request, conflict, not_found, unprocessable
from tui.embedded.verbs.call import JSON, MERGE, Call, Reply, decoded
from tui.embedded.verbs.read import in_version
from tui.embedded.verbs.write import merged

_SYSTEM: Final = ("uid", "creationTimestamp", "deletionTimestamp", "generation", "managedFields")
"""Metadata that no request changes."""


class _Metadata(msgspec.Struct):
    """The metadata whose types matter."""

    name: str = ""
    namespace: str = ""
    resourceVersion: str | None = None  # noqa: N815  the API's name
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    finalizers: list[str] | None = None


def patch(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """A merge patch (RFC 7396). Raises ApiError."""
    old = _held(store, kind, call, namespace, name)
    document = decoded(call.read(MERGE), dict[str, Any])
    new = merged(in_version(old.obj, kind), document)
    if kind.has_status:
        new["status"] = old.obj.get("status")
    return _answer(store, kind, call, old, new)


def put_status(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """The status of the object that is sent; of all else nothing. Raises ApiError."""
    old = _held(store, kind, call, namespace, name)
    sent = decoded(call.read(JSON), dict[str, Any])
    if (sent.get("kind"), sent.get("apiVersion")) != (kind.name, kind.api):
        raise bad_request("the kind or version of the object does not match the request")
    meta = sent.get("metadata") or {}
    if kind.schemas and not meta.get("resourceVersion"):
        raise unprocessable(kind.name, name, [Cause("FieldValueInvalid", "metadata.resourceVersion")])
    known = {part: meta.get(part) for part in ("name", "namespace", "resourceVersion")}
    new = old.obj | {"metadata": old.obj["metadata"] | known, "status": sent.get("status")}
    return _answer(store, kind, call, old, new)


def _held(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Record:
    """The object that is written over. Raises ApiError: 400 for a parameter that is not served, 404."""
    call.rehearses()
    record = store.find(kind, namespace, name)
    if record is None:
        raise not_found(kind.plural, name, kind.group)
    return record


def _answer(store: Store, kind: Kind, call: Call, old: Record, new: Obj) -> Reply:
    """Stores it, unless it is a rehearsal or changes nothing. Raises ApiError: 400, 409."""
    new = settled(new, kind)
    held, meta = old.obj["metadata"], new["metadata"]
    decoded(msgspec.json.encode(meta), _Metadata)
    if (meta.get("name"), meta.get("namespace", "")) != (old.name, old.namespace):
        raise bad_request("the name or namespace of the object does not match the request")
    if meta.get("resourceVersion", held["resourceVersion"]) != held["resourceVersion"]:
        raise conflict(kind.plural, old.name, group=kind.group)
    new["metadata"] = meta = {part: value for part, value in meta.items() if part not in _SYSTEM}
    meta |= {part: held[part] for part in _SYSTEM if part in held} | {
        "resourceVersion": held["resourceVersion"]
    }
    if "generation" in held:
        meta["generation"] = next_generation(old.obj, new)
    if "dryRun" not in call.query and new != in_version(old.obj, kind):
        stored = new | {"apiVersion": old.obj["apiVersion"]}
        new = in_version(store.commit(old.kind, stored).obj, kind)
    return Reply(200, new)
