"""Pages of a list, and lines of a watch: events, bookmarks, errors."""

from __future__ import annotations

from typing import Final, Generic, Literal, Protocol, TypeVar

import msgspec
from msgspec import Struct

from tui.cluster.api.decode import ListMeta, bad, decode
from tui.cluster.http.request import RequestInfo
from tui.cluster.http.status_errors import event_error
from tui.model.json_decoder import HiddenStruct

T = TypeVar("T")
EventKind = Literal["put", "gone", "bookmark"]


class ListPage(Struct, Generic[T], frozen=True):
    rows: tuple[T, ...]
    resource_version: str
    remaining: int | None
    """Number of objects after this page; None if unknown, as in a list with a selector."""
    is_last: bool
    size: int = 0


class WatchEvent(Struct, Generic[T], frozen=True):
    """A change of one object, or a bookmark, which has only the version from which a new watch can start."""

    kind: EventKind
    row: T | None
    resource_version: str


def is_older(version: str, other: str | None) -> bool:
    return is_number(version) and other is not None and is_number(other) and int(version) < int(other)


def is_number(version: str) -> bool:
    return version.isascii() and version.isdigit()


_KINDS: Final[dict[str, EventKind]] = {
    "ADDED": "put",
    "MODIFIED": "put",
    "DELETED": "gone",
    "BOOKMARK": "bookmark",
}


class VersionedRow(Protocol):
    @property
    def uid(self) -> str: ...

    @property
    def resource_version(self) -> str: ...


Row = TypeVar("Row", bound=VersionedRow)
Row_co = TypeVar("Row_co", covariant=True)


class Decoder(Protocol[Row_co]):
    """Decoder of pages of a list, and of objects in watch events. Both methods raise BadAnswer."""

    def page(self, body: bytes) -> tuple[ListMeta, tuple[Row_co, ...]]: ...

    def row(self, body: msgspec.Raw) -> Row_co: ...


class _Event(HiddenStruct):
    type: str
    object: msgspec.Raw


class _Head(HiddenStruct):
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


class _BookmarkRow(HiddenStruct):
    object: _Head = msgspec.field(default_factory=_Head)


class _Bookmark(_Head):
    rows: list[_BookmarkRow] | None = None


def watch_event(line: bytes, asked: RequestInfo, decoder: Decoder[Row]) -> WatchEvent[Row]:
    """Decode a line of a watch. Raises BadAnswer, or the error that an ERROR event describes."""
    event = decode(line, _Event)
    if event.type == "ERROR":
        raise event_error(asked, bytes(event.object))
    kind = _KINDS.get(event.type)
    if kind is None:
        raise bad()
    if kind == "bookmark":
        return WatchEvent(kind, None, _version(event.object))
    row = decoder.row(event.object)
    return WatchEvent(kind, row, row.resource_version)


def _version(raw: msgspec.Raw) -> str:
    """Read the version of a bookmark.

    If the bookmark is a Table without a version, read the version of the Table's first row.
    Source: apiserver pkg/endpoints/handlers/response.go.
    """
    bookmark = decode(raw, _Bookmark)
    version = bookmark.metadata.resource_version
    if not version and bookmark.rows:
        version = bookmark.rows[0].object.metadata.resource_version
    if not version:
        raise bad()
    return version
