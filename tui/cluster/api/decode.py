"""Decode the API's JSON into model objects.

Functions raise BadAnswer without msgspec's message, which may quote values.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from tui.model.errors import BadAnswer
from tui.model.json_decoder import HiddenStruct, decoded
from tui.model.managers.detect import manager_of
from tui.model.secret.fields import LAST_APPLIED, MASKED_ANNOTATIONS
from tui.model.secret.secret import FieldOwner, Owner, Provenance, Secret, SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import MASK, Value

Time = Annotated[datetime, msgspec.Meta(tz=True)]
_Shape = TypeVar("_Shape")


def bad() -> BadAnswer:
    return BadAnswer(200, why="it has unexpected content")


def decode(body: bytes | msgspec.Raw, shape: type[_Shape]) -> _Shape:
    """Decode JSON into `shape`. Raises BadAnswer, which quotes no part of the body."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError):
        return decoded(body, shape)
    raise bad()


class _Fields(HiddenStruct):
    data: dict[str, msgspec.Raw] | None = msgspec.field(name="f:data", default=None)
    string_data: dict[str, msgspec.Raw] | None = msgspec.field(name="f:stringData", default=None)
    binary_data: dict[str, msgspec.Raw] | None = msgspec.field(name="f:binaryData", default=None)
    immutable: dict[str, msgspec.Raw] | None = msgspec.field(name="f:immutable", default=None)


class _ManagedField(HiddenStruct, rename="camel"):
    manager: str = ""
    operation: str = ""
    time: Time | None = None
    fields: _Fields | None = msgspec.field(name="fieldsV1", default=None)


class Meta(HiddenStruct, rename="camel"):
    """ObjectMeta. Annotations stay raw, because one of them (last-applied) copies the data."""

    name: str
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, msgspec.Raw] | None = None
    owner_references: tuple[Owner, ...] | None = None
    finalizers: list[str] | None = None
    managed_fields: list[_ManagedField] | None = None


class ListMeta(HiddenStruct, rename="camel"):
    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")
    remaining_item_count: int | None = None
    size: int = 0
    """Size in bytes of the server's answer. Not part of the JSON; `paging.chunks` sets it."""


def field_owners(meta: Meta) -> tuple[FieldOwner, ...]:
    return tuple(
        FieldOwner(
            entry.manager,
            entry.operation,
            seconds(entry.time),
            _keys((*(entry.fields.data or ()), *(entry.fields.string_data or ()))),
        )
        for entry in meta.managed_fields or []
        if entry.fields is not None
        and (entry.fields.data is not None or entry.fields.string_data is not None)
    )


def binary_keys(meta: Meta) -> frozenset[str]:
    fields = (entry.fields for entry in meta.managed_fields or [])
    return frozenset(
        key for field_set in fields if field_set is not None for key in _keys(field_set.binary_data or ())
    )


def names_immutable(meta: Meta) -> bool:
    """True if a manager owns the field `immutable`. The metadata does not contain the field's value."""
    fields = (field_set.fields for field_set in meta.managed_fields or [])
    return any(field_set is not None and field_set.immutable is not None for field_set in fields)


def _keys(fields: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the keys, such as "password" for the field "f:password".

    The field "." is skipped. It means the map itself (structured-merge-diff fieldpath/serialize.go).
    """
    return tuple(name[2:] for name in fields if name.startswith("f:"))


def seconds(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def notes_of(meta: Meta) -> dict[str, str]:
    """Return the annotations without last-applied, and mask MASKED_ANNOTATIONS. Raises BadAnswer.

    The masked annotations can contain copies or digests of the Secret's values.
    """
    annotations = meta.annotations or {}
    return {
        name: MASK if name in MASKED_ANNOTATIONS else decode(raw, str)
        for name, raw in annotations.items()
        if name != LAST_APPLIED
    }


def manager(meta: Meta, kind: str, notes: dict[str, str]) -> str | None:
    writers = [entry.manager for entry in meta.managed_fields or []]
    return manager_of(kind, meta.labels or {}, notes, meta.owner_references or (), writers)


class _Secret(HiddenStruct):
    metadata: Meta
    kind: str = "Secret"
    """Default for list items, because the server sends them without a kind."""
    type: str = OPAQUE
    data: dict[str, bytes | None] | None = None
    immutable: bool | None = None


def secret(body: bytes) -> Secret:
    """Decode a Secret. `data: null` means no keys, and `data: {k: null}` means an empty value."""
    return _secret(decode(body, _Secret))


class _SecretList(HiddenStruct):
    kind: str
    metadata: ListMeta
    items: list[_Secret]


def secrets(body: bytes) -> tuple[ListMeta, tuple[Secret, ...]]:
    chunk = decode(body, _SecretList)
    if chunk.kind != "SecretList":
        raise bad()
    return chunk.metadata, tuple(map(_secret, chunk.items))


def _secret(item: _Secret) -> Secret:
    meta = item.metadata
    if item.kind != "Secret" or not meta.uid:
        raise bad()
    notes = notes_of(meta)
    return Secret(
        ref=SecretRef(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        type=item.type,
        data={key: Value(data or b"") for key, data in (item.data or {}).items()},
        is_immutable=bool(item.immutable),
        created=seconds(meta.creation_timestamp),
        labels=meta.labels or {},
        annotations=notes,
        has_last_applied=LAST_APPLIED in (meta.annotations or {}),
        owners=meta.owner_references or (),
        finalizers=tuple(meta.finalizers or ()),
        field_owners=field_owners(meta),
        manager=manager(meta, item.type, notes),
        is_terminating=meta.deletion_timestamp is not None,
    )


class _Metadata(HiddenStruct):
    kind: str
    metadata: Meta


def provenance(body: bytes) -> tuple[SecretRef, Provenance]:
    item = decode(body, _Metadata)
    meta = item.metadata
    if item.kind != "PartialObjectMetadata" or not meta.uid or not meta.resource_version:
        raise bad()
    ref = SecretRef(meta.namespace, meta.name)
    return ref, Provenance(meta.uid, meta.resource_version, field_owners(meta))


class DecodedKind(HiddenStruct):
    kind: str = ""


class _Named(HiddenStruct):
    name: str


class _NamedObject(HiddenStruct):
    metadata: _Named


class _NameList(HiddenStruct):
    metadata: ListMeta
    items: list[_NamedObject]


def names(body: bytes) -> tuple[ListMeta, list[str]]:
    listing = decode(body, _NameList)
    return listing.metadata, [item.metadata.name for item in listing.items]


def name_of(body: bytes) -> str:
    return decode(body, _NamedObject).metadata.name


def is_gone(body: bytes) -> bool:
    """True if a deletion is complete.

    The server answers with a Status, or with the Secret while the Secret waits for its finalizers (apiserver
    pkg/endpoints/handlers/delete.go).
    """
    kind = decode(body, DecodedKind).kind
    if kind not in ("Status", "Secret"):
        raise bad()
    return kind == "Status"
