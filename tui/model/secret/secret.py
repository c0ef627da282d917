"""Secret (with values), SecretSummary (without values) and SecretRef (namespace and name)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tui.model.secret.fields import ANNOTATIONS, IMMUTABLE, LABELS, LAST_APPLIED, is_key
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import MASK, Value
from tui.model.text.counts import counted

_RECORD_NAME: Final = re.compile(r"sh\.helm\.release\.v1\.(.+)\.v\d+", re.ASCII)


class SecretRef(msgspec.Struct, frozen=True, gc=False, order=True):
    """Namespace and name of a Secret."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def names_of(refs: Sequence[SecretRef]) -> str:
    """Return namespace and name of a single Secret, or a count such as "3 Secrets"."""
    return str(refs[0]) if len(refs) == 1 else counted(len(refs), "Secret")


def release_of(record: SecretRef) -> SecretRef | None:
    """Return namespace and name of the Helm release that the Secret `record` stores.

    None if the Secret's name is not that of a Helm record.

    Source: helm pkg/storage/storage.go (makeKey).
    """
    match = _RECORD_NAME.fullmatch(record.name)
    return SecretRef(record.namespace, match[1]) if match is not None else None


class Owner(
    msgspec.Struct,
    frozen=True,
    gc=False,
    omit_defaults=True,
    rename={"is_controller": "controller", "api_version": "apiVersion", "blocks": "blockOwnerDeletion"},
):
    """An entry of metadata.ownerReferences."""

    kind: str
    name: str
    is_controller: bool = False
    api_version: str = ""
    uid: str = ""
    blocks: bool | None = None
    """True if a foreground deletion of the owner waits for this object."""


class FieldOwner(msgspec.Struct, frozen=True):
    """An entry of metadata.managedFields, reduced to the keys of `data`."""

    manager: str
    operation: str
    time: float | None
    """Time of the manager's last change of any field, in seconds since the epoch."""
    keys: tuple[str, ...]


def latest_times(owners: Iterable[FieldOwner]) -> dict[str, float]:
    """Return a dict: keys are managers, values are the times of their last changes."""
    times: dict[str, float] = {}
    for owner in owners:
        if owner.time is not None:
            times[owner.manager] = max(owner.time, times.get(owner.manager, owner.time))
    return times


def latest(owners: Iterable[FieldOwner]) -> tuple[float | None, str | None]:
    """Return time and manager of the last write; (None, None) if no owner has a time."""
    timed = ((owner.time, owner.manager) for owner in owners if owner.time is not None)
    return max(timed, key=lambda pair: pair[0], default=(None, None))


class Provenance(msgspec.Struct, frozen=True):
    """Field owners in one version of a Secret."""

    uid: str
    resource_version: str
    field_owners: tuple[FieldOwner, ...]


class SecretSummary(msgspec.Struct, frozen=True, gc=False):
    """A Secret without its values, as the list of Secrets shows it."""

    ref: SecretRef
    uid: str
    resource_version: str
    type: str
    key_count: int
    created: float | None
    """Time of creation in seconds since the epoch."""
    changed: float | None = None
    """Latest `time` of the field owners, in seconds since the epoch."""
    changed_by: str | None = None
    keys: tuple[str, ...] | None = None
    """Names of all keys; None if unknown, e.g. if the field owners do not name exactly `key_count` keys."""
    writers: tuple[FieldOwner, ...] = ()
    """Field owners. A single owner may be left out if `changed`, `changed_by` and `keys` describe it."""
    is_immutable: bool = False
    """True if the Secret is immutable.

    In a summary from a list request: True if a manager owns the field `immutable`, even if it is false.
    """
    labels: tuple[tuple[str, str], ...] = ()
    manager: str | None = None
    """Object or program that manages the Secret, such as "ExternalSecret/db" or "cert-manager"."""
    finalizers: tuple[str, ...] = ()
    is_terminating: bool = False

    @property
    def key(self) -> str:
        """Identifier of the Secret's row in the list of Secrets."""
        return f"{self.ref.namespace}/{self.ref.name}"

    @property
    def field_owners(self) -> tuple[FieldOwner, ...]:
        if self.writers or self.changed_by is None:
            return self.writers
        return (FieldOwner(self.changed_by, "", self.changed, self.keys or ()),)

    @property
    def is_helm_release(self) -> bool:
        return self.type == HELM_RELEASE


class Secret(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """A Secret with its values. Its repr shows only namespace and name."""

    ref: SecretRef
    uid: str
    resource_version: str
    type: str
    data: Mapping[str, Value]
    is_immutable: bool = False
    created: float | None = None
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    annotations: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Annotations without last-applied-configuration.

    A mask replaces the value of each annotation that MASKED_ANNOTATIONS (fields.py) names.
    """
    has_last_applied: bool = False
    owners: tuple[Owner, ...] = ()
    finalizers: tuple[str, ...] = ()
    field_owners: tuple[FieldOwner, ...] = ()
    manager: str | None = None
    is_terminating: bool = False

    @property
    def fields(self) -> dict[str, Value]:
        """Values of the fields that a draft can change, by field name. fields.py defines the names."""
        fields = dict(self.data)
        fields |= {f"{LABELS}{name}": Value(text.encode()) for name, text in self.labels.items()}
        fields |= {f"{ANNOTATIONS}{name}": Value(text.encode()) for name, text in self.annotations.items()}
        if self.has_last_applied:
            fields[f"{ANNOTATIONS}{LAST_APPLIED}"] = Value(MASK.encode())
        if self.is_immutable:
            fields[IMMUTABLE] = Value(b"true")
        return fields

    def field(self, name: str) -> Value | None:
        return self.data.get(name) if is_key(name) else self.fields.get(name)

    def differing(self, other: Secret) -> frozenset[str]:
        """Keys whose values differ between the two Secrets, and keys that only one Secret has."""
        keys = self.data.keys() | other.data.keys()
        return frozenset(key for key in keys if self.data.get(key) != other.data.get(key))

    def writers_of(self, keys: Collection[str]) -> str:
        """Return the names of the managers of `keys` in one text, such as "helm and kubectl-edit"."""
        names = {owner.manager for owner in self.field_owners if not set(owner.keys).isdisjoint(keys)}
        return " and ".join(sorted(names))

    def __repr__(self) -> str:
        return f"<Secret {self.ref}>"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return []
