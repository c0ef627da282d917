"""Handle requests that change the embedded cluster: POST, PATCH and DELETE, and PUT for a status.

Source: apiserver, pkg/endpoints/handlers/{create,patch,delete}.go, pkg/registry/generic/registry and
pkg/registry/rest/update.go.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any, Final, Literal

import msgspec

from tui.embedded.objects import managed_fields
from tui.embedded.objects.kinds import NAMESPACE_KIND, SECRET_KIND, Kind
from tui.embedded.objects.secret_rules import create_causes, pair_warning, settled, update_causes
from tui.embedded.objects.store import Record, Store, next_generation
from tui.embedded.status import (
    Cause,
    Obj,
    already_exists,
    conflict,
    not_found,
    unprocessable,
)
from tui.embedded.verbs.call import JSON_CONTENT, MERGE, Call, Reply, decoded
from tui.embedded.verbs.read import in_version
from tui.model.text.times import rfc3339

_SYSTEM: Final = ("uid", "creationTimestamp", "deletionTimestamp", "generation", "managedFields")
"""Metadata that requests cannot change."""


class _Metadata(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    resourceVersion: str | None = None  # noqa: N815  the API's name
    labels: dict[str, str | None] | None = None
    annotations: dict[str, str | None] | None = None
    finalizers: list[str] | None = None


class _SecretMetadata(_Metadata, forbid_unknown_fields=True):
    """Metadata in a request to write a Secret. A request with other metadata fields is refused."""


class _Object(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class SecretBody(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["Secret"] = "Secret"
    apiVersion: Literal["v1"] = "v1"  # noqa: N815
    metadata: _SecretMetadata = msgspec.field(default_factory=_SecretMetadata)
    data: dict[str, bytes | None] | None = None
    stringData: dict[str, str | None] | None = None  # noqa: N815
    type: str | None = None
    immutable: bool | None = None


class _Preconditions(msgspec.Struct, forbid_unknown_fields=True):
    uid: str | None = None
    resourceVersion: str | None = None  # noqa: N815


class DeleteOptions(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["DeleteOptions"] = "DeleteOptions"
    apiVersion: Literal["v1"] = "v1"  # noqa: N815
    preconditions: _Preconditions = msgspec.field(default_factory=_Preconditions)


def create(store: Store, call: Call, namespace: str) -> Reply:
    """Create a Secret. Raises ApiError: 400, 404, 406, 409, 413, 415, 422."""
    call.takes_write()
    body = call.read(JSON_CONTENT)
    decoded(body, SecretBody)
    obj = settled(msgspec.json.decode(body), SECRET_KIND)
    meta = obj["metadata"]
    name = meta.get("name", "")
    meta["namespace"] = namespace
    _admit(store, call, obj, None)
    if store.find(NAMESPACE_KIND, "", namespace) is None:
        raise not_found("namespaces", namespace)
    meta |= {"uid": str(uuid.uuid4()), "creationTimestamp": rfc3339(store.now())}
    _judge(call, obj, list(create_causes(obj)))
    if existing := store.find(SECRET_KIND, namespace, name):
        raise already_exists(
            SECRET_KIND.plural, name, is_leaving="deletionTimestamp" in existing.obj["metadata"]
        )
    return Reply(201, obj if call.is_dry_run else store.commit(SECRET_KIND, obj).obj)


def _admit(store: Store, call: Call, obj: Obj, old: Obj | None) -> None:
    for mutate in store.admission:
        mutate(obj, old)
    manager = call.query.get("fieldManager") or call.headers.get("User-Agent", "").split("/")[0]
    obj["metadata"].pop("managedFields", None)
    if tracked := managed_fields.track(old, obj, manager, rfc3339(store.now())):
        obj["metadata"]["managedFields"] = tracked


def _judge(call: Call, obj: Obj, causes: list[Cause]) -> None:
    """Raise ApiError (422) if there are causes. Otherwise record the warning of `pair_warning`, if any."""
    if causes:
        raise unprocessable(SECRET_KIND.name, obj["metadata"].get("name", ""), causes)
    if warning := pair_warning(obj):
        call.warnings.append(warning)


def patch(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """Apply a merge patch (RFC 7396). Raises ApiError: 400, 404, 406, 409, 413, 415, 422."""
    old = _held(store, kind, call, namespace, name)
    body = call.read(MERGE)
    decoded(body, SecretBody if kind is SECRET_KIND else _Object)
    new = merged(in_version(old.obj, kind), msgspec.json.decode(body))
    if kind.has_status:
        new["status"] = old.obj.get("status")
    return _replaced(store, kind, call, old, new)


def put_status(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """Replace only the status. Raises ApiError: 400, 404, 406, 409, 413, 415, 422."""
    old = _held(store, kind, call, namespace, name)
    sent = decoded(call.read(JSON_CONTENT), dict[str, Any])
    meta = sent.get("metadata") or {}
    if kind.served and not meta.get("resourceVersion"):
        raise unprocessable(kind.name, name, [Cause("FieldValueInvalid", "metadata.resourceVersion")])
    identity = {part: meta.get(part) for part in ("name", "namespace", "resourceVersion")}
    new = old.obj | {"metadata": old.obj["metadata"] | identity, "status": sent.get("status")}
    return _replaced(store, kind, call, old, new)


def _held(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Record:
    """Find the object to change. Raises ApiError: 400, 404, 406."""
    call.takes_write()
    record = store.find(kind, namespace, name)
    if record is None:
        raise not_found(kind.plural, name, kind.group)
    return record


def _replaced(store: Store, kind: Kind, call: Call, old: Record, new: Obj) -> Reply:
    """Store `new` in place of `old`. Store nothing in a dry run, or if `new` equals the stored object.

    Raises ApiError: 409, 422.
    """
    new = settled(new, kind)
    old_meta, meta = old.obj["metadata"], new["metadata"]
    if meta.get("resourceVersion", "0") not in ("0", old_meta["resourceVersion"]):
        raise conflict(kind.plural, old.name, group=kind.group)
    new["metadata"] = meta = {part: value for part, value in meta.items() if part not in _SYSTEM}
    meta |= {part: old_meta[part] for part in (*_SYSTEM, "resourceVersion") if part in old_meta}
    if "generation" in old_meta:
        meta["generation"] = next_generation(old.obj, new)
    if kind is SECRET_KIND:
        _admit(store, call, new, old.obj)
        _judge(call, new, list(update_causes(new, old.obj)))
    if call.is_dry_run or new == in_version(old.obj, kind):
        return Reply(200, new)
    stored = store.commit(old.kind, new | {"apiVersion": old.obj["apiVersion"]})
    return Reply(200, in_version(stored.obj, kind))


def merged(target: Any, patch: Any) -> Any:
    """Apply a merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def delete(store: Store, call: Call, namespace: str, name: str) -> Reply:
    """Delete a Secret; if it has finalizers, only set its deletionTimestamp.

    Raises ApiError: 400, 404, 409, 413, 415.
    """
    call.takes()
    options = decoded(call.read(JSON_CONTENT) or b"{}", DeleteOptions)
    record = store.find(SECRET_KIND, namespace, name)
    if record is None:
        raise not_found(SECRET_KIND.plural, name)
    meta, wanted = record.obj["metadata"], options.preconditions
    if wanted.uid not in (None, meta["uid"]) or wanted.resourceVersion not in (None, meta["resourceVersion"]):
        raise conflict(SECRET_KIND.name, name, "a precondition does not hold")
    if meta.get("finalizers"):
        return Reply(200, _marked(store, record))
    store.remove(record)
    details = {"name": name, "kind": SECRET_KIND.plural, "uid": meta["uid"]}
    done: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return Reply(200, done | {"details": details})


def _marked(store: Store, record: Record) -> Obj:
    if record.obj["metadata"].get("deletionTimestamp"):
        return record.obj
    leaving = {"deletionTimestamp": rfc3339(store.now()), "deletionGracePeriodSeconds": 0}
    return store.commit(SECRET_KIND, record.obj | {"metadata": record.obj["metadata"] | leaving}).obj
