"""CONTROLLERS: who acts by itself when a Secret changes, one row each. Pure.

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
"""Kind and name."""


class SecretMeta(Struct, frozen=True):
    """Facts about one Secret that controllers look at, as far as they are known."""

    ref: SecretRef
    labels: Labels | None = None
    """None: not known."""
    annotations: Labels = {}
    restarted: frozenset[Workload] = frozenset()
    """The workloads that are to be restarted by what writes the Secret, as far as that was searched."""


class Controller(Struct, frozen=True, kw_only=True):
    """A project that acts by itself: it restarts workloads, or takes a change up at once, or both."""

    name: str
    restarts: Callable[[Workload, Labels, SecretMeta], bool] | None = None
    """True if the project restarts a workload with these annotations (its own and its template's)."""
    when_restarts: str = "should restart it"
    annotations: tuple[str, ...] = ()
    """Beginnings of the names of the workload's annotations that `restarts` needs."""
    label: str = ""
    """Label of a Secret with which a change is taken up at once, or the Secret is read at all (`reads`)."""
    value: str = ""
    """Text that the label must have; "" is any text."""
    kinds: tuple[tuple[str, str], ...] = ()
    """The (group, kind) of its objects that name the Secret."""
    paths: tuple[str, ...] = ("",)
    """The places there for which that holds, by the beginning of their paths."""
    at_once: str = "reconciles it at once"
    """Words for a Secret with the label, after the project's name."""
    reads: str = ""
    """Time at which it sees a change of a labeled Secret that no object names; "" if it reads none so."""

    def is_told_by(self, labels: Labels) -> bool:
        """True if a Secret with these labels has the one that counts."""
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
    """True for a target of the object that writes the Secret, or a workload that it once restarted."""
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
        when_restarts="restarts it when it writes the Secret",
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
        reads="within seconds, if it runs in this namespace",
    ),
    Controller(
        name="Sealed Secrets",
        label="sealedsecrets.bitnami.com/sealed-secrets-key",
        reads="when its controller starts, if that is in this namespace",
    ),
)
"""Known projects; to add one, add a row."""

KEPT: Final = tuple(begins for one in CONTROLLERS for begins in one.annotations)
"""The annotations of a workload that tell who restarts it, by the beginning of their names."""


def restarted_by(workload: Workload, annotations: Labels, secret: SecretMeta) -> Controller | None:
    """Return the project that restarts a workload when this Secret changes; None if none is known."""
    able = (one for one in CONTROLLERS if one.restarts is not None)
    return next((one for one in able if one.restarts and one.restarts(workload, annotations, secret)), None)


def watching(info: ReaderInfo, use: Use) -> Controller | None:
    """Return the project that owns the reader, if a label on the Secret can make it look at once."""
    if not isinstance(use, ObjectUse) or use.produces:
        return None
    kind = info.kind.group, info.kind.name
    return next(
        (one for one in CONTROLLERS if kind in one.kinds and use.path.startswith(one.paths)),
        None,
    )


def when_seen(info: ReaderInfo, use: Use, secret: SecretMeta) -> str:
    """Tell when a use sees a change, in words that follow the reader's name, with what the labels add."""
    words, by = use.when_seen(), watching(info, use)
    if by is None or secret.labels is None:
        return words
    if by.is_told_by(secret.labels):
        return f"{by.name} {by.at_once}"
    return f"{words}; at once with the label {by.label}" + (f"={by.value}" if by.value else "")


CONTROLLER: Final = ReaderKind("Controller", "controller", "controllers")


class ControllerInfo(ReaderInfo, frozen=True, kw_only=True):
    """A project that reads the Secret itself, since a label of that says so."""

    kind: ReaderKind = CONTROLLER

    @property
    def title(self) -> str:
        return self.name


class LabelUse(Use, frozen=True, gc=False, kw_only=True):
    """`target` is the label with what it says; `when` follows the project's name."""

    when: str

    def how(self) -> str:
        return f"label {self.target}"

    def when_seen(self) -> str:
        return self.when

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        if change in ("changed", "added"):
            return Effect(ARRIVES, self.when)
        what = f'secret "{ref.name}" not found' if change == "deleted" else "which keys it needs is not known"
        return Effect(MAY_FAIL, f"may FAIL: {what}")


def by_label(ref: SecretRef, labels: Labels) -> Iterator[Reader]:
    """The projects that read a Secret with these labels, although no object names it."""
    for one in CONTROLLERS:
        if one.reads and one.is_told_by(labels):
            use = LabelUse(
                secret=ref.name,
                way="label",
                key=None,
                target=f"{one.label}={labels[one.label]}".rstrip("="),
                when=one.reads,
            )
            yield Reader(
                ControllerInfo(
                    namespace=ref.namespace, name=one.name, uid="", resource_version="", uses=(use,)
                ),
                use,
            )
