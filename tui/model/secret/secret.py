"""Secret (with values), SecretSummary (without) and SecretRef (its namespace and name)."""

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
    """Namespace and name. A recreated Secret has the same; only its uid differs."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def names_of(refs: Sequence[SecretRef]) -> str:
    """Name of a single Secret, or the number of several."""
    return str(refs[0]) if len(refs) == 1 else counted(len(refs), "Secret")


def release_of(record: SecretRef) -> SecretRef | None:
    """Helm release whose record has this name; None for any other Secret.

    Source: helm pkg/storage/storage.go (makeKey).
    """
    named = _RECORD_NAME.fullmatch(record.name)
    return SecretRef(record.namespace, named[1]) if named is not None else None


class Owner(
    msgspec.Struct,
    frozen=True,
    gc=False,
    omit_defaults=True,
    rename={"is_controller": "controller", "api_version": "apiVersion", "blocks": "blockOwnerDeletion"},
):
    """An entry of metadata.ownerReferences, as the API writes it."""

    kind: str
    name: str
    is_controller: bool = False
    api_version: str = ""
    uid: str = ""
    blocks: bool | None = None
    """True if its deletion waits for this object."""


class FieldOwner(msgspec.Struct, frozen=True):
    """An entry of metadata.managedFields, reduced to the keys of `data`."""

    manager: str
    operation: str
    time: float | None
    """Seconds since the epoch; moves when this manager changes any field it owns."""
    keys: tuple[str, ...]
    """The keys of `data` that it owns."""


def latest_times(owners: Iterable[FieldOwner]) -> dict[str, float]:
    """The latest time of each manager that has one."""
    times: dict[str, float] = {}
    for owner in owners:
        if owner.time is not None:
            times[owner.manager] = max(owner.time, times.get(owner.manager, owner.time))
    return times


def latest(owners: Iterable[FieldOwner]) -> tuple[float | None, str | None]:
    """Time of the last write, and its manager; (None, None) if no entry has a time."""
    timed = ((owner.time, owner.manager) for owner in owners if owner.time is not None)
    return max(timed, key=lambda pair: pair[0], default=(None, None))


class Provenance(msgspec.Struct, frozen=True):
    """Writers of the keys of a version of a Secret, from its metadata alone."""

    uid: str
    resource_version: str
    field_owners: tuple[FieldOwner, ...]


class SecretSummary(msgspec.Struct, frozen=True, gc=False):
    """A row of the list, without values."""

    ref: SecretRef
    uid: str
    resource_version: str
    type: str
    key_count: int
    created: float | None
    """Seconds since the epoch."""
    changed: float | None = None
    """The data changed no later than this (the latest managedFields time that owns data)."""
    changed_by: str | None = None
    keys: tuple[str, ...] | None = None
    """Key names as managedFields tell them; None where they do not tell."""
    writers: tuple[FieldOwner, ...] = ()
    """Writers of keys, if the fields above do not suffice: several managers, or keys without one."""
    is_immutable: bool = False
    """True if a manager owns the field `immutable`, which can also be set to false."""
    labels: tuple[tuple[str, str], ...] = ()
    manager: str | None = None
    """Manager in words: "ExternalSecret/db", "cert-manager"; None for a person's own Secret."""
    finalizers: tuple[str, ...] = ()
    is_terminating: bool = False

    @property
    def key(self) -> str:
        """Key of the row: "namespace/name"."""
        return f"{self.ref.namespace}/{self.ref.name}"

    @property
    def field_owners(self) -> tuple[FieldOwner, ...]:
        """Writers of the keys and their times, as far as managedFields tell."""
        if self.writers or self.changed_by is None:
            return self.writers
        return (FieldOwner(self.changed_by, "", self.changed, self.keys or ()),)

    @property
    def is_helm_release(self) -> bool:
        """True for Helm's own record of a release."""
        return self.type == HELM_RELEASE


class Secret(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """An opened Secret, with its values. Its repr names it and nothing else."""

    ref: SecretRef
    uid: str
    resource_version: str
    type: str
    data: Mapping[str, Value]
    is_immutable: bool = False
    created: float | None = None
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    annotations: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Annotations without last-applied-configuration, a copy of the data; other copies are masked."""
    has_last_applied: bool = False
    owners: tuple[Owner, ...] = ()
    finalizers: tuple[str, ...] = ()
    field_owners: tuple[FieldOwner, ...] = ()
    manager: str | None = None
    is_terminating: bool = False

    @property
    def fields(self) -> dict[str, Value]:
        """Fields that a draft can change, by their names in fields.py. Copies of values are masked."""
        fields = dict(self.data)
        fields |= {f"{LABELS}{name}": Value(text.encode()) for name, text in self.labels.items()}
        fields |= {f"{ANNOTATIONS}{name}": Value(text.encode()) for name, text in self.annotations.items()}
        if self.has_last_applied:
            fields[f"{ANNOTATIONS}{LAST_APPLIED}"] = Value(MASK.encode())
        if self.is_immutable:
            fields[IMMUTABLE] = Value(b"true")
        return fields

    def field(self, name: str) -> Value | None:
        """Value of one of `fields`; None if absent."""
        return self.data.get(name) if is_key(name) else self.fields.get(name)

    def differing(self, other: Secret) -> frozenset[str]:
        """Keys whose values differ, or that only one of the two has."""
        keys = self.data.keys() | other.data.keys()
        return frozenset(key for key in keys if self.data.get(key) != other.data.get(key))

    def writers_of(self, keys: Collection[str]) -> str:
        """The field managers that own one of these keys: "helm and kubectl-edit"."""
        names = {owner.manager for owner in self.field_owners if not set(owner.keys).isdisjoint(keys)}
        return " and ".join(sorted(names))

    def __repr__(self) -> str:
        return f"<Secret {self.ref}>"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return []
