"""A Secret as YAML, as `kubectl get secret -o yaml` prints it; values masked or in base64. Pure."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tui.model.secret.annotations import HIDDEN, LAST_APPLIED
from tui.model.secret.export import dumped
from tui.model.secret.secret import Owner, Secret
from tui.model.secret.value import MASK
from tui.model.text.times import rfc3339


def manifest(secret: Secret, *, is_masked: bool) -> str:
    """Comments say what is left out. Takes some milliseconds for large values, so call it off the loop."""
    comments = [f"# {LAST_APPLIED} is left out: it copies the values"] if secret.has_last_applied else []
    hidden = sorted(HIDDEN.keys() & secret.annotations.keys())
    comments += [f"# {name} is left out: it holds {HIDDEN[name]}" for name in hidden]
    if secret.is_terminating:
        comments.append("# this Secret is being deleted")
    fields: dict[str, Any] = {"apiVersion": "v1"}
    if secret.data:
        fields["data"] = {
            key: MASK if is_masked else b64encode(value.reveal()).decode()
            for key, value in secret.data.items()
        }
    if secret.is_immutable:
        fields["immutable"] = True
    fields |= {"kind": "Secret", "metadata": _metadata(secret), "type": secret.type}
    text = dumped(fields, lambda text: "|" if "\n" in text else None, sort_keys=True)
    return "".join(f"{line}\n" for line in comments) + text


def _metadata(secret: Secret) -> dict[str, Any]:
    found = {
        "annotations": {name: note for name, note in secret.annotations.items() if name not in HIDDEN},
        "creationTimestamp": rfc3339(secret.created) if secret.created is not None else None,
        "finalizers": list(secret.finalizers),
        "labels": dict(secret.labels),
        "name": secret.ref.name,
        "namespace": secret.ref.namespace,
        "ownerReferences": [_owner(owner) for owner in secret.owners],
        "resourceVersion": secret.resource_version,
        "uid": secret.uid,
    }
    return {name: value for name, value in found.items() if value}


def _owner(owner: Owner) -> dict[str, Any]:
    found = {
        "apiVersion": owner.api_version,
        "blockOwnerDeletion": owner.blocks_deletion,
        "controller": owner.is_controller or None,
        "kind": owner.kind,
        "name": owner.name,
        "uid": owner.uid,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}
