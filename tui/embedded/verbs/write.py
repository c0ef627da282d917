"""POST, PATCH and DELETE of Secrets: one path for a rehearsal and for a write.

Source: apiserver, pkg/endpoints/handlers/{create,patch,delete}.go and pkg/registry/generic/registry.
"""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from tui.embedded.objects import managed_fields
from tui.embedded.objects.kinds import NAMESPACE, SECRET
from tui.embedded.objects.secret_rules import create_causes, pair_warning, settled, update_causes
from tui.embedded.objects.store import Record, Store
from tui.embedded.status import (
    ApiError,
    Cause,
    Obj,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    not_found,
    unprocessable,
)
from tui.embedded.verbs.call import JSON, MERGE, Call, Reply, decoded
from tui.model.text.times import rfc3339


class _Metadata(msgspec.Struct, forbid_unknown_fields=True):
    """The metadata that a write may bring. All else is refused, not overlooked."""

    name: str = ""
    namespace: str = ""
    resourceVersion: str | None = None  # noqa: N815  the API's name
    labels: dict[str, str | None] | None = None
    annotations: dict[str, str | None] | None = None
    finalizers: list[str] | None = None


class Secret(msgspec.Struct, forbid_unknown_fields=True):
    """A Secret, or a merge patch of one."""

    kind: Literal["Secret"] = "Secret"
    apiVersion: Literal["v1"] = "v1"  # noqa: N815
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
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
    dryRun: list[Literal["All"]] = []  # noqa: N815


@dataclass(frozen=True)
class _Write:
    """What every write of a Secret needs."""

    store: Store
    call: Call
    namespace: str
    is_dry_run: bool
    manager: str

    @classmethod
    def of(cls, store: Store, call: Call, namespace: str) -> _Write:
        """Raises ApiError (400) for a parameter that is not served."""
        manager = call.query.get("fieldManager") or call.headers.get("User-Agent", "").split("/")[0]
        return cls(store, call, namespace, call.rehearses(), manager)

    def place(self, obj: Obj, name: str = "") -> None:
        """Gives the object the namespace of its request. Raises ApiError (400) if it names another place."""
        meta = obj["metadata"]
        if meta.get("namespace", self.namespace) != self.namespace or (name and meta.get("name") != name):
            raise bad_request("the name or namespace of the object does not match the request")
        meta["namespace"] = self.namespace

    def admit(self, obj: Obj, old: Obj | None) -> None:
        """Lets admission change the object, and gives it its managedFields."""
        for mutate in self.store.admission:
            mutate(obj, old)
        now = rfc3339(self.store.now())
        obj["metadata"].pop("managedFields", None)
        if tracked := managed_fields.track(old, obj, self.manager, now):
            obj["metadata"]["managedFields"] = tracked

    def warn(self, obj: Obj) -> None:
        if warning := pair_warning(obj):
            self.call.warnings.append(warning)


def create(store: Store, call: Call, namespace: str) -> Reply:
    """201 with the stored Secret. Raises ApiError."""
    write = _Write.of(store, call, namespace)
    body = call.read(JSON)
    if decoded(body, Secret).metadata.resourceVersion is not None:
        raise bad_request("what is created has no resourceVersion")
    obj = settled(msgspec.json.decode(body), SECRET)
    write.place(obj)
    write.admit(obj, None)
    meta = obj["metadata"]
    name = meta.get("name", "")
    _demand_namespace(write, name)
    meta |= {"uid": str(uuid.uuid4()), "creationTimestamp": rfc3339(store.now())}
    causes = list(create_causes(obj))
    if causes:
        raise unprocessable(SECRET.name, name, causes)
    write.warn(obj)
    if held := store.find(SECRET, namespace, name):
        raise already_exists(SECRET.plural, name, is_leaving="deletionTimestamp" in held.obj["metadata"])
    return Reply(201, obj if write.is_dry_run else store.commit(SECRET, obj).obj)


def _demand_namespace(write: _Write, name: str) -> None:
    """A namespace must exist, and must not be on its way out."""
    record = write.store.find(NAMESPACE, "", write.namespace)
    if record is None:
        raise not_found("namespaces", write.namespace)
    if record.obj["metadata"].get("deletionTimestamp"):
        raise forbidden(SECRET.plural, name, f"namespace {write.namespace} is being terminated")


def patch(store: Store, call: Call, namespace: str, name: str) -> Reply:
    """A merge patch. Raises ApiError."""
    write = _Write.of(store, call, namespace)
    body = call.read(MERGE)
    document = decoded(body, object)
    old = store.find(SECRET, namespace, name)
    if old is None:
        raise not_found(SECRET.plural, name)
    _demand_secret(body, document)
    obj = settled(merged(old.obj, document), SECRET)
    write.place(obj, name)
    held, meta = old.obj["metadata"], obj["metadata"]
    write.admit(obj, old.obj)
    if meta.get("resourceVersion", "0") not in ("0", held["resourceVersion"]):
        raise conflict(SECRET.plural, name)
    meta["resourceVersion"] = held["resourceVersion"]
    causes = list(update_causes(obj, old.obj))
    if causes:
        raise unprocessable(SECRET.name, name, causes)
    write.warn(obj)
    if obj == old.obj or write.is_dry_run:
        return Reply(200, obj)
    if meta.get("deletionTimestamp") and not meta.get("finalizers"):
        # The last finalizer that leaves a deleted object takes it away.
        store.remove(old)
        return Reply(200, obj)
    return Reply(200, store.commit(SECRET, obj).obj)


def _demand_secret(body: bytes, document: object) -> None:
    """Raises ApiError: 400 for a patch that is no object, 422 for one whose result is no Secret."""
    if not isinstance(document, dict):
        raise bad_request("a merge patch is an object")
    try:
        decoded(body, Secret)
    except ApiError as problem:
        cause = Cause("FieldValueInvalid", "patch", problem.body["message"])
        raise unprocessable("", "", [cause]) from None


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
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
    """Takes one Secret away, or marks it while finalizers hold it. Raises ApiError: 400, 404, 409."""
    call.takes("dryRun")
    body = call.read(JSON)
    options = decoded(body or b"{}", DeleteOptions)
    # With a body the server does not look at the query.
    is_dry_run = bool(options.dryRun) if body else "dryRun" in call.query
    record = store.find(SECRET, namespace, name)
    if record is None:
        raise not_found(SECRET.plural, name)
    meta, wanted = record.obj["metadata"], options.preconditions
    if wanted.uid not in (None, meta["uid"]) or wanted.resourceVersion not in (None, meta["resourceVersion"]):
        raise conflict(SECRET.name, name, "a precondition does not hold")
    if meta.get("finalizers"):
        return Reply(200, _marked(store, record, is_dry_run=is_dry_run))
    if not is_dry_run:
        store.remove(record)
    details = {"name": name, "kind": SECRET.plural, "uid": meta["uid"]}
    done: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return Reply(200, done | {"details": details})


def _marked(store: Store, record: Record, *, is_dry_run: bool) -> Obj:
    """The object, marked as deleted; whoever empties its finalizers ends it."""
    if record.obj["metadata"].get("deletionTimestamp"):
        return record.obj
    leaving = {"deletionTimestamp": rfc3339(store.now()), "deletionGracePeriodSeconds": 0}
    obj = record.obj | {"metadata": record.obj["metadata"] | leaving}
    return obj if is_dry_run else store.commit(SECRET, obj).obj
