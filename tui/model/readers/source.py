"""ReaderSource: a kind of object that can read Secrets, with its decoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from tui.model.api_object import ApiKind
from tui.model.readers.reader import ReaderInfo, ReaderKind


class ReaderSource(Struct, frozen=True, eq=False, kw_only=True):
    """Kind of reader, with its API kind and the way to decode its objects."""

    kind: ReaderKind
    api: ApiKind
    shape: type[Any]
    """Struct with the needed fields, or dict to keep all fields."""
    read: Callable[[Any], ReaderInfo]
    """Function that turns an object, decoded as `shape`, into a ReaderInfo."""
    is_metadata: bool = False
    """True if only the metadata of the objects is needed."""


class ObjectPart(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Part of an object as the API sends it. Fields that a subclass does not declare are skipped.

    The API may send null for a list.
    """


class OwnerShape(ObjectPart, frozen=True):
    kind: str = ""
    name: str = ""
    controller: bool | None = None


class ObjectMeta(ObjectPart, frozen=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    owner_references: list[OwnerShape] | None = None


NO_META: Final = ObjectMeta()
