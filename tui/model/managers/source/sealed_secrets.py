"""Sealed Secrets: seal a new value (see seal.py) and put it into a SealedSecret.

A refresh of the Secret cannot be requested, because the controller reacts only to a changed spec of the
SealedSecret. Source: sealed-secrets pkg/controller/controller.go (sealedSecretChanged).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from tui.model.api_object import ApiKind, Obj, at, condition, text
from tui.model.managers.source.seal import Scope, label_of
from tui.model.managers.source.source import (
    Hint,
    Offer,
    Progress,
    Request,
    SealAction,
    Source,
    SourceAction,
    SourcePlace,
    SourceState,
)
from tui.model.managers.source.status import failed, is_false, is_true, notes, owned_by, ready_state
from tui.model.secret.secret import Secret

SEALED_SECRET: Final = (ApiKind("bitnami.com", "v1alpha1", "sealedsecrets", "SealedSecret"),)
_FRONT: Final = "sealedsecrets.bitnami.com/"
_MARKS: Final = (f"{_FRONT}managed", f"{_FRONT}patch")
_KEY: Final = f"{_FRONT}sealed-secrets-key"
"""Label of the Secrets that hold the controller's private keys."""
FETCH: Final = "kubeseal --fetch-cert > cert.pem"


def _place(secret: Secret) -> SourcePlace | None:
    if (place := owned_by(secret, SEALED_SECRET)) is not None:
        return place
    mark = next((mark for mark in _MARKS if mark in secret.annotations), None)
    if mark is not None:
        known_by = f"annotation {mark}"
    elif secret.manager == "Sealed Secrets" and not secret.annotations and _KEY not in secret.labels:
        known_by = "manager in the list of Secrets"
    else:
        return None
    return SourcePlace(SEALED_SECRET, secret.ref.namespace, secret.ref.name, known_by)


def scope_of(obj: Obj) -> Scope:
    """Scope in which the ciphertexts of a SealedSecret are valid."""
    template = at(obj, "spec.template", {})
    marks = (notes(template) if isinstance(template, dict) else {}) | notes(obj)
    if marks.get(f"{_FRONT}cluster-wide") == "true":
        return "cluster-wide"
    return "namespace-wide" if marks.get(f"{_FRONT}namespace-wide") == "true" else "strict"


def _state(obj: Obj, secret: Secret) -> SourceState:
    state = ready_state(condition(obj, "Synced"))
    is_seen = text(obj, "status.observedGeneration") == text(obj, "metadata.generation")
    sealed = at(obj, "spec.encryptedData", {})
    keys = ", ".join(sealed) if isinstance(sealed, dict) else ""
    return SourceState(
        state.verdict if is_seen or state.verdict == "not known" else "busy",
        (*state.facts, ("scope", scope_of(obj)), ("sealed keys", keys or "none")),
        edit="An edit stays until the controller restarts, and is then lost without warning.",
        reason=state.reason,
    )


def _offers(obj: Obj, secret: Secret) -> tuple[Offer, ...]:
    label = label_of(scope_of(obj), secret.ref.namespace, secret.ref.name)
    does = "Type a value to seal it with the controller's certificate. Copy the result into Git."
    needs = "Sealing needs the controller's certificate, as a file or pasted. The copied command fetches it."
    return (
        SealAction("Seal a value", does, label),
        Hint("Copy the command for the certificate", needs, FETCH),
    )


def sealed_action(key: str, ciphertext: str) -> SourceAction:
    return SourceAction(
        f"Replace the sealed value of {key}",
        "The controller unseals the value, and writes the whole Secret: data, labels and annotations.",
        _progress,
        partial(_patch, key, ciphertext),
        unchanged="spec.encryptedData",
        warnings=("If Git has the old ciphertext, Argo CD or Flux restores it: change Git first.",),
    )


def _patch(key: str, ciphertext: str, request: Request) -> Obj:
    return {"spec": {"encryptedData": {key: ciphertext}}}


def _progress(before: Obj, now: Obj, request: Request) -> Progress:
    synced = condition(now, "Synced")
    is_new = text(now, "metadata.generation") != text(before, "metadata.generation")
    if not is_new or text(now, "status.observedGeneration") != text(now, "metadata.generation"):
        return Progress("waiting", "The controller has not unsealed the value yet.")
    if is_true(synced):
        return Progress("done", "Unsealed: the controller wrote the Secret.")
    return (
        failed("Unsealing", synced)
        if is_false(synced)
        else Progress("waiting", "The value is being unsealed.")
    )


SEALED_SECRETS_SOURCE: Final = Source("Sealed Secrets", _place, _state, _offers)
