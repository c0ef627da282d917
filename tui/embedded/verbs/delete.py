"""DELETE: preconditions, finalizers, and what is answered.

Source: apiserver, pkg/endpoints/handlers/delete.go and pkg/registry/rest/delete.go.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Final

from tui.embedded.causes import not_supported
from tui.embedded.objects import json_text, times
from tui.embedded.objects.json_text import NotJson
from tui.embedded.objects.kinds import NAMESPACE, POD, Kind
from tui.embedded.objects.store import Record, Store
from tui.embedded.status import Obj, bad_request, conflict, forbidden, not_found, unprocessable
from tui.embedded.verbs.call import Call, Reply
from tui.embedded.verbs.read import chosen, listed
from tui.embedded.verbs.request_body import unregistered
from tui.embedded.verbs.write_options import META_GROUP, dry_run_causes

_POLICIES: Final = ("Foreground", "Background", "Orphan")
_KEPT: Final = frozenset({"default", "kube-public", "kube-system"})
_WITH_OBJECT: Final = frozenset({"pods", "namespaces", "serviceaccounts"})
"""The kinds whose deletion is answered with the object."""


@dataclass(frozen=True)
class DeleteOptions:
    """What must hold for a deletion to happen, and whether it is a rehearsal."""

    is_dry_run: bool = False
    uid: str | None = None
    version: str | None = None
    grace: int | None = None
    """Seconds; None for the object's own."""

    @classmethod
    def of(cls, call: Call) -> DeleteOptions:
        """From the body, or the query if there is none: never from both. Raises ApiError (400).

        Source: apiserver pkg/endpoints/handlers/delete.go.
        """
        has_body = call.body != b""
        try:
            body: Any = json_text.decode(call.read()) if has_body else {}
        except NotJson as problem:
            raise bad_request(f"couldn't get version/kind; json parse error: {problem.why}") from None
        given = body if isinstance(body, dict) else {}
        name, version = given.get("kind") or "DeleteOptions", given.get("apiVersion") or "v1"
        if name != "DeleteOptions":
            raise bad_request(unregistered(name, version))
        wanted = given.get("preconditions") or {}
        dry_run = given.get("dryRun") or []
        policy = given.get("propagationPolicy")
        if not has_body:
            dry_run, policy = list(call.query.getall("dryRun", ())), call.query.get("propagationPolicy")
        causes = list(dry_run_causes(dry_run))
        if policy is not None and policy not in _POLICIES:
            causes.insert(0, not_supported("propagationPolicy", policy, (*_POLICIES, "nil")))
        if causes:
            raise unprocessable("DeleteOptions", "", causes, META_GROUP)
        grace = given.get("gracePeriodSeconds")
        if grace is None and not has_body:
            grace = call.number("gracePeriodSeconds")
        return cls(bool(dry_run), wanted.get("uid"), wanted.get("resourceVersion"), grace)

    def demand(self, kind: Kind, meta: Obj) -> None:
        """Raises ApiError (409) if a precondition does not hold."""
        for what, wanted, held, since in (
            ("UID", self.uid, meta["uid"], "deleted and then recreated"),
            ("ResourceVersion", self.version, meta["resourceVersion"], "modified"),
        ):
            if wanted is not None and wanted != held:
                why = (
                    f"the {what} in the precondition ({wanted}) does not match the {what} in record ({held})"
                    f". The object might have been {since}"
                )
                raise conflict(kind.name, meta["name"], why)


def delete(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    """Takes one object away, or marks it while finalizers hold it. Raises ApiError: 404, 409, 400."""
    options = DeleteOptions.of(call)
    record = store.find(kind, namespace, name)
    if record is None:
        raise not_found(kind.plural, name)
    options.demand(kind, record.obj["metadata"])
    return _deleted(store, record, options)


def delete_many(store: Store, kind: Kind, call: Call, namespace: str) -> Reply:
    """Deletes what a list would show, and answers with that list. Raises ApiError: 400."""
    options = DeleteOptions.of(call)
    found, version = chosen(store, kind, call, namespace), store.version
    for record in found:
        _deleted(store, record, options)
    return listed(store, kind, call, found, version)


def _deleted(store: Store, record: Record, options: DeleteOptions) -> Reply:
    meta = record.obj["metadata"]
    if record.kind is NAMESPACE and record.name in _KEPT:
        raise forbidden("namespaces", record.name, "this namespace may not be deleted")
    if meta.get("finalizers") or record.kind is NAMESPACE or _has_kubelet(record, options):
        return Reply(200, _marked(store, record, options))
    gone = _leaving(store, record, 0) if record.kind is POD else copy.deepcopy(record.obj)
    if record.kind is POD and not options.is_dry_run:
        # A pod leaves in two steps, seen by watches: marked, then gone.
        record = store.commit(POD, gone)
    version = record.version if options.is_dry_run else store.remove(record)
    if record.kind.plural in _WITH_OBJECT:
        return Reply(200, gone | {"metadata": gone["metadata"] | {"resourceVersion": str(version)}})
    details = {"name": record.name, "kind": record.kind.plural, "uid": meta["uid"]}
    body: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return Reply(200, body | {"details": details})


def _has_kubelet(record: Record, options: DeleteOptions) -> bool:
    """A pod on a node stays until its kubelet has ended it; there is none here."""
    spec = record.obj.get("spec") or {}
    return record.kind is POD and bool(spec.get("nodeName")) and options.grace != 0


def _marked(store: Store, record: Record, options: DeleteOptions) -> Obj:
    """The object, marked as deleted; whoever empties its finalizers ends it."""
    if record.obj["metadata"].get("deletionTimestamp"):
        return record.obj
    if record.kind is NAMESPACE:
        obj = copy.deepcopy(record.obj)
        obj["metadata"]["deletionTimestamp"] = times.rfc3339(store.now())
        obj["status"] = {"phase": "Terminating"}
    else:
        patience = (record.obj.get("spec") or {}).get("terminationGracePeriodSeconds", 30)
        grace = patience if options.grace is None else options.grace
        obj = _leaving(store, record, grace if record.kind is POD else 0)
    return obj if options.is_dry_run else store.commit(record.kind, obj).obj


def _leaving(store: Store, record: Record, grace: int) -> Obj:
    obj = copy.deepcopy(record.obj)
    meta = obj["metadata"]
    meta["deletionTimestamp"] = times.rfc3339(store.now() + grace)
    meta["deletionGracePeriodSeconds"] = grace
    if "generation" in meta and "deletionTimestamp" not in record.obj["metadata"]:
        meta["generation"] += 1
    return obj
