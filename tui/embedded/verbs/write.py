"""POST, PUT and PATCH: one path for a rehearsal and for a write.

Source: apiserver, pkg/endpoints/handlers/{create,update,patch}.go and pkg/registry/generic/registry.
"""

from __future__ import annotations

import copy
import secrets
import uuid
from dataclasses import dataclass
from typing import Final

from tui.embedded.objects import certificate, json_text, managed_fields, pods, times
from tui.embedded.objects.canonical import drop_empty_data
from tui.embedded.objects.kinds import NAMESPACE, POD, SECRET, Kind
from tui.embedded.objects.store import Record, Store
from tui.embedded.objects.validation import create_causes, update_causes
from tui.embedded.status import (
    ApiError,
    Obj,
    already_exists,
    conflict,
    forbidden,
    not_found,
    status,
    unknown_patch_type,
    unprocessable,
)
from tui.embedded.verbs import patches, request_body
from tui.embedded.verbs.call import Call, Reply, json_body
from tui.embedded.verbs.read import shaped
from tui.embedded.verbs.request_body import Incoming
from tui.embedded.verbs.write_options import Options

PATCHES: Final = (patches.JSON_PATCH, patches.MERGE, patches.STRATEGIC)
_GIVEN_BY_SERVER: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "selfLink",
    "uid",
)
_LETTERS: Final = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True)
class Write:
    """What every write needs."""

    store: Store
    kind: Kind
    call: Call
    namespace: str
    options: Options

    def reply(self, obj: Obj, code: int = 200) -> Reply:
        return shaped(self.store, self.kind, self.call, obj, code)

    def warn(self, obj: Obj) -> None:
        """What the server has to say about a valid object, whether or not it will be stored."""
        if self.kind is SECRET and obj.get("type") == "kubernetes.io/tls":
            problem = certificate.pair_problem(obj.get("data") or {})
            self.call.warnings.extend([problem] if problem else [])

    def track(self, old: Obj | None, came: Incoming) -> None:
        """Lets admission change the object, and gives it its managedFields."""
        if self.kind is SECRET:
            for mutate in self.store.admission:
                mutate(came.obj, old)
        now = times.rfc3339(self.store.now())
        tracked = managed_fields.track(old, came.written, self.options.manager, "Update", now)
        came.obj["metadata"].pop("managedFields", None)
        if tracked:
            came.obj["metadata"]["managedFields"] = tracked


def create(store: Store, kind: Kind, call: Call, namespace: str) -> Reply:
    """201 with the stored object. Raises ApiError."""
    body = json_body(call)
    write = Write(store, kind, call, namespace, Options.of(call, "CreateOptions"))
    came = request_body.read(kind, body, write.options.validation, call.warnings)
    obj, meta = came.obj, came.obj["metadata"]
    for name in _GIVEN_BY_SERVER:
        meta.pop(name, None)
    request_body.place(kind, namespace, obj)
    if kind is NAMESPACE and meta.get("name"):
        meta.setdefault("labels", {})["kubernetes.io/metadata.name"] = meta["name"]
    if kind is POD:
        pods.fill_in(obj)
    write.track(None, came)
    _demand_namespace(write, meta.get("name", ""))
    if meta.get("generateName") and not meta.get("name"):
        meta["name"] = _generated(write, meta["generateName"])
    meta["uid"] = str(uuid.uuid4())
    meta["creationTimestamp"] = times.rfc3339(store.now())
    _prepare(kind, obj)
    causes = create_causes(kind, obj)
    if causes:
        raise unprocessable(kind.name, meta.get("name", ""), causes)
    drop_empty_data(obj)
    write.warn(obj)
    given = meta.get("resourceVersion", "")
    # One that is no number goes unnoticed here.
    if given.isdecimal() and int(given) and not write.options.is_dry_run:
        text = "resourceVersion should not be set on objects to be created"
        raise ApiError(500, status(500, "", text))
    if held := store.find(kind, namespace, meta["name"]):
        is_leaving = "deletionTimestamp" in held.obj["metadata"]
        raise already_exists(kind.plural, held.name, is_leaving=is_leaving)
    if not write.options.is_dry_run:
        obj = store.commit(kind, obj, is_rough=bool(came.nulls)).obj
    return write.reply(obj, 201)


