"""Build the JSON bodies of writes (nothing else does), and reduce warnings to words that quote no value."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tui.model.draft.draft import Changes
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value

_OWN_WARNINGS: Final = frozenset(
    (
        "tls: failed to find any PEM data in certificate input",
        "tls: failed to find any PEM data in key input",
        "tls: failed to parse private key",
        "tls: found a certificate rather than a key in the PEM for the private key",
        "tls: private key does not match public key",
        "tls: private key type does not match public key type",
    )
)
"""What the API server itself says of a Secret, word for word, where that repeats nothing of it.

Source: registry/core/secret/strategy.go (warningsForSecret), go's crypto/tls (X509KeyPair).
"""
_POLICY: Final = re.compile(r"Validation failed for ValidatingAdmissionPolicy '([a-z0-9.-]{1,253})' ")


def patch_body(resource_version: str, changes: Changes) -> dict[str, Any]:
    """A merge patch (RFC 7396) of the changed keys, null for removed ones, for that version only."""
    data: dict[str, str | None] = {**_encoded(changes.set), **dict.fromkeys(changes.removed)}
    return {"metadata": {"resourceVersion": resource_version}, "data": data}


def create_body(ref: SecretRef, kind: str, data: Mapping[str, Value]) -> dict[str, Any]:
    """Uses `data`, never `stringData`, so that what is sent is what reads back."""
    return {
        "kind": "Secret",
        "apiVersion": "v1",
        "metadata": {"name": ref.name, "namespace": ref.namespace},
        "type": kind,
        "data": _encoded(data),
    }


def delete_body(uid: str, resource_version: str, is_dry_run: bool) -> dict[str, Any]:
    """The dry run is in the body, because the server ignores the query if there is a body.

    Source: apiserver pkg/endpoints/handlers/delete.go.
    """
    body: dict[str, Any] = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": {"uid": uid, "resourceVersion": resource_version},
    }
    return body | {"dryRun": ["All"]} if is_dry_run else body


def unquoting(warnings: Iterable[str]) -> tuple[str, ...]:
    """Reduce the warnings of an answer to words that quote no value.

    A webhook has the whole object before it, and may say any part of it, in any encoding, cut anywhere: no
    search for the values would find them all. So only words that are known are passed on.
    """
    return tuple(dict.fromkeys(_warned(said) for said in warnings))


def _warned(said: str) -> str:
    if said in _OWN_WARNINGS:
        return said
    if policy := _POLICY.match(said):
        return f"policy {policy[1]} warns; the text is hidden because it can quote a value"
    if said.startswith(("tls: ", "x509: ")):
        return "the server cannot use the certificate and key as a pair"
    return "a warning; the text is hidden because it can quote a value"


def _encoded(data: Mapping[str, Value]) -> dict[str, str]:
    return {key: _base64(value.reveal()) for key, value in data.items()}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
