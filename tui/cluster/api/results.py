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
    """How many are still to come; None under a selector, where the server does not say."""
    is_last: bool


@dataclass(frozen=True, slots=True)
class WatchEvent(Generic[T]):
    """Something happened to one object; a bookmark only moves the version from which to go on."""

    kind: EventKind
    row: T | None
    resource_version: str


@dataclass(frozen=True, slots=True)
class Written:
    """What the server made of a write, and what it warns of (printable)."""

    secret: Secret
    warnings: tuple[str, ...]
