"""Played controllers of the managers of Secrets: each answers a request at the source as its project does."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.controlplane.custom_kinds import CustomKind
from tests.controlplane.manager_kinds import (
    CERTIFICATE,
    EXTERNAL_SECRET,
    HELM_RELEASE,
    KUSTOMIZATION,
    VAULT_DYNAMIC,
    VAULT_PKI,
    VAULT_STATIC,
)
from tests.controlplane.plane import ControlPlane
from tests.journeys.beat import repeated

REQUESTED: Final = "reconcile.fluxcd.io/requestedAt"
FORCED: Final = "reconcile.fluxcd.io/forceAt"
Obj = dict[str, Any]


@dataclass
class Manager:
    """The controller of one kind in one namespace."""

    plane: ControlPlane
    namespace: str
    kind: CustomKind
    tend: Callable[[Manager, Obj], None]
    writes: int = 0
    """Number of writes to the Secret, which is also part of the value."""
    seen: dict[str, Obj] = field(default_factory=dict)
    """Annotations on which the controller last acted, by object name."""

    def look(self) -> None:
        """Tend all objects once."""
        for obj in self.ask("GET", self.kind.path(self.namespace))["items"]:
            self.tend(self, obj)

    def ask(self, method: str, path: str, body: Obj | None = None) -> Any:
        answer = self.plane.ask(method, path, body)
        assert answer.status < 300, answer.text
        return answer.body

    def set_status(self, obj: Obj, **status: Any) -> None:
        """Patch these fields of the status; None removes a field."""
        where = f"{self.kind.path(self.namespace)}/{obj['metadata']['name']}/status"
        self.ask("PATCH", where, {"status": status})

    def write_secret(self, name: str, *keys: str, **parts: Any) -> None:
        """Give these keys another value; `parts` are the other fields of a new Secret."""
        self.writes += 1
        value = base64.b64encode(f"made-up-{self.writes}".encode()).decode()
        path = f"/api/v1/namespaces/{self.namespace}/secrets"
        data = {"data": dict.fromkeys(keys, value)}
        if self.plane.ask("PATCH", f"{path}/{name}", data).status == 404:
            meta = {"name": name, **parts.pop("metadata")}
            self.ask("POST", path, {"metadata": meta, **parts, **data})


def external_secret(manager: Manager, obj: Obj) -> None:
    """Play external-secrets: any change of labels or annotations is a request."""
    status, meta = obj.get("status", {}), obj["metadata"]
    about = json.dumps([meta.get("labels"), meta.get("annotations")])
    version = f"{meta['generation']}-{hashlib.sha256(about.encode()).hexdigest()[:12]}"
    if status.get("syncedResourceVersion") == version:
        return
    marks = {
        "ownerReferences": [_owner(obj) | {"controller": True}],
        "labels": {"reconcile.external-secrets.io/managed": "true"},
    }
    keys = [one["secretKey"] for one in obj["spec"]["data"]]
    manager.write_secret(meta["name"], *keys, metadata=marks)
    _condition(
        *(manager, obj, "Ready", True, "SecretSynced", "secret synced"),
        # The first time is told as long past, so that the next one is seen: times have whole seconds.
        refreshTime=_now(timedelta() if "refreshTime" in status else -timedelta(minutes=1)),
        syncedResourceVersion=version,
    )


def certificate(manager: Manager, obj: Obj) -> None:
    """Play cert-manager: a true condition Issuing requests a certificate, and is removed with it."""
    status = obj.get("status", {})
    held = {one["type"]: one for one in status.get("conditions", ())}
    is_first = "revision" not in status and "Issuing" not in held
    if not is_first and held.get("Issuing", {}).get("status") != "True":
        return
    marks = {"annotations": {"cert-manager.io/certificate-name": obj["metadata"]["name"]}}
    name = obj["spec"]["secretName"]
    manager.write_secret(name, "tls.crt", "tls.key", metadata=marks, type="kubernetes.io/tls")
    issued = {"revision": status.get("revision", 0) + 1, "notAfter": _now(timedelta(days=90))}
    rest = [one for name, one in held.items() if name != "Issuing"]
    obj = obj | {"status": status | {"conditions": rest}}
    _condition(manager, obj, "Ready", True, "Ready", "Certificate is up to date", **issued)


def kustomization(manager: Manager, obj: Obj) -> None:
    """Play Flux: the annotation is a request; its value goes into the status once handled."""
    status, meta = obj.get("status", {}), obj["metadata"]
    asked = meta.get("annotations", {}).get(REQUESTED, "first")
    if status.get("lastHandledReconcileAt") == asked:
        return
    handled = {"lastHandledReconcileAt": asked, "observedGeneration": meta["generation"]}
    labels = {f"{obj['apiVersion'].partition('/')[0]}/{part}": meta[part] for part in ("name", "namespace")}
    manager.write_secret(f"of-{meta['name']}", "password", metadata={"labels": labels})
    said = "Applied revision: main@sha1:0000"
    _condition(manager, obj, "Ready", True, "ReconciliationSucceeded", said, **handled)


def helm_release(manager: Manager, obj: Obj) -> None:
    """Play Flux: an upgrade happens only if forced, by the same value in both annotations."""
    status, meta = obj.get("status", {}), obj["metadata"]
    notes = meta.get("annotations", {})
    asked = notes.get(REQUESTED, "first")
    if status.get("lastHandledReconcileAt") == asked:
        return
    handled = {"lastHandledReconcileAt": asked, "observedGeneration": meta["generation"]}
    if FORCED in notes:
        handled["lastHandledForceAt"] = notes[FORCED]
    if notes.get(FORCED) == asked or "lastHandledReconcileAt" not in status:
        labels = {f"{HELM_RELEASE.group}/{part}": meta[part] for part in ("name", "namespace")}
        manager.write_secret(f"of-{meta['name']}", "password", metadata={"labels": labels})
    said = "Helm upgrade succeeded for release made-up"
    _condition(manager, obj, "Ready", True, "UpgradeSucceeded", said, **handled)


def vault_secret(manager: Manager, obj: Obj) -> None:
    """Play the Vault Secrets Operator: any change of annotations is a request and renews all conditions."""
    meta, notes = obj["metadata"], obj["metadata"].get("annotations", {})
    if manager.seen.get(meta["name"]) == notes:
        return
    # The first time is told as long past, so that the next one is seen: times have whole seconds.
    now = _now(timedelta() if meta["name"] in manager.seen else -timedelta(minutes=1))
    manager.seen[meta["name"]] = notes
    told = {"SecretSynced": "Synced", "Healthy": "Healthy", "Ready": "Ready"}
    held = [
        {"type": name, "status": "True", "reason": reason, "message": "made-up", "lastTransitionTime": now}
        for name, reason in told.items()
    ]
    marks = {"ownerReferences": [_owner(obj)], "labels": {"app.kubernetes.io/managed-by": "hashicorp-vso"}}
    manager.write_secret(obj["spec"]["destination"]["name"], "password", metadata=marks)
    more = _synced(obj["kind"], manager.writes)
    manager.set_status(obj, conditions=held, lastGeneration=meta["generation"], **more)


def _owner(obj: Obj) -> Obj:
    meta = obj["metadata"]
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": meta["name"], "uid": meta["uid"]}


def _synced(kind: str, number: int) -> Obj:
    """Status fields by which that kind reports a sync."""
    at = int(datetime.now(UTC).timestamp())
    if kind == VAULT_DYNAMIC.kind:
        lease = {"id": f"made-up/{number}", "duration": 3600, "renewable": True, "requestID": str(number)}
        return {"lastRenewalTime": at, "secretLease": lease}
    mac = {"secretMAC": base64.b64encode(f"made-up-mac-{number}".encode()).decode()}
    if kind == VAULT_STATIC.kind:
        return mac
    times = {"expiration": at + 3600, "lastRotation": at}
    return mac | times | {"serialNumber": f"00:00:{number:02d}", "valid": True, "error": ""}


TENDS: Final = {
    EXTERNAL_SECRET.kind: external_secret,
    CERTIFICATE.kind: certificate,
    KUSTOMIZATION.kind: kustomization,
    HELM_RELEASE.kind: helm_release,
    **dict.fromkeys((VAULT_STATIC.kind, VAULT_DYNAMIC.kind, VAULT_PKI.kind), vault_secret),
}


def _condition(
    manager: Manager, obj: Obj, name: str, is_true: bool, reason: str, message: str, **more: Any
) -> None:
    """Set one condition; nothing is written if that changes nothing."""
    held = {one["type"]: one for one in obj.get("status", {}).get("conditions", ())}
    said = {"type": name, "status": str(is_true), "reason": reason, "message": message}
    if held.get(name, {}).items() >= said.items() and not more:
        return
    held[name] = said | {"lastTransitionTime": _now()}
    manager.set_status(obj, conditions=list(held.values()), **more)


def _now(later: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + later).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def at_work(plane: ControlPlane, namespace: str, kind: CustomKind) -> Iterator[Manager]:
    """Run the played controller of this kind on a thread until the block ends."""
    played = Manager(plane, namespace, kind, TENDS[kind.kind])
    with repeated(played.look, kind.kind):
        yield played
