"""The metadata of an object that can read Secrets, as the API writes it."""

from __future__ import annotations

from typing import Final

import msgspec


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
