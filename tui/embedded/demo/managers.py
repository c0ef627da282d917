"""Simulated External Secrets and cert-manager. They follow the source code of the real controllers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from tui.embedded.demo.object_tools import Condition, hashed, objects, with_conditions
from tui.embedded.objects.kinds import SECRET_KIND
from tui.embedded.objects.store import Store
from tui.embedded.status import Obj
from tui.model.text.times import rfc3339

_FAILURE: Final = ("lastFailureTime", "failedIssuanceAttempts")
_GIVEN: Final = WeakKeyDictionary[Store, dict[str, dict[str, bytes]]]()
"""Data last written to the Secret of each ExternalSecret, by store and by uid of the ExternalSecret."""


def synced_version(external: Obj) -> str:
    """Build a version from the generation, labels and annotations of an ExternalSecret.

    The controller refreshes an ExternalSecret whose status has another version.
    """
    meta = external["metadata"]
    changeable = hashed(16, meta.get("labels", {}), meta.get("annotations", {}))
    return f"{meta.get('generation', 1)}-{changeable}"


def refresh_external_secrets(store: Store) -> None:
    """Refresh each ExternalSecret whose `synced_version` has changed.

    For each other ExternalSecret, restore the edited keys of its Secret. The real controller restores
    them if the Secret's data does not match the annotation data-hash (isSecretValid).
    """
    for external in objects(store, "externalsecrets.external-secrets.io"):
        status = external.get("status", {})
        version = synced_version(external)
        if status.get("syncedResourceVersion") == version:
            _revert(store, external)
            continue
        problem = _store_problem(store, external)
        condition = Condition("Ready", True, "SecretSynced", "secret synced")
        if problem:
            condition = Condition("Ready", False, "SecretSyncedError", problem)
        else:
            status |= {"refreshTime": rfc3339(store.now())}
            _write_values(store, external)
        _keep(store, external, status | {"syncedResourceVersion": version}, [condition])


def _store_problem(store: Store, external: Obj) -> str:
    ref = external["spec"]["secretStoreRef"]
    kind, name = ref.get("kind", "SecretStore"), ref["name"]
    if _is_there(store, "external-secrets.io", kind, external["metadata"]["namespace"], name):
        return ""
    return f'could not get {kind} "{name}", {kind}.external-secrets.io "{name}" not found'


def _write_values(store: Store, external: Obj) -> None:
    uid = external["metadata"]["uid"]
    keys = [entry["secretKey"] for entry in external["spec"].get("data", ())]
    data = {key: f"made-up-{key}-{hashed(6, uid, store.version, key)}".encode() for key in keys}
    _provide(store, external, data)


def _provide(store: Store, external: Obj, data: dict[str, bytes]) -> None:
    meta = external["metadata"]
    _GIVEN.setdefault(store, {})[meta["uid"]] = data
    manager = f"externalsecrets.external-secrets.io/{meta['name']}"
    _write(store, meta["namespace"], _target(external), data, manager)


def _target(external: Obj) -> str:
    name: str = external["spec"].get("target", {}).get("name", external["metadata"]["name"])
    return name


def _revert(store: Store, external: Obj) -> None:
    """Restore edited keys of the Secret. A deleted Secret is not created again."""
    meta, spec = external["metadata"], external["spec"]
    record = store.find(SECRET_KIND, meta["namespace"], _target(external))
    if record is None:
        return
    data, keys = record.obj.get("data", {}), [entry["secretKey"] for entry in spec.get("data", ())]
    current = {key: base64.b64decode(data[key]) for key in keys if key in data}
    given = _GIVEN.setdefault(store, {}).setdefault(meta["uid"], current)
    if current != given:
        _provide(store, external, given)


def renew_certificates(store: Store) -> None:
    for certificate in objects(store, "certificates.cert-manager.io"):
        status: Obj = certificate.get("status", {})
        by_type = {condition["type"]: condition for condition in status.get("conditions", ())}
        if by_type.get("Issuing", {}).get("status") != "True":
            continue
        ref = certificate["spec"]["issuerRef"]
        kind = ref.get("kind", "Issuer")
        if _is_there(store, "cert-manager.io", kind, certificate["metadata"]["namespace"], ref["name"]):
            status = {name: part for name, part in status.items() if name not in _FAILURE}
            status |= _issue(store, certificate) | {"revision": status.get("revision", 0) + 1}
            message = "Certificate is up to date and has not expired"
            conditions = [Condition("Ready", True, "Ready", message)]
        else:
            failed = status.get("failedIssuanceAttempts", 0) + 1
            status |= {"lastFailureTime": rfc3339(store.now()), "failedIssuanceAttempts": failed}
            message = f'The certificate request has failed to complete: {kind} "{ref["name"]}" not found'
            conditions = [Condition("Issuing", False, "Failed", message)]
            if ready := by_type.get("Ready"):
                before = Condition("Ready", ready["status"] == "True", ready["reason"], ready["message"])
                conditions.insert(0, before)
        _keep(store, certificate, status, conditions)


def _issue(store: Store, certificate: Obj) -> Obj:
    from tui.embedded.demo.certificate import SECONDS, pair

    spec, meta, now = certificate["spec"], certificate["metadata"], store.now()
    data = pair(spec["dnsNames"], now)
    _write(store, meta["namespace"], spec["secretName"], data, "cert-manager-certificates-issuing")
    times = {"notBefore": 0, "notAfter": SECONDS, "renewalTime": SECONDS * 2 // 3}
    return {name: rfc3339(now + shift) for name, shift in times.items()}


def _is_there(store: Store, group: str, kind: str, namespace: str, name: str) -> bool:
    stored = store.by_resource.get(f"{kind.lower()}s.{group}")
    place = "" if kind.startswith("Cluster") else namespace
    return stored is not None and f"{place}/{name}" in stored.records


def _keep(store: Store, obj: Obj, status: Obj, conditions: list[Condition]) -> None:
    merged = with_conditions(obj.get("status", {}).get("conditions", ()), conditions, store.now())
    store.put(obj | {"status": status | {"conditions": merged}})


def _write(store: Store, namespace: str, name: str, values: dict[str, bytes], manager: str) -> None:
    record = store.find(SECRET_KIND, namespace, name)
    secret: dict[str, Any] = {"kind": "Secret", "metadata": {"name": name, "namespace": namespace}}
    if record:
        secret = store.get("secrets", namespace, name)
        secret["metadata"].pop("managedFields", None)
    encoded = {key: base64.b64encode(value).decode() for key, value in values.items()}
    store.put(secret | {"data": secret.get("data", {}) | encoded}, manager)


DEMO_MANAGERS: Final[tuple[Callable[[Store], None], ...]] = (refresh_external_secrets, renew_certificates)
