"""The API's JSON into the model's shapes: lists of Secrets without values, one Secret with them, reviews.

msgspec's own messages quote what they read, so none of them leaves this room: `decode` turns each into a
BadAnswer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec

from tui.model.errors import BadAnswer
from tui.model.managers import manager_of
from tui.model.secret import LAST_APPLIED, OPAQUE, FieldOwner, Owner, Secret, SecretRef, SecretSummary
from tui.model.value import Value

Time = Annotated[datetime, msgspec.Meta(tz=True)]
_Shape = TypeVar("_Shape")
NOT_OF_THE_API: Final = "it is not what the API answers"


def bad(why: str = NOT_OF_THE_API) -> BadAnswer:
    return BadAnswer(200, why=why)


def decode(body: bytes | msgspec.Raw, shape: type[_Shape]) -> _Shape:
    """Raises BadAnswer, with nothing of the body on it."""
    found: _Shape | None = None
    try:
        found = msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError):
        found = None
    if found is None:
        raise bad()
    return found


class Quiet(msgspec.Struct):
    """A shape whose repr shows nothing, since it may hold values."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class _Owner(Quiet):
    kind: str = ""
    name: str = ""
    controller: bool | None = None


class _Fields(Quiet):
    data: dict[str, msgspec.Raw] | None = msgspec.field(name="f:data", default=None)


class _ManagedField(Quiet, rename="camel"):
    manager: str = ""
    operation: str = ""
    time: Time | None = None
    fields: _Fields | None = msgspec.field(name="fieldsV1", default=None)


class Meta(Quiet, rename="camel"):
    """ObjectMeta. Annotations stay undecoded until one is asked for: last-applied is a copy of the data."""

    name: str
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, msgspec.Raw] | None = None
    owner_references: list[_Owner] | None = None
    managed_fields: list[_ManagedField] | None = None


class ListMeta(Quiet, rename="camel"):
    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")
    remaining_item_count: int | None = None


class _Object(Quiet):
    metadata: Meta


class _Row(Quiet):
    cells: list[Any]
    object: _Object


class _Column(Quiet):
    name: str


class Item(Quiet):
    """A Secret of a plain list: its values are not decoded, only counted."""

    metadata: Meta
    type: str = OPAQUE
    data: dict[str, msgspec.Raw] | None = None


class SecretList(Quiet, rename="camel"):
    """A Table, or from a server that does not know Tables, a SecretList; for one event, a Secret."""

    kind: str
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)
    column_definitions: list[_Column] | None = None
    rows: list[_Row] | None = None
    items: list[Item] | None = None


class SecretRows:
    """Reads the rows of one list or watch; remembers the columns, which only the first answer names.

    Source: apiserver pkg/endpoints/handlers/response.go (asTable), kubernetes pkg/printers
    (secretColumnDefinitions: Name, Type, Data, Age).
    """

    def __init__(self) -> None:
        self._type, self._data = 1, 2

    def read(self, found: SecretList) -> tuple[SecretSummary, ...]:
        """Raises BadAnswer."""
        if found.kind == "Table":
            self._learn(found.column_definitions or [])
            return tuple(self._row(row) for row in found.rows or [])
        if found.kind == "SecretList":
            return tuple(
                summary(item.metadata, item.type, len(item.data or {})) for item in found.items or []
            )
        raise bad()

    def _learn(self, columns: list[_Column]) -> None:
        names = [column.name for column in columns]
        if "Type" in names and "Data" in names:
            self._type, self._data = names.index("Type"), names.index("Data")

    def _row(self, row: _Row) -> SecretSummary:
        cells = row.cells
        if len(cells) <= max(self._type, self._data):
            raise bad()
        kind, count = cells[self._type], cells[self._data]
        if not isinstance(kind, str) or not isinstance(count, int) or isinstance(count, bool):
            raise bad()
        return summary(row.object.metadata, kind, count)


def item_summary(item: Item) -> SecretSummary:
    return summary(item.metadata, item.type, len(item.data or {}))


