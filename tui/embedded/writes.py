"""POST, PUT, PATCH and DELETE: one path for a rehearsal and for a write.

Source: apiserver, pkg/endpoints/handlers/{create,update,patch,delete}.go and pkg/registry/generic/registry.
"""

from __future__ import annotations

import copy
import secrets
import uuid
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tui.embedded import certificate, managed, patching, when
from tui.embedded.canonical import Undecodable, decoded, unknown_fields
from tui.embedded.http import Call, Reply, decode_json, parsed
from tui.embedded.kinds import NAMESPACE, SECRET, Kind
from tui.embedded.options import Options
from tui.embedded.reads import shaped
from tui.embedded.status import (
    ApiError,
    Obj,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid,
    not_found,
    unprocessable,
    unsupported_media_type,
)
from tui.embedded.store import Record, Store
from tui.embedded.validation import create_causes, update_causes

PATCHES: Final = (patching.JSON_PATCH, patching.MERGE, patching.STRATEGIC)
_SYSTEM_FIELDS: Final = ("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "uid")


@dataclass(frozen=True)
class Write:
    """What every write needs."""

    store: Store
    kind: Kind
    call: Call
    namespace: str
    options: Options

    @property
    def now(self) -> str:
        return when.rfc3339(self.store.now())

    def reply(self, obj: Obj, warnings: list[str], code: int = 200) -> Reply:
        reply = shaped(self.store, self.kind, self.call, obj, code)
        return Reply(code, reply.payload, warnings=[*warnings, *_warnings(self.kind, obj)])


def _warnings(kind: Kind, obj: Obj) -> list[str]:
    if kind is not SECRET or obj.get("type") != "kubernetes.io/tls":
        return []
    problem = certificate.pair_problem(obj.get("data") or {})
    return [problem] if problem else []


def create(store: Store, kind: Kind, call: Call, namespace: str) -> Reply:
    """201 with the stored object. Raises ApiError."""
    write = Write(store, kind, call, namespace, Options.of(call, "CreateOptions"))
    obj, warnings = _read(write, parsed(call))
    meta = obj["metadata"]
    for name in (*_SYSTEM_FIELDS, "resourceVersion", "selfLink", "generation"):
        meta.pop(name, None)
    _place(write, obj)
    _demand_namespace(write)
    if meta.get("generateName") and not meta.get("name"):
        meta["name"] = _generated(write, meta["generateName"])
    meta["uid"] = str(uuid.uuid4())
    meta["creationTimestamp"] = write.now
    _prepare(kind, obj)
    _track(write, None, obj, meta.pop("managedFields", []))
    causes = create_causes(kind, obj)
    if causes:
        raise unprocessable(kind.name, meta.get("name", ""), causes)
    if store.find(kind, namespace, meta["name"]):
        raise already_exists(kind.plural, meta["name"])
    if not write.options.is_dry_run:
        obj = store.commit(kind, obj).obj
    return write.reply(obj, warnings, 201)


def update(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """PUT. Raises ApiError; nothing is created."""
    write = Write(store, kind, call, namespace, Options.of(call, "UpdateOptions"))
    obj, warnings = _read(write, parsed(call))
    _place(write, obj)
    _check_name(obj, name)
    old = store.find(kind, namespace, name)
    if old is None:
        raise not_found(kind.plural, name)
    uid, held = obj["metadata"].get("uid"), old.obj["metadata"]["uid"]
    if uid and uid != held:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {held}"
        raise conflict(kind.plural, name, why)
    return _replace(write, old, obj, warnings)


def patch(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """PATCH. Raises ApiError; a result that does not decode is echoed whole, as the real server does."""
    media = call.headers.get("Content-Type", "").partition(";")[0]
    if media not in PATCHES:
        raise unsupported_media_type(PATCHES)
    write = Write(store, kind, call, namespace, Options.of(call, "PatchOptions"))
    document = decode_json(call.body)
    old = store.find(kind, namespace, name)
    if old is None:
        raise not_found(kind.plural, name)
    raw = patching.patched(media, old.obj, document)
    try:
        obj = decoded(kind, raw)
    except Undecodable as problem:
        raise _echo(raw, problem.why) from None
    unknown = unknown_fields(kind, raw)
    if unknown and write.options.validation == "Strict":
        raise _echo(raw, f"strict decoding error: {', '.join(unknown)}")
    _place(write, obj)
    _check_name(obj, name)
    return _replace(write, old, obj, unknown if write.options.validation == "Warn" else [])


def _echo(raw: Any, why: str) -> ApiError:
    text = msgspec.json.encode(raw, order="sorted").decode()
    return unprocessable("", "", [invalid("patch", text, why)])


def _read(write: Write, raw: Any) -> tuple[Obj, list[str]]:
    """The object of a POST or PUT, and the warnings about it."""
    kind, options = write.kind, write.options
    given = raw.get("kind", "") if isinstance(raw, dict) else ""
    where = f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
    if given and given != kind.name:
        why = f"converting (v1.{given}) to (core.{kind.name}): unknown conversion"
        raise bad_request(f'{given} in version "v1" cannot be handled as a {kind.name}: {why}')
    try:
        obj = decoded(kind, raw)
    except Undecodable as problem:
        raise bad_request(f"{where}: {problem.why}") from None
    unknown = unknown_fields(kind, raw) if options.validation != "Ignore" else []
    if unknown and options.validation == "Strict":
        raise bad_request(f"{where}: strict decoding error: {', '.join(unknown)}")
    return obj, unknown


def _place(write: Write, obj: Obj) -> None:
    """The namespace of the object is that of the request."""
    meta = obj["metadata"]
    given = meta.get("namespace", "")
    if given and given != write.namespace:
        text = "the namespace of the provided object does not match the namespace sent on the request"
        raise bad_request(text)
    if write.kind.is_namespaced:
        meta["namespace"] = write.namespace


def _check_name(obj: Obj, name: str) -> None:
    given = obj["metadata"].get("name", "")
    if not given:
        text = f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
        raise bad_request(text)
    if given != name:
        raise bad_request(f"the name of the object ({given}) does not match the name on the URL ({name})")


def _demand_namespace(write: Write) -> None:
    """Admission: a namespace must exist, and must not be on its way out."""
    if not write.kind.is_namespaced:
        return
    record = write.store.find(NAMESPACE, "", write.namespace)
    if record is None:
        raise not_found("namespaces", write.namespace)
    if record.obj["metadata"].get("deletionTimestamp"):
        why = f"unable to create new content in namespace {write.namespace} because it is being terminated"
        name = write.namespace
        error = forbidden(write.kind.plural, "", why)
        text = f"namespace {name} is being terminated"
        cause = {"reason": "NamespaceTerminating", "message": text, "field": "metadata.namespace"}
        error.body["details"]["causes"] = [cause]
        raise error


_LETTERS: Final = "bcdfghjklmnpqrstvwxz2456789"


def _generated(write: Write, base: str) -> str:
    """A free name after `base`: five random letters, eight tries."""
    for _ in range(8):
        name = base[:58] + "".join(secrets.choice(_LETTERS) for _ in range(5))
        if write.store.find(write.kind, write.namespace, name) is None:
            return name
    raise already_exists(write.kind.plural, base)


def _prepare(kind: Kind, obj: Obj) -> None:
    if kind is NAMESPACE:
        meta = obj["metadata"]
        meta.setdefault("labels", {})["kubernetes.io/metadata.name"] = meta.get("name", "")
        obj["spec"] = {"finalizers": ["kubernetes"]}
        obj["status"] = {"phase": "Active"}
    elif kind.name == "Pod":
        obj["status"] = {"phase": "Pending", "qosClass": "BestEffort"}


def _track(write: Write, old: Obj | None, obj: Obj, given: list[Obj]) -> None:
    entries = given or ((old or {}).get("metadata", {}).get("managedFields") or [])
    manager = write.options.manager
    tracked = managed.after(entries, old, obj, manager, "Update", write.now)
    obj["metadata"].pop("managedFields", None)
    if tracked:
        obj["metadata"]["managedFields"] = tracked


def _replace(write: Write, old: Record, obj: Obj, warnings: list[str]) -> Reply:
    """The common end of PUT and PATCH: version, validation, managers, commit."""
    kind, held, meta = write.kind, old.obj, obj["metadata"]
    given = meta.get("resourceVersion", "")
    if given and given != held["metadata"]["resourceVersion"]:
        raise conflict(kind.plural, old.name)
    meta["resourceVersion"] = held["metadata"]["resourceVersion"]
    for name in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        if name in held["metadata"]:
            meta.setdefault(name, held["metadata"][name])
    for part in ("spec", "status") if kind is NAMESPACE else ("status",):
        if part in held:
            obj[part] = copy.deepcopy(held[part])
    _track(write, held, obj, meta.get("managedFields") or [])
    causes = update_causes(kind, obj, held)
    if causes:
        raise unprocessable(kind.name, old.name, causes)
    if obj == held:
        return write.reply(held, warnings)
    if not write.options.is_dry_run:
        obj = _committed(write, old, obj)
    return write.reply(obj, warnings)


def _committed(write: Write, old: Record, obj: Obj) -> Obj:
    """Stores an update. The last finalizer that leaves a deleted object takes it away."""
    if obj["metadata"].get("deletionTimestamp") and not obj["metadata"].get("finalizers"):
        write.store.remove(old)
        return obj
    return write.store.commit(write.kind, obj).obj


def delete(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """DELETE, with preconditions. Raises ApiError: 404, 409."""
    options = Options.of_delete(call)
    record = store.find(kind, namespace, name)
    if record is None:
        raise not_found(kind.plural, name)
    meta = record.obj["metadata"]
    for what, wanted, held in (
        ("UID", options.uid, meta["uid"]),
        ("ResourceVersion", options.version, meta["resourceVersion"]),
    ):
        if wanted is not None and wanted != held:
            text = f"Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {held}"
            raise conflict(kind.plural, name, text)
    if meta.get("finalizers") or kind is NAMESPACE:
        return _delete_later(store, record, options)
    if not options.is_dry_run:
        store.remove(record)
    if kind is not SECRET:
        return Reply(200, record.obj)
    details = {"name": name, "kind": kind.plural, "uid": meta["uid"]}
    body: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return Reply(200, body | {"details": details})


def _delete_later(store: Store, record: Record, options: Options) -> Reply:
    """Finalizers hold the object: it is only marked as deleted."""
    obj = copy.deepcopy(record.obj)
    meta = obj["metadata"]
    if meta.get("deletionTimestamp"):
        return Reply(200, obj)
    meta["deletionTimestamp"] = when.rfc3339(store.now())
    meta["deletionGracePeriodSeconds"] = 0
    if record.kind is NAMESPACE:
        obj["status"] = {"phase": "Terminating"}
    if not options.is_dry_run:
        obj = store.commit(record.kind, obj).obj
    return Reply(200, obj)
