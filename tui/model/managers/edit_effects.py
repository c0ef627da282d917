"""Say what a Secret's manager will do to an edit, and where to edit instead.

A key that one of the manager's field managers owns will be written again. A key that a person wrote since
may be one of those, and is named first as at risk; of other keys nothing is known.
Source: the projects' own code, as for detect.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from tui.model.managers.detect import OURS
from tui.model.secret.secret import Secret
from tui.model.secret.types.registry import HELM_RELEASE

_MOST_KEYS: Final = 3
_PERSONS: Final = (OURS, "kubectl-edit", "kubectl-patch")
"""As which field managers a person changes what somebody else manages."""


class _Habit(Struct, frozen=True):
    """How one project writes: as which field managers, when it writes again, and where the source is."""

    writers: tuple[str, ...]
    """Names of field managers, or how they begin where they end in "/"."""
    when: str
    instead: str


_HABITS: Final[Mapping[str, _Habit]] = {
    "external-secrets": _Habit(
        ("externalsecrets.external-secrets.io/", "external-secrets"),
        "at its next refresh",
        "Change it in the store that the ExternalSecret reads",
    ),
    "cert-manager": _Habit(
        ("cert-manager", "cert-manager-certificates-issuing", "cert-manager-certificates-key-manager"),
        "when the certificate is reissued",
        "Change the Certificate",
    ),
    "sealed-secrets": _Habit(
        ("sealed-secrets", "sealed-secrets-controller", "controller"),
        "when the SealedSecret is applied or reconciled",
        "Seal the new value and apply the SealedSecret",
    ),
    "helm": _Habit(
        ("helm",), "by the next upgrade that changes it", "Change the chart's values and upgrade the release"
    ),
    "argo-cd": _Habit(
        ("argocd-controller", "argocd-application-controller"),
        "by the next sync (within minutes with self-heal)",
        "Change it in the Application's source",
    ),
    "flux": _Habit(
        ("kustomize-controller", "helm-controller"),
        "at its next reconciliation",
        "Change it in the Flux source",
    ),
    "vault": _Habit(("vault-secrets-operator",), "at its next sync with Vault", "Change it in Vault"),
    "copy": _Habit(
        ("reflector", "kubernetes-replicator", "config-syncer"),
        "when the Secret it copies changes",
        "Change the source Secret",
    ),
    "openshift": _Habit((), "by OpenShift", "Recreate it through the resource that requested it"),
    "token": _Habit((), "by the control plane", "Do not edit a token: delete it or request a new one"),
    "kubectl": _Habit(
        ("kubectl-client-side-apply", "kubectl"),
        "by the next kubectl apply of its file",
        "Change the applied file",
    ),
}
_PROJECTS: Final = (
    ("ExternalSecret/", "external-secrets"),
    ("ClusterExternalSecret/", "external-secrets"),
    ("External Secrets", "external-secrets"),
    ("cert-manager", "cert-manager"),
    ("Certificate/", "cert-manager"),
    ("SealedSecret/", "sealed-secrets"),
    ("Sealed Secrets", "sealed-secrets"),
    ("Helm", "helm"),
    ("Argo CD", "argo-cd"),
    ("Flux", "flux"),
    ("Vault", "vault"),
    ("HCPVaultSecretsApp/", "vault"),
    ("Reflector", "copy"),
    ("kubernetes-replicator", "copy"),
    ("config-syncer", "copy"),
    ("OpenShift", "openshift"),
    ("service account token controller", "token"),
)
"""How the name of a manager (detect.py) begins, and whose habits are those."""
_UNKNOWN: Final = _Habit((), "by its owner", "Change its owner")
_SOURCES: Final = (
    ("reflector.v1.k8s.emberstack.com/reflection-auto-namespaces", "Reflector"),
    ("reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces", "Reflector"),
    ("reflector.v1.k8s.emberstack.com/reflection-allowed", "Reflector"),
    ("replicator.v1.mittwald.de/replicate-to", "kubernetes-replicator"),
    ("replicator.v1.mittwald.de/replicate-to-matching", "kubernetes-replicator"),
    ("kubed.appscode.com/sync", "config-syncer"),
)
"""Annotations of a Secret that is copied elsewhere."""
_SEALING_KEY: Final = "sealedsecrets.bitnami.com/sealed-secrets-key"


def manager_warnings(secret: Secret, keys: Iterable[str] | None = None) -> tuple[str, ...]:
    """What must be said before these keys are edited, or any where None is given; whole sentences."""
    wanted = None if keys is None else frozenset(keys)
    said = []
    if secret.type == HELM_RELEASE:
        said.append("Helm release record: an edit breaks the release.")
    elif _SEALING_KEY in secret.labels:
        said.append("private key of Sealed Secrets: without it, sealed values cannot be decrypted.")
    elif (who := managed_by(secret)) is not None:
        habit = _habit_of(secret.manager) if secret.manager else _HABITS["kubectl"]
        said.append(_managed(secret, who, habit, wanted))
    for note, who in _SOURCES:
        if note in secret.annotations:
            how = f"{note.split('/')[-1]}: {secret.annotations[note]}"
            said.append(f"{who} copies it ({how}); your edit is copied too.")
            break
    return tuple(said)


def managed_by(secret: Secret) -> str | None:
    """Who will write it again: its manager, or a person's manifest."""
    is_applied = secret.has_last_applied or _is_applied(secret)
    return secret.manager or ("kubectl apply" if is_applied else None)


def _is_applied(secret: Secret) -> bool:
    return any(owner.manager == "kubectl" and owner.operation == "Apply" for owner in secret.field_owners)


def _habit_of(manager: str) -> _Habit:
    project = next((project for begin, project in _PROJECTS if manager.startswith(begin)), None)
    return _UNKNOWN if project is None else _HABITS[project]


def _managed(secret: Secret, who: str, habit: _Habit, wanted: frozenset[str] | None) -> str:
    owned = {
        key for owner in secret.field_owners if _is_of(habit, owner.manager) for key in owner.keys
    } & set(secret.data)
    certain = sorted(owned if wanted is None else owned & wanted)
    persons = [owner for owner in secret.field_owners if owner.manager in _PERSONS]
    taken = {key for owner in persons for key in owner.keys} & set(secret.data if wanted is None else wanted)
    if taken:
        by = " and ".join(sorted({owner.manager for owner in persons if taken & set(owner.keys)}))
        rest = f", and {_listed(certain)} will be" if certain else ""
        risk = f"{_listed(sorted(taken))} (last written by {by}) may be reset {habit.when}{rest}"
    else:
        risk = f"{_listed(certain)} will be reset" if certain else "an edit may be reset"
        risk = f"{risk} {habit.when}"
    return f"managed by {who}: {risk}. {habit.instead}."


def _is_of(habit: _Habit, manager: str) -> bool:
    return any(manager.startswith(name) if name.endswith("/") else manager == name for name in habit.writers)


def _listed(keys: list[str]) -> str:
    more = f" and {len(keys) - _MOST_KEYS} more" if len(keys) > _MOST_KEYS else ""
    return ", ".join(keys[:_MOST_KEYS]) + more
