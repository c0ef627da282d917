"""Vault Secrets Operator: request a sync, which may bring a new value, lease or certificate.

Source: vault-secrets-operator controllers (predicates.go, vault{static,dynamic,pki}secret_controller.go).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import ApiKind, Obj, at, condition, objects, text
from tui.model.managers.source.source import (
    Progress,
    Remote,
    Request,
    Source,
    SourceAction,
    SourcePlace,
    SourceState,
)
from tui.model.managers.source.status import (
    annotate,
    failed,
    is_false,
    is_true,
    moved,
    owned_by,
    ready_state,
)
from tui.model.secret.secret import Secret
from tui.model.text.times import parse_time

_GROUP: Final = "secrets.hashicorp.com"
_STATIC, _DYNAMIC, _PKI = "VaultStaticSecret", "VaultDynamicSecret", "VaultPKISecret"
_SYNCED: Final = {
    _STATIC: ("status.secretMAC",),
    _DYNAMIC: ("status.lastRenewalTime", "status.secretLease.id"),
    _PKI: ("status.serialNumber", "status.expiration"),
}
"""Keys are kinds. Values are the status fields that change when a sync writes the Secret."""


def _place(kind: str, secret: Secret) -> SourcePlace | None:
    return owned_by(secret, (ApiKind(_GROUP, "v1beta1", f"{kind.lower()}s", kind),))


def _state(kind: str, obj: Obj, secret: Secret) -> SourceState:
    synced = condition(obj, "SecretSynced") or condition(obj, "Ready")
    state = ready_state(synced)
    facts = [*state.facts, ("path in Vault", _path(kind, obj))]
    if every := text(obj, "spec.refreshAfter"):
        facts.append(("refresh", f"after {every}"))
    if kind == _DYNAMIC and (lease := text(obj, "status.secretLease.duration")):
        facts.append(("lease", f"{lease} s"))
    restarts = [
        f"{target.get('kind')}/{target.get('name')}" for target in objects(obj, "spec.rolloutRestartTargets")
    ]
    is_checked = at(obj, "spec.hmacSecretData", True) is True
    if restarts and is_checked:
        facts.append(("also restarts", ", ".join(restarts)))
    edit = ""
    if kind == _STATIC:
        edit = f"An edit is reverted within about {every or '60 s'}."
        if not is_checked:
            until = "the next refresh" if every else "the value in Vault changes"
            edit = f"An edit stays until {until} (hmacSecretData is off)."
    last = parse_time(text(obj, "status.lastRenewalTime")) or _time(obj)
    return replace(state, facts=tuple(facts), last=last, edit=edit)


def _path(kind: str, obj: Obj) -> str:
    path = text(obj, "spec.path")
    if kind == _PKI:
        issuer = text(obj, "spec.issuerRef")
        path = f"{f'issuer/{issuer}' if issuer else 'issue'}/{text(obj, 'spec.role')}"
    return f"{text(obj, 'spec.mount')}/{path}"


def _remote(kind: str, obj: Obj, key: str) -> Remote | None:
    """Return the place in Vault from which a key's value comes.

    None unless a VaultStaticSecret copies the value unchanged. The value of the key "_raw" is the whole entry
    at the object's path in Vault.
    """
    has_template = at(obj, "spec.destination.transformation") is not None
    if kind != _STATIC or has_template or not text(obj, "spec.path"):
        return None
    return Remote("Vault", _path(kind, obj), "" if key == "_raw" else key)


def _time(obj: Obj) -> float | None:
    seconds = text(obj, "status.lastRenewalTime")
    return float(seconds) if seconds.isdecimal() and int(seconds) else None


def _patch(request: Request) -> Obj:
    """Build a patch that changes an annotation, because a change of any annotation starts a sync."""
    return annotate(**{"force-sync": request.mark})


def _progress(kind: str, before: Obj, now: Obj, request: Request) -> Progress:
    """Report the progress of a sync.

    Each sync changes the lastTransitionTime of every condition except SecretSynced. SecretSynced gets a new
    lastTransitionTime only if the sync wrote the Secret or failed.
    """
    old, synced = condition(before, "SecretSynced"), condition(now, "SecretSynced")
    if is_false(synced) and synced != old:
        if synced.get("reason") == "Synced":  # some failures also have this reason
            return Progress("failed", "The sync failed.", str(synced.get("message", "")))
        return failed("The sync", synced)
    # If the object has no conditions, `status.valid` and `status.error` show the result of a sync.
    if at(now, "status.valid") is False and at(before, "status") != at(now, "status"):
        return failed("The sync", {"reason": text(now, "status.error")})
    is_new = synced.get("lastTransitionTime") != old.get("lastTransitionTime")
    if any(moved(before, now, path) for path in _SYNCED[kind]) or (is_true(synced) and is_new):
        return Progress("done", "Synced from Vault.")
    ready = condition(now, "Ready")
    is_checked = ready.get("lastTransitionTime") != condition(before, "Ready").get("lastTransitionTime")
    if kind == _STATIC and is_true(ready) and is_checked:
        return Progress("done", "Vault has the same value; nothing was written.")
    same = " If Vault has the same value, the Secret does not change." if kind == _STATIC else ""
    return Progress("waiting", f"No sync seen yet.{same}")


def _offers(kind: str, obj: Obj, secret: Secret) -> tuple[SourceAction, ...]:
    sync = partial(_progress, kind)
    if kind == _STATIC:
        does = "The operator reads Vault now, and writes the Secret if Vault has another value."
        pinned = text(obj, "spec.version")
        pin = f"spec.version pins version {pinned}: a newer version in Vault is not read."
        warnings = (pin,) if pinned not in ("", "0") else ()
        brings = "Set the new value in Vault."
        return (SourceAction("Sync from Vault", does, sync, _patch, warnings=warnings, brings=brings),)
    if kind == _DYNAMIC and at(obj, "spec.allowStaticCreds") is True:
        does = "The operator reads the credentials from Vault again. Only Vault rotates them."
        return (SourceAction("Sync from Vault", does, sync, _patch),)
    product = "lease, with new credentials" if kind == _DYNAMIC else "certificate"
    warning = (  # the operator revokes a lease only when its VaultDynamicSecret is deleted
        "The old credentials stay valid until their TTL ends."
        if kind == _DYNAMIC
        else "The old certificate stays valid until it expires."
    )
    return (
        SourceAction(
            f"Ask Vault for a new {product.partition(',')[0]}",
            f"The operator asks Vault for a new {product}, and writes it into the Secret.",
            sync,
            _patch,
            warnings=(warning,),
        ),
    )


VAULT_SOURCES: Final = tuple(
    Source(
        "Vault Secrets Operator",
        partial(_place, kind),
        partial(_state, kind),
        partial(_offers, kind),
        partial(_remote, kind),
    )
    for kind in (_STATIC, _DYNAMIC, _PKI)
)
