"""Detect the manager of a Secret from its metadata.

Evidence, in the order of the search:
- the controlling owner, then the type of the Secret
- labels and annotations that only one manager writes
- the label and annotation of a Helm release
- the names of field managers
- the label `app.kubernetes.io/managed-by`, which any user can set

`app.kubernetes.io/instance` alone is no evidence, because many Helm charts set it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from tui.model.managers.registry import EXTERNAL_SECRETS, HELM_MANAGER, MANAGERS, TOKEN_CONTROLLER, Manager
from tui.model.secret.secret import Owner
from tui.model.secret.types.registry import BOOTSTRAP_TOKEN, HELM_RELEASE, SERVICE_ACCOUNT_TOKEN

A_PERSON: Final = "kubectl or an API client"
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_VALUES: Final = {"hashicorp-vso": "Vault Secrets Operator", "pulumi": "Pulumi"}
"""Name of a manager, by the content of the label `app.kubernetes.io/managed-by`, if the two differ."""


def manager_of(
    type: str,  # noqa: A002
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    owners: Iterable[Owner],
    managers: Sequence[str],
) -> str | None:
    """Return the manager, such as "ExternalSecret/db" or "cert-manager"; None if there is no evidence.

    `managers` are the names of the Secret's field managers.
    """
    controller = next((owner for owner in owners if owner.is_controller), None)
    if controller is not None:
        return f"{controller.kind}/{controller.name}"
    if type == SERVICE_ACCOUNT_TOKEN:
        return TOKEN_CONTROLLER.name
    if type == HELM_RELEASE:
        return _named(HELM_MANAGER.name, labels.get("name", ""))
    managed_by = labels.get(_MANAGED_BY, "")
    return (
        _by_mark(labels, annotations, managers)
        or (managed_by == HELM_MANAGER.name and _release(annotations))
        or _by_writer(managers, labels)
        or _VALUES.get(managed_by, managed_by)
        or None
    )


def origin(type: str, manager: str | None) -> str:  # noqa: A002
    """Describe the creator of a Secret, in words that can follow "made by"."""
    if type == SERVICE_ACCOUNT_TOKEN or manager in ("OpenShift", "OpenShift service-ca"):
        return "the system"
    if manager is not None:
        return manager
    return "kubeadm or kubectl" if type == BOOTSTRAP_TOKEN else A_PERSON


def _named(project: str, name: str) -> str:
    return f"{project}/{name}" if name else project


def _by_mark(labels: Mapping[str, str], annotations: Mapping[str, str], writers: Sequence[str]) -> str | None:
    for manager in MANAGERS:
        if any(mark in labels or mark in annotations for mark in manager.marks):
            return (manager is EXTERNAL_SECRETS and _external_secret(writers)) or manager.name
        for mark in manager.names:
            if name := (labels.get(mark) or annotations.get(mark, "")).partition(":")[0]:
                return _named(manager.name, name)
    return None


def _release(annotations: Mapping[str, str]) -> str | None:
    release = annotations.get("meta.helm.sh/release-name")
    return _named(HELM_MANAGER.name, release) if release else None


def _by_writer(writers: Sequence[str], labels: Mapping[str, str]) -> str | None:
    if external_secret := _external_secret(writers):
        return external_secret
    for writer in writers:
        for manager in _of_writer(writer):
            if has_label(labels, manager.needs):
                return _named(manager.name, labels.get(manager.instance, ""))
    return None


@lru_cache(256)  # 10,000 Secrets have few different field managers
def _of_writer(writer: str) -> tuple[Manager, ...]:
    return tuple(manager for manager in MANAGERS if is_written_by(manager.writers, writer))


def is_written_by(names: Iterable[str], writer: str) -> bool:
    """True if `writer` is one of `names`. A name that ends with "/", "-" or "_" matches as a prefix."""
    return any(
        writer.startswith(name) if name.endswith(("/", "-", "_")) else writer == name for name in names
    )


def has_label(labels: Mapping[str, str], wanted: str) -> bool:
    """True if `labels` have the wanted label. `wanted` is "label", "label=value" or "" (always True)."""
    name, _, value = wanted.partition("=")
    return not wanted or (name in labels and value in ("", labels[name]))


def _external_secret(writers: Sequence[str]) -> str | None:
    """Return "ExternalSecret/NAME"; None if External Secrets is not among the field managers.

    If the field manager contains a hash in place of NAME, return "External Secrets".
    """
    (prefix,) = EXTERNAL_SECRETS.writers
    for writer in writers:
        if writer.startswith(prefix):
            name = writer.removeprefix(prefix)
            return EXTERNAL_SECRETS.name if name.startswith("sha3/") else f"ExternalSecret/{name}"
    return None
