"""ReaderSource: one kind of object that can read Secrets, and the metadata of one, as the API writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from tui.model.api_object import ApiKind
from tui.model.readers.reader import ReaderInfo, ReaderKind


class ReaderSource(Struct, frozen=True, eq=False, kw_only=True):
    """A kind of reader: what is asked of the API, what is kept of each object, and the kind's words.

    Pods and workloads are listed and watched, other kinds are only listed. What a change does to a reader is
    told by its uses.
    """

    kind: ReaderKind
    api: ApiKind
    shape: type[Any]
    """The parts of the object that are decoded: a msgspec struct."""
    read: Callable[[Any], ReaderInfo]
    """Returns the parts of an object of that shape that the program keeps."""
    is_metadata: bool = False
    """True if the object's metadata is all that is needed."""


class Part(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A part of an object. Lists may be null in an answer; unknown fields are skipped."""


class OwnerShape(Part, frozen=True):
    kind: str = ""
    name: str = ""
    controller: bool | None = None


class ObjectMeta(Part, frozen=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    owner_references: list[OwnerShape] | None = None


NO_META: Final = ObjectMeta()
