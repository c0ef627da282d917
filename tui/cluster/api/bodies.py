"""Build the JSON bodies of writes, and hide values in warnings."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tui.model.draft.draft import Changes
from tui.model.secret.fields import SecretSections, parts
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
"""Warnings of the API server that contain no part of a Secret.

Sources: registry/core/secret/strategy.go (warningsForSecret), Go's crypto/tls (X509KeyPair).
"""
_POLICY: Final = re.compile(r"Validation failed for ValidatingAdmissionPolicy '([a-z0-9.-]{1,253})' ")


def patch_body(resource_version: str, changes: Changes) -> dict[str, Any]:
    """Build a merge patch (RFC 7396). A removed field is null."""
    fields = parts({**changes.set, **dict.fromkeys(changes.removed)})
    metadata = {"resourceVersion": resource_version, **_metadata(fields)}
    return {"metadata": metadata, "data": _encoded(fields.data), **_immutable(fields)}


def create_body(ref: SecretRef, kind: str, fields: Mapping[str, Value]) -> dict[str, Any]:
    """Build a new Secret with `data`, not `stringData`, so that a later read returns the same bytes."""
    split = parts(fields)
    return {
        "kind": "Secret",
        "apiVersion": "v1",
        "metadata": {"name": ref.name, "namespace": ref.namespace, **_metadata(split)},
        "type": kind,
        "data": _encoded(split.data),
        **_immutable(split),
    }


def delete_body(uid: str, resource_version: str) -> dict[str, Any]:
    return {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": {"uid": uid, "resourceVersion": resource_version},
    }


def unquoting(warnings: Iterable[str]) -> tuple[str, ...]:
    """Return the warnings without duplicates. Each warning that may quote a value is replaced.

    A webhook sees the whole Secret and may quote any part of it, in any encoding.
    """
    return tuple(dict.fromkeys(_warned(text) for text in warnings))


def _warned(text: str) -> str:
    if text in _OWN_WARNINGS:
        return text
    if policy := _POLICY.match(text):
        return f"policy {policy[1]} warns; the text is hidden because it can quote a value"
    if text.startswith(("tls: ", "x509: ")):
        return "the server cannot use the certificate and key as a pair"
    return "a warning; the text is hidden because it can quote a value"


def _metadata(changed: SecretSections) -> dict[str, dict[str, str | None]]:
    texts = {
        kind: {name: None if value is None else value.reveal().decode() for name, value in fields.items()}
        for kind, fields in (("labels", changed.labels), ("annotations", changed.annotations))
    }
    return {kind: fields for kind, fields in texts.items() if fields}


def _immutable(changed: SecretSections) -> dict[str, bool]:
    return {} if changed.is_immutable is None else {"immutable": changed.is_immutable}


def _encoded(data: Mapping[str, Value | None]) -> dict[str, str | None]:
    return {key: None if value is None else b64encode(value.reveal()).decode() for key, value in data.items()}
