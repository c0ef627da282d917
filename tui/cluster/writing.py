"""The bodies of writes, and what must not come back of them. Nobody else builds JSON for a Secret."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tui.model.draft import Changes
from tui.model.secret import SecretRef
from tui.model.value import Value

_SHORT: Final = 4
"""A value of fewer characters is found in any text."""


def patch_body(resource_version: str, changes: Changes) -> dict[str, Any]:
    """A merge patch (RFC 7396): the keys that change, null for those that go, and only on that version."""
    data: dict[str, str | None] = {**_encoded(changes.set), **dict.fromkeys(changes.removed)}
    return {"metadata": {"resourceVersion": resource_version}, "data": data}


def create_body(ref: SecretRef, kind: str, data: Mapping[str, Value]) -> dict[str, Any]:
    """Always `data`, never `stringData`: what is sent is what reads back."""
    return {
        "kind": "Secret",
        "apiVersion": "v1",
        "metadata": {"name": ref.name, "namespace": ref.namespace},
        "type": kind,
        "data": _encoded(data),
    }


def delete_body(uid: str, resource_version: str, is_dry_run: bool) -> dict[str, Any]:
    """The dry run stands in the body: where there is one, the server does not look at the query.

    Source: apiserver pkg/endpoints/handlers/delete.go.
    """
    body: dict[str, Any] = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": {"uid": uid, "resourceVersion": resource_version},
    }
    return body | {"dryRun": ["All"]} if is_dry_run else body


def unquoting(warnings: Iterable[str], values: Mapping[str, Value]) -> tuple[str, ...]:
    """The warnings that quote none of the values: a webhook may say what it was sent."""
    sent = [value.reveal() for value in values.values() if value.size >= _SHORT]
    texts = [data.decode("utf-8", "replace") for data in sent] + [_base64(data) for data in sent]
    return tuple(
        "a warning that quotes a value is not shown" if any(text in said for text in texts) else said
        for said in warnings
    )


def _encoded(data: Mapping[str, Value]) -> dict[str, str]:
    return {key: _base64(value.reveal()) for key, value in data.items()}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
