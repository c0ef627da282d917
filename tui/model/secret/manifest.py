"""A Secret as YAML, as `kubectl get secret -o yaml` prints it; values masked or in base64. Pure."""

from __future__ import annotations

from typing import Any

from tui.model.secret.annotations import HIDDEN, LAST_APPLIED
from tui.model.secret.export import dumped, fields
from tui.model.secret.secret import Owner, Secret
from tui.model.text.times import rfc3339


def manifest(secret: Secret, *, is_masked: bool) -> str:
    """Comments say what is left out. Takes some milliseconds for large values, so call it off the loop."""
    comments = [f"# {LAST_APPLIED} is left out: it copies the values"] if secret.has_last_applied else []
    hidden = sorted(HIDDEN.keys() & secret.annotations.keys())
    comments += [f"# {name} is left out: it holds {HIDDEN[name]}" for name in hidden]
    if secret.is_terminating:
        comments.append("# this Secret is being deleted")
    found = fields(secret, is_masked=is_masked)
    if is_masked and secret.data:
        found["data"] = found.pop("stringData")
    found["metadata"] |= _of_server(secret)
    text = dumped(found, lambda text: "|" if "\n" in text else None, sort_keys=True)
    return "".join(f"{line}\n" for line in comments) + text


def _of_server(secret: Secret) -> dict[str, Any]:
    """What of the metadata is not for another Secret."""
    found = {
        "creationTimestamp": rfc3339(secret.created) if secret.created is not None else None,
        "finalizers": list(secret.finalizers),
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
