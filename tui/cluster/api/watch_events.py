"""Decode lines of a watch into events: Secrets as Table rows, pods, bookmarks, errors."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from tui.cluster.api.decode import ListMeta, Quiet, bad, decode, secret
from tui.cluster.api.interning import Shared
from tui.cluster.api.tables import Item, SecretList, SecretRows, item_summary
from tui.cluster.http.request_info import Asked
from tui.cluster.http.status_errors import event_error
from tui.model.readers.pod_spec import PodShape
from tui.model.readers.usage import PodInfo, pod_info
from tui.model.secret.secret import Secret, SecretSummary

EventKind = Literal["put", "gone", "bookmark"]
_KINDS: Final[dict[str, EventKind]] = {
    "ADDED": "put",
    "MODIFIED": "put",
    "DELETED": "gone",
    "BOOKMARK": "bookmark",
}


class SecretEvent(msgspec.Struct, frozen=True):
    """Something happened to one Secret; a bookmark only moves the version from which to go on."""

    kind: EventKind
    row: SecretSummary | None
    resource_version: str


class PodEvent(msgspec.Struct, frozen=True):
    """Something happened to one pod."""

    kind: EventKind
    pod: PodInfo | None
    resource_version: str


class _Event(Quiet):
    type: str
    object: msgspec.Raw


class _Head(Quiet):
    kind: str = ""
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


class _BookmarkRow(Quiet):
    object: _Head = msgspec.field(default_factory=_Head)


class _Bookmark(_Head):
    rows: list[_BookmarkRow] | None = None


class PodList(Quiet):
    """One page of pods, only the parts that can name a Secret."""

    kind: str
    metadata: ListMeta
    items: list[PodShape] | None = None


def pod_page(shared: Shared, body: bytes) -> tuple[ListMeta, tuple[PodInfo, ...]]:
    """One page of pods. Raises BadAnswer."""
    found = decode(body, PodList)
    if found.kind != "PodList":
        raise bad()
    return found.metadata, tuple(shared.pod(pod_info(shape)) for shape in found.items or ())


def secret_event(line: bytes, asked: Asked, rows: SecretRows) -> SecretEvent:
    """Source: apiserver pkg/endpoints/handlers/response.go (watch embedding of Tables).

    Raises BadAnswer, Expired, and what else an ERROR event says.
    """
    kind, raw = _open(line, asked)
    if kind == "bookmark":
        return SecretEvent(kind, None, _version(raw))
    if decode(raw, _Head).kind == "Secret":
        row = item_summary(decode(raw, Item))
    else:
        found = rows.read(decode(raw, SecretList))
        if len(found) != 1:
            raise bad()
        row = found[0]
    return SecretEvent(kind, row, row.resource_version)


def version_of_secret(line: bytes, asked: Asked) -> tuple[EventKind, Secret | None]:
    """One version of a Secret, with its values; none for a bookmark. Raises as secret_event does."""
    kind, raw = _open(line, asked)
    return kind, None if kind == "bookmark" else secret(bytes(raw))


def pod_event(line: bytes, asked: Asked) -> PodEvent:
    """Raises as secret_event does."""
    kind, raw = _open(line, asked)
    if kind == "bookmark":
        return PodEvent(kind, None, _version(raw))
    if decode(raw, _Head).kind != "Pod":
        raise bad()
    pod = pod_info(decode(raw, PodShape))
    return PodEvent(kind, pod, pod.resource_version)


def _open(line: bytes, asked: Asked) -> tuple[EventKind, msgspec.Raw]:
    event = decode(line, _Event)
    if event.type == "ERROR":
        raise event_error(asked, bytes(event.object))
    kind = _KINDS.get(event.type)
    if kind is None:
        raise bad()
    return kind, event.object


def _version(raw: msgspec.Raw) -> str:
    found = decode(raw, _Bookmark)
    version = found.metadata.resource_version
    if not version and found.rows:
        version = found.rows[0].object.metadata.resource_version
    if not version:
        raise bad()
    return version
