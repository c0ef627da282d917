"""What the client returns: pages of a list, events of a watch, and the result of a write."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from msgspec import Struct

from tui.model.secret.secret import Secret

T = TypeVar("T")
EventKind = Literal["put", "gone", "bookmark"]


class Page(Struct, Generic[T], frozen=True):
    """One chunk of a list."""

    rows: tuple[T, ...]
    resource_version: str
    remaining: int | None
    """The number of items still to come; None with a selector, since the server does not say."""
    is_last: bool


class WatchEvent(Struct, Generic[T], frozen=True):
    """An event of one object; a bookmark only moves the version to resume from."""

    kind: EventKind
    row: T | None
    resource_version: str


class Written(Struct, frozen=True):
    """The Secret after a write, and the server's warnings (printable)."""

    secret: Secret
    warnings: tuple[str, ...]
