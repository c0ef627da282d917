"""The kinds that are listed and watched: Secrets without values, from Tables, and readers by their source."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tui.cluster.api.decode import (
    Kind,
    ListMeta,
    Meta,
    bad,
    decode,
    field_owners,
    manager,
    names_immutable,
    notes_of,
    seconds,
)
from tui.cluster.api.watch_events import Decoder, Row
from tui.cluster.http.request_info import Query
from tui.cluster.http.transport import JSON
from tui.model.json_decoder import Quiet
from tui.model.readers.reader import ReaderInfo
from tui.model.readers.source import ReaderSource
from tui.model.secret.secret import FieldOwner, SecretRef, SecretSummary

_MOST: Final = 20_000
"""Distinct parts that are kept; parts that differ in every row are not worth sharing."""
_OF_A_SECRET: Final = ("type", "changed_by", "keys", "labels", "manager")
_Part = TypeVar("_Part", bound=Hashable)


class Interner:
    """Equal parts of the rows of one list or watch, kept once: 0.5 kB a Secret instead of 1.1 kB."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Hashable] = {}

    def secret(self, row: SecretSummary) -> SecretSummary:
        """The row with shared parts."""
        ref = SecretRef(self._one(row.ref.namespace), row.ref.name)
        return replace(row, ref=ref, **{name: self._one(getattr(row, name)) for name in _OF_A_SECRET})

    def reader(self, info: ReaderInfo) -> ReaderInfo:
        """The reader with shared parts: pods of one workload use the same Secrets in the same way."""
        return replace(info, **{name: self._one(getattr(info, name)) for name in info.SHARED})

    def _one(self, part: _Part) -> _Part:
        if len(self._known) >= _MOST:
            self._known.clear()
        return self._known.setdefault(part, part)  # type: ignore[return-value]


class _Object(Quiet):
    metadata: Meta


class _Row(Quiet):
    cells: list[Any]
    object: _Object


class Table(Quiet):
    """A list of Secrets, or the Secret of one event."""

    kind: str
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)
    rows: list[_Row] | None = None


class SecretRows:
    """Reads the rows of one list or watch.

    Source: apiserver pkg/endpoints/handlers/response.go (asTable), kubernetes pkg/printers
    (secretColumnDefinitions: Name, Type, Data, Age).
    """

    def __init__(self) -> None:
        self._shared = Interner()

    def page(self, body: bytes) -> tuple[ListMeta, tuple[SecretSummary, ...]]:
        """One page of the list. Raises BadAnswer."""
        found = decode(body, Table)
        return found.metadata, self.read(found)

    def row(self, body: msgspec.Raw) -> SecretSummary:
        """The object of an event: a Table of one row. Raises BadAnswer."""
        rows = self.read(decode(body, Table))
        if len(rows) != 1:
            raise bad()
        return rows[0]

    def read(self, found: Table) -> tuple[SecretSummary, ...]:
        """Raises BadAnswer."""
        if found.kind != "Table":
            raise bad()
        return tuple(self._shared.secret(_summary(row)) for row in found.rows or [])


def _summary(row: _Row) -> SecretSummary:
    match row.cells:
        case [_, str(kind), int(count), *_]:
            meta = row.object.metadata
        case _:
            raise bad()
    writers = field_owners(meta)
    last = max((owner for owner in writers if owner.time is not None), key=_time, default=None)
    found = tuple(sorted({key for owner in writers for key in owner.keys}))
    # managedFields give another number if a writer strips them or lags.
    keys = found if len(found) == count else None
    return SecretSummary(
        ref=SecretRef(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        type=kind,
        key_count=count,
        created=seconds(meta.creation_timestamp),
        changed=last.time if last else None,
        changed_by=last.manager if last else None,
        keys=keys,
        writers=writers if len(writers) > 1 or keys is None else (),
        is_immutable=names_immutable(meta),
        labels=tuple(sorted((meta.labels or {}).items())),
        manager=manager(meta, kind, notes_of(meta)),
        is_terminating=meta.deletion_timestamp is not None,
    )


def _time(owner: FieldOwner) -> float:
    return owner.time or 0.0


NAMES: Final = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io"


class Resource(Struct, Generic[Row], frozen=True):
    """A kind of object."""

    name: str
    """The name in its path: "secrets"."""
    decoder: Callable[[], Decoder[Row]]
    """Creates a decoder for each list and each watch."""
    accept: str = JSON
    query: Query = ()
    api: str = "v1"
    """As in an object's apiVersion."""
    is_namespaced: bool = True

    @property
    def group(self) -> str:
        """The API group; "" is the core group."""
        return self.api.rpartition("/")[0]


_Shape = TypeVar("_Shape")


class _ObjectList(Quiet, Generic[_Shape]):
    kind: str
    metadata: ListMeta
    items: list[_Shape] | None = None


class ReaderRows:
    """Decodes objects of one kind, only the parts that can name a Secret."""

    def __init__(self, source: ReaderSource) -> None:
        self._source = source
        generic: Any = _ObjectList
        self._list: type[_ObjectList[Any]] = generic[source.shape]
        self._shared = Interner()

    def page(self, body: bytes) -> tuple[ListMeta, tuple[ReaderInfo, ...]]:
        """One chunk of a list. Raises BadAnswer."""
        found, read = decode(body, self._list), self._source.read
        if not found.kind.endswith("List"):  # a custom kind may name its list as it likes
            raise bad()
        return found.metadata, tuple(self._shared.reader(read(shape)) for shape in found.items or ())

    def row(self, body: msgspec.Raw) -> ReaderInfo:
        """The object of an event. Raises BadAnswer."""
        if decode(body, Kind).kind != self._source.kind.name:
            raise bad()
        return self._source.read(decode(body, self._source.shape))


SECRETS: Final[Resource[SecretSummary]] = Resource(
    "secrets", SecretRows, TABLE, (("includeObject", "Metadata"),)
)
"""Without their values."""


def reader_resource(source: ReaderSource) -> Resource[ReaderInfo]:
    """A kind of reader."""
    accept = NAMES if source.is_metadata else JSON
    rows = partial(ReaderRows, source)
    api = source.api
    return Resource(api.resource, rows, accept, api=api.api, is_namespaced=api.is_namespaced)