def summary(meta: Meta, kind: str, count: int) -> SecretSummary:
    """One row of the list."""
    writers = field_owners(meta)
    last = max((owner for owner in writers if owner.time is not None), key=_time, default=None)
    keys = tuple(sorted({key for owner in writers for key in owner.keys}))
    return SecretSummary(
        ref=SecretRef(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        type=kind,
        key_count=count,
        created=_seconds(meta.creation_timestamp),
        changed=last.time if last else None,
        changed_by=last.manager if last else None,
        # A writer that strips managedFields, or one that lags, makes them tell another number.
        keys=keys if len(keys) == count else None,
        labels=tuple(sorted((meta.labels or {}).items())),
        manager=_manager(meta, kind, notes_of(meta)),
        is_terminating=meta.deletion_timestamp is not None,
    )


def field_owners(meta: Meta) -> tuple[FieldOwner, ...]:
    """Those of managedFields that own something of `data`, with the keys."""
    return tuple(
        FieldOwner(each.manager, each.operation, _seconds(each.time), _keys(each.fields.data))
        for each in meta.managed_fields or []
        if each.fields is not None and each.fields.data is not None
    )


def _keys(fields: Iterable[str]) -> tuple[str, ...]:
    """`f:password` is a key; `.` is the map itself. Source: structured-merge-diff fieldpath/serialize.go."""
    return tuple(name[2:] for name in fields if name.startswith("f:"))


def _time(owner: FieldOwner) -> float:
    return owner.time or 0.0


def _seconds(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def notes_of(meta: Meta) -> dict[str, str]:
    """The annotations without last-applied, which is never decoded. Raises BadAnswer."""
    held = meta.annotations or {}
    return {name: decode(raw, str) for name, raw in held.items() if name != LAST_APPLIED}


def owners(meta: Meta) -> tuple[Owner, ...]:
    return tuple(Owner(each.kind, each.name, bool(each.controller)) for each in meta.owner_references or [])


def _manager(meta: Meta, kind: str, notes: dict[str, str]) -> str | None:
    writers = [each.manager for each in meta.managed_fields or []]
    return manager_of(kind, meta.labels or {}, notes, owners(meta), writers)


class _Secret(Quiet):
    kind: str
    metadata: Meta
    type: str = OPAQUE
    data: dict[str, bytes | None] | None = None
    immutable: bool | None = None


def secret(body: bytes) -> Secret:
    """One Secret with its values; `data: null` and `data: {k: null}` mean empty. Raises BadAnswer.

    One that was only rehearsed into being has no resourceVersion.
    """
    found = decode(body, _Secret)
    meta = found.metadata
    if found.kind != "Secret" or not meta.uid:
        raise bad()
    notes = notes_of(meta)
    return Secret(
        ref=SecretRef(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        type=found.type,
        data={key: Value(data or b"") for key, data in (found.data or {}).items()},
        is_immutable=bool(found.immutable),
        created=_seconds(meta.creation_timestamp),
        labels=meta.labels or {},
        annotations=notes,
        has_last_applied=LAST_APPLIED in (meta.annotations or {}),
        owners=owners(meta),
        field_owners=field_owners(meta),
        manager=_manager(meta, found.type, notes),
        is_terminating=meta.deletion_timestamp is not None,
    )


class _Named(Quiet):
    name: str


class _NamedObject(Quiet):
    metadata: _Named


class NameList(Quiet):
    """A list of which only the names are read."""

    metadata: ListMeta
    items: list[_NamedObject]

    def names(self) -> list[str]:
        return [item.metadata.name for item in self.items]


class _Head(Quiet):
    kind: str


def is_gone(body: bytes) -> bool:
    """A Status says that it is; else the object is answered, which waits for its finalizers.

    Source: apiserver pkg/endpoints/handlers/delete.go. Raises BadAnswer.
    """
    kind = decode(body, _Head).kind
    if kind not in ("Status", "Secret"):
        raise bad()
    return kind == "Status"
