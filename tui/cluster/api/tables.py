"""Decode Tables of Secrets or ConfigMaps. The results contain no values."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tui.cluster.api.decode import (
    ListMeta,
    Meta,
    bad,
    binary_keys,
    decode,
    field_owners,
    manager,
    names_immutable,
    notes_of,
    seconds,
)
from tui.cluster.api.interning import Interner
from tui.model.json_decoder import HiddenStruct
from tui.model.readers.needs import KnownKeys
from tui.model.secret.secret import SecretRef, SecretSummary, latest

TABLE_TYPE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io"


class _Object(HiddenStruct):
    metadata: Meta


class _Row(HiddenStruct):
    cells: list[Any]
    object: _Object


class Table(HiddenStruct):
    """Table of Secrets or ConfigMaps."""

    kind: str
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)
    rows: list[_Row] | None = None


class SecretRows:
    """Decoder of a list or watch of Secrets.

    Source: apiserver pkg/endpoints/handlers/response.go (asTable), kubernetes pkg/printers
    (secretColumnDefinitions: Name, Type, Data, Age).
    """

    def __init__(self) -> None:
        self._shared = Interner()

    def page(self, body: bytes) -> tuple[ListMeta, tuple[SecretSummary, ...]]:
        table = decode(body, Table)
        return table.metadata, self.read(table)

    def row(self, body: msgspec.Raw) -> SecretSummary:
        rows = self.read(decode(body, Table))
        if len(rows) != 1:
            raise bad()
        return rows[0]

    def read(self, table: Table) -> tuple[SecretSummary, ...]:
        if table.kind != "Table":
            raise bad()
        return tuple(self._shared.secret(_summary(row)) for row in table.rows or [])


def config_map_keys(body: bytes) -> KnownKeys:
    """Read the keys of a ConfigMap from its Table, which contains no values. Raises BadAnswer."""
    table = decode(body, Table)
    match table.rows or []:
        case [_Row(cells=[_, int(count), *_], object=row)] if table.kind == "Table":
            pass
        case _:
            raise bad()
    binary = binary_keys(row.metadata)
    names = binary.union(*(owner.keys for owner in field_owners(row.metadata)))
    return KnownKeys(names, is_whole=len(names) == count, binary=binary)


def _summary(row: _Row) -> SecretSummary:
    match row.cells:
        case [_, str(kind), int(count), *_]:
            meta = row.object.metadata
        case _:
            raise bad()
    writers = field_owners(meta)
    changed, changed_by = latest(writers)
    owned = tuple(sorted({key for owner in writers for key in owner.keys}))
    # If managedFields are missing or outdated, the number of their keys may differ from `count`.
    keys = owned if len(owned) == count else None
    return SecretSummary(
        ref=SecretRef(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        type=kind,
        key_count=count,
        created=seconds(meta.creation_timestamp),
        changed=changed,
        changed_by=changed_by,
        keys=keys,
        writers=writers if len(writers) > 1 or keys is None else (),
        is_immutable=names_immutable(meta),
        labels=tuple(sorted((meta.labels or {}).items())),
        manager=manager(meta, kind, notes_of(meta)),
        finalizers=tuple(meta.finalizers or ()),
        is_terminating=meta.deletion_timestamp is not None,
    )
