"""CONTROLLERS: projects, such as Reloader or Flux, whose controllers react to a change of a Secret.

Sources: Reloader's README; Vault Secrets Operator's controllers; the indexes of Flux's kustomize-controller
and helm-controller; the predicates of CloudNativePG; Argo CD's common.go; Sealed Secrets' key registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.readers.reader import (
    ARRIVES,
    MAY_FAIL,
    ChangeKind,
    Effect,
    Reader,
    ReaderInfo,
    ReaderKind,
    Use,
)
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.secret.secret import SecretRef

Labels: TypeAlias = Mapping[str, str]
Workload: TypeAlias = tuple[str, str]


class SecretMeta(Struct, frozen=True):
    """Metadata of a Secret by which controllers decide whether to act on a change."""

    ref: SecretRef
    labels: Labels | None = None
    annotations: Labels = {}
    restarted: frozenset[Workload] = frozenset()
    """Workloads that a controller is known to restart when the controller writes the Secret."""


class Controller(Struct, frozen=True, kw_only=True):
    """Project that restarts workloads after a change of a Secret, or watches or reads labeled Secrets."""

    name: str
    restarts: Callable[[Workload, Labels, SecretMeta], bool] | None = None
    """Function that returns True if the project restarts the workload after a change of the Secret.

    The second argument holds the annotations of the workload and of its pod template.
    """
    when_restarts: str = "should restart it"
    annotations: tuple[str, ...] = ()
    """Prefixes of the workload's annotations that `restarts` reads."""
    label: str = ""
    """Label of the Secrets that the project watches or reads."""
    value: str = ""
    """Value that the label must have; "" if any value counts."""
    kinds: tuple[tuple[str, str], ...] = ()
    """(group, kind) of each of the project's custom resources that can name Secrets."""
    paths: tuple[str, ...] = ("",)
    """Prefixes of field paths in the objects of `kinds`, such as "spec.valuesFrom"; "" for every field.

    A Secret with the label is watched only if one of these fields names the Secret.
    """
    at_once: str = "reconciles it at once"
    """Words that follow the project's name if the Secret has the label."""
    reads: str = ""
    """Words for the time when the project reads a Secret with the label.

    "" if the label alone does not make the project read the Secret.
    """

    def is_told_by(self, labels: Labels) -> bool:
        return self.label in labels and self.value in ("", labels[self.label])


_RELOADER: Final = "reloader.stakater.com"


def _reloader_restarts(workload: Workload, annotations: Labels, secret: SecretMeta) -> bool:
    def says(name: str, among: Labels = annotations) -> str:
        return str(among.get(name) or "")

    def names(name: str) -> list[str]:
        return [part.strip() for part in says(name).split(",")]

    name = secret.ref.name
    if says(f"{_RELOADER}/ignore", secret.annotations) == "true":
        return False
    if name in names(f"secrets.exclude.{_RELOADER}/reload"):
        return False
    if name in names(f"secret.{_RELOADER}/reload"):
        return True
    if "false" in (says(f"{_RELOADER}/auto"), says(f"secret.{_RELOADER}/auto")):
        return False
    if "true" in (says(f"{_RELOADER}/auto"), says(f"secret.{_RELOADER}/auto")):
        return True
    return says(f"{_RELOADER}/search") == "true" and says(f"{_RELOADER}/match", secret.annotations) == "true"


def _vault_restarts(workload: Workload, annotations: Labels, secret: SecretMeta) -> bool:
    """True if `secret.restarted` contains the workload, or an annotation shows a restart by the operator."""
    return workload in secret.restarted or "vso.secrets.hashicorp.com/restartedAt" in annotations


