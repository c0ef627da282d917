"""What the client returns: pages of a list, events of a watch, and the result of a write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from tui.model.secret.secret import Secret

T = TypeVar("T")
EventKind = Literal["put", "gone", "bookmark"]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One chunk of a list."""

    rows: tuple[T, ...]
    resource_version: str
    remaining: int | None
    """The number of items still to come; None with a selector, since the server does not say."""
    is_last: bool


@dataclass(frozen=True, slots=True)
class WatchEvent(Generic[T]):
    """An event of one object; a bookmark only moves the version to resume from."""

    kind: EventKind
    row: T | None
    resource_version: str


@dataclass(frozen=True, slots=True)
class Written:
    """The Secret after a write, and the server's warnings (printable)."""

    secret: Secret
    warnings: tuple[str, ...]