def update(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """PUT. Raises ApiError; nothing is created."""
    body = json_body(call)
    write = Write(store, kind, call, namespace, Options.of(call, "UpdateOptions"))
    came = request_body.read(kind, body, write.options.validation, call.warnings)
    obj = came.obj
    request_body.place(kind, namespace, obj)
    request_body.check_name(obj, name)
    old = store.find(kind, namespace, name)
    if old is None:
        raise not_found(kind.plural, name)
    uid, held = obj["metadata"].get("uid"), old.obj["metadata"]["uid"]
    if uid and uid != held:
        key = f"/registry/{kind.plural}/{old.key.lstrip('/')}"
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {held}"
        storage = f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, "
        raise conflict(kind.plural, name, f"{storage}AdditionalErrorMsg: {why}")
    return _replace(write, old, came)


def patch(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """PATCH. Raises ApiError."""
    media = call.headers.get("Content-Type", "").partition(";")[0]
    if media not in PATCHES:
        raise unknown_patch_type()
    write = Write(store, kind, call, namespace, Options.of(call, "PatchOptions"))
    body = call.read()
    document = request_body.patch_document(body)
    old = store.find(kind, namespace, name)
    if old is None:
        raise not_found(kind.plural, name)
    raw = patches.patched(media, old.obj, document)
    odd = json_text.repeated(body) if media == patches.MERGE else []
    told = None
    if media == patches.STRATEGIC:
        told = request_body.go_text(request_body.merged_up(document, old.obj))
    came = request_body.patched_object(kind, raw, write.options.validation, odd, call.warnings, told)
    request_body.place(kind, namespace, came.obj)
    request_body.check_name(came.obj, name)
    return _replace(write, old, came)


def _demand_namespace(write: Write, name: str) -> None:
    """Admission: a namespace must exist, and must not be on its way out."""
    if not write.kind.is_namespaced:
        return
    record = write.store.find(NAMESPACE, "", write.namespace)
    if record is None:
        raise not_found("namespaces", write.namespace)
    if record.obj["metadata"].get("deletionTimestamp"):
        where = write.namespace
        why = f"unable to create new content in namespace {where} because it is being terminated"
        error = forbidden(write.kind.plural, name, why)
        text = f"namespace {where} is being terminated"
        cause = {"reason": "NamespaceTerminating", "message": text, "field": "metadata.namespace"}
        error.body["details"]["causes"] = [cause]
        raise error


def _generated(write: Write, base: str) -> str:
    """A free name after `base`: five random letters, eight tries."""
    for _ in range(8):
        name = base[:58] + "".join(secrets.choice(_LETTERS) for _ in range(5))
        if write.store.find(write.kind, write.namespace, name) is None:
            return name
    raise already_exists(write.kind.plural, base)


def _prepare(kind: Kind, obj: Obj) -> None:
    if kind is NAMESPACE:
        obj["spec"] = {"finalizers": ["kubernetes"]}
        obj["status"] = {"phase": "Active"}
    elif kind is POD:
        pods.admit(obj)


def _replace(write: Write, old: Record, came: Incoming) -> Reply:
    """The common end of PUT and PATCH: managers, version, validation, commit."""
    kind, held, obj, meta = write.kind, old.obj, came.obj, came.obj["metadata"]
    if kind is POD:
        pods.fill_in(obj)
    for part in ("spec", "status") if kind is NAMESPACE else ("status",):
        if part in held:
            obj[part] = copy.deepcopy(held[part])
    write.track(held, came)
    _demand_version(kind, old, meta.get("resourceVersion", ""))
    meta["resourceVersion"] = held["metadata"]["resourceVersion"]
    meta["creationTimestamp"] = held["metadata"]["creationTimestamp"]
    meta.pop("generation", None)
    for name in ("generation", "deletionTimestamp"):
        if name in held["metadata"]:
            meta[name] = held["metadata"][name]
    # A story's pod was put without a generation, and need not have one.
    if kind is POD and obj["spec"] != held["spec"] and "generation" in meta:
        meta["generation"] += 1
    for name in ("uid", "deletionGracePeriodSeconds"):
        if name in held["metadata"]:
            meta.setdefault(name, held["metadata"][name])
    causes = update_causes(kind, obj, held)
    if causes:
        raise unprocessable(kind.name, old.name, causes)
    drop_empty_data(obj)
    write.warn(obj)
    if not write.options.is_dry_run:
        meta.pop("selfLink", None)  # never stored; only a rehearsal shows what was given
    if obj == held and not (old.is_rough or came.nulls):
        return write.reply(held)
    if not write.options.is_dry_run:
        obj = _committed(write, old, came)
    return write.reply(obj)


def _demand_version(kind: Kind, old: Record, given: str) -> None:
    """Raises ApiError: 409 if another version is stored, 500 if it is no number. "" and "0" take any."""
    if given and not given.isdecimal():
        text = f'strconv.ParseUint: parsing "{given}": invalid syntax'
        raise ApiError(500, status(500, "", text))
    if given and int(given) not in (0, old.version):
        raise conflict(kind.plural, old.name)


def _committed(write: Write, old: Record, came: Incoming) -> Obj:
    """Stores an update. The last finalizer that leaves a deleted object takes it away, as it came."""
    meta = came.obj["metadata"]
    if meta.get("deletionTimestamp") and not meta.get("finalizers"):
        write.store.remove(old)
        return came.written
    return write.store.commit(write.kind, came.obj, is_rough=bool(came.nulls)).obj