CONTROLLERS: Final = (
    Controller(
        name="Reloader",
        restarts=_reloader_restarts,
        annotations=(f"{_RELOADER}/", f"secret.{_RELOADER}/", f"secrets.exclude.{_RELOADER}/"),
    ),
    Controller(
        name="Vault Secrets Operator",
        restarts=_vault_restarts,
        when_restarts="restarts it when writing the Secret",
        annotations=("vso.",),
    ),
    Controller(
        name="Flux",
        label="reconcile.fluxcd.io/watch",
        value="Enabled",
        kinds=(
            ("kustomize.toolkit.fluxcd.io", "Kustomization"),
            ("helm.toolkit.fluxcd.io", "HelmRelease"),
        ),
        paths=("spec.valuesFrom", "spec.postBuild", "spec.decryption", "spec.kubeConfig"),
    ),
    Controller(
        name="CloudNativePG",
        label="cnpg.io/reload",
        kinds=tuple(("postgresql.cnpg.io", kind) for kind in ("Cluster", "Pooler", "DatabaseRole")),
    ),
    Controller(
        name="Argo CD",
        label="argocd.argoproj.io/secret-type",
        reads="within seconds, if Argo CD runs in this namespace",
    ),
    Controller(
        name="Sealed Secrets",
        label="sealedsecrets.bitnami.com/sealed-secrets-key",
        reads="when its controller in this namespace starts",
    ),
)

KEPT: Final = tuple(prefix for project in CONTROLLERS for prefix in project.annotations)
"""Prefixes of the workload annotations that decide about restarts."""


def restarted_by(workload: Workload, annotations: Labels, secret: SecretMeta) -> Controller | None:
    restarters = (project for project in CONTROLLERS if project.restarts is not None)
    return next(
        (
            project
            for project in restarters
            if project.restarts and project.restarts(workload, annotations, secret)
        ),
        None,
    )


def watching(info: ReaderInfo, use: Use) -> Controller | None:
    """Return the project of the custom resource `info` if the project can watch the Secret of `use`.

    Return None otherwise. The project watches the Secret only if the Secret has the project's label.
    """
    if not isinstance(use, ObjectUse) or use.produces:
        return None
    kind = info.kind.group, info.kind.name
    return next(
        (project for project in CONTROLLERS if kind in project.kinds and use.path.startswith(project.paths)),
        None,
    )


def when_seen(info: ReaderInfo, use: Use, secret: SecretMeta) -> str:
    """Describe when a reader sees a change of the Secret, in words that follow the reader's name."""
    words, project = use.when_seen(), watching(info, use)
    if project is None or secret.labels is None:
        return words
    if project.is_told_by(secret.labels):
        return f"{project.name} {project.at_once}"
    label = f"{project.label}={project.value}" if project.value else project.label
    return f"{words}; at once if the Secret has label {label}"


CONTROLLER: Final = ReaderKind("Controller", "controller", "controllers")


class ControllerInfo(ReaderInfo, frozen=True, kw_only=True):
    """Project that reads a Secret because of a label of the Secret."""

    kind: ReaderKind = CONTROLLER

    @property
    def title(self) -> str:
        return self.name


class LabelUse(Use, frozen=True, gc=False, kw_only=True):
    """Use of a Secret that a project finds by a label. `target` is the label with its value."""

    when: str

    def how(self) -> str:
        return f"label {self.target}"

    def when_seen(self) -> str:
        return self.when

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        if change in ("changed", "added"):
            return Effect(ARRIVES, self.when)
        reason = (
            f'secret "{ref.name}" not found'
            if change == "deleted"
            else "the keys that it needs are not known"
        )
        return Effect(MAY_FAIL, f"may FAIL: {reason}")


def by_label(ref: SecretRef, labels: Labels) -> Iterator[Reader]:
    """Yield a reader for each project that reads the Secret because of one of `labels`."""
    for project in CONTROLLERS:
        if project.reads and project.is_told_by(labels):
            use = LabelUse(
                secret=ref.name,
                way="label",
                key=None,
                target=f"{project.label}={labels[project.label]}".rstrip("="),
                when=project.reads,
            )
            yield Reader(
                ControllerInfo(
                    namespace=ref.namespace, name=project.name, uid="", resource_version="", uses=(use,)
                ),
                use,
            )
