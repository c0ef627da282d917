"""Detect who manages a Secret from its metadata, and whether the system or a tool created it.

The strongest evidence first: the controlling owner; labels, annotations and types that only one manager
writes; the names of field managers; labels that anybody can set. `app.kubernetes.io/instance` alone is no
evidence: many Helm charts set it.
Source: the projects' own code (External Secrets, cert-manager, Sealed Secrets, Helm, Argo CD, Flux, Vault
Secrets Operator, Reflector, kubernetes-replicator).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tui.model.secret.secret import Owner
from tui.model.secret.types.registry import BOOTSTRAP_TOKEN, HELM_RELEASE, SERVICE_ACCOUNT_TOKEN

OURS: Final = "secret-tui"
"""The field manager as which this program writes."""
TOKEN_CONTROLLER: Final = "service account token controller"
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_ES_MANAGER: Final = "externalsecrets.external-secrets.io/"

_LABELS: Final = (
    ("reconcile.external-secrets.io/managed", "External Secrets"),
    ("reconcile.external-secrets.io/created-by", "External Secrets"),
    ("controller.cert-manager.io/fao", "cert-manager"),
    ("cert-manager.io/next-private-key", "cert-manager"),
    ("sealedsecrets.bitnami.com/sealed-secrets-key", "Sealed Secrets"),
    ("kubed.appscode.com/origin.name", "config-syncer"),
)
_ANNOTATIONS: Final = (
    ("reconcile.external-secrets.io/data-hash", "External Secrets"),
    ("cert-manager.io/certificate-name", "cert-manager"),
    ("sealedsecrets.bitnami.com/managed", "Sealed Secrets"),
    ("sealedsecrets.bitnami.com/patch", "Sealed Secrets"),
    ("reflector.v1.k8s.emberstack.com/reflects", "Reflector"),
    ("reflector.v1.k8s.emberstack.com/auto-reflects", "Reflector"),
    ("replicator.v1.mittwald.de/replicate-from", "kubernetes-replicator"),
    ("replicator.v1.mittwald.de/replicated-from-version", "kubernetes-replicator"),
    ("kubed.appscode.com/origin", "config-syncer"),
    ("service.beta.openshift.io/originating-service-name", "OpenShift service-ca"),
    ("service.alpha.openshift.io/originating-service-name", "OpenShift service-ca"),
    ("openshift.io/token-secret.name", "OpenShift"),
    ("openshift.io/internal-registry-auth-token.service-account", "OpenShift"),
)
_NAMED_BY_LABEL: Final = (
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
    ("applications.argoproj.io/app-name", "Argo CD"),
)
A_PERSON: Final = "kubectl or an API client"
_FIELD_MANAGERS: Final = {
    "argocd-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    "helm": "Helm",
}


def manager_of(
    type: str,  # noqa: A002
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    owners: Iterable[Owner],
    managers: Iterable[str],
) -> str | None:
    """Who manages it: "ExternalSecret/db", "Helm/payments", "cert-manager"; None if nothing says so.

    `managers` are the field managers that own some of its data.
    """
    controller = next((owner for owner in owners if owner.is_controller), None)
    if controller is not None:
        return f"{controller.kind}/{controller.name}"
    writers = tuple(managers)
    return (
        _by_type(type, labels)
        or _by_mark(labels, annotations, writers)
        or _by_writer(writers)
        or labels.get(_MANAGED_BY)
        or None
    )


def origin(type: str, manager: str | None) -> str:  # noqa: A002
    """Who made it, in words that follow "made by"."""
    if type == SERVICE_ACCOUNT_TOKEN or (manager or "").startswith("OpenShift"):
        return "the system"
    if manager is not None:
        return manager
    return "kubeadm or kubectl" if type == BOOTSTRAP_TOKEN else A_PERSON


def _by_type(kind: str, labels: Mapping[str, str]) -> str | None:
    if kind == SERVICE_ACCOUNT_TOKEN:
        return TOKEN_CONTROLLER
    if kind == HELM_RELEASE:
        return f"Helm/{labels['name']}" if labels.get("name") else "Helm"
    return None


def _by_mark(labels: Mapping[str, str], notes: Mapping[str, str], writers: tuple[str, ...]) -> str | None:
    """By what only one manager writes."""
    found = next((who for label, who in _LABELS if label in labels), None) or next(
        (who for note, who in _ANNOTATIONS if note in notes), None
    )
    if found == "External Secrets":
        return _external_secret(writers) or found
    if found is not None:
        return found
    tracked_by = notes.get("argocd.argoproj.io/tracking-id", "").partition(":")[0]
    if tracked_by:
        return f"Argo CD/{tracked_by}"
    named = next((f"{who}/{labels[label]}" for label, who in _NAMED_BY_LABEL if labels.get(label)), None)
    if named is not None:
        return named
    release = notes.get("meta.helm.sh/release-name")
    if release and labels.get(_MANAGED_BY) == "Helm":
        return f"Helm/{release}"
    return "Vault Secrets Operator" if labels.get(_MANAGED_BY) == "hashicorp-vso" else None


def _by_writer(writers: tuple[str, ...]) -> str | None:
    return _external_secret(writers) or next(
        (_FIELD_MANAGERS[writer] for writer in writers if writer in _FIELD_MANAGERS), None
    )


def _external_secret(writers: tuple[str, ...]) -> str | None:
    """The ExternalSecret that writes as field manager; of a hashed name only the project is known."""
    for writer in writers:
        if writer.startswith(_ES_MANAGER):
            name = writer.removeprefix(_ES_MANAGER)
            return "External Secrets" if name.startswith("sha3/") else f"ExternalSecret/{name}"
    return None
