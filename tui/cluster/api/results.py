"""What the client returns: pages of a list, and the result of a write."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.readers.usage import PodInfo
from tui.model.secret.secret import Secret, SecretSummary


@dataclass(frozen=True, slots=True)
class SecretPage:
    rows: tuple[SecretSummary, ...]
    resource_version: str
    remaining: int | None
    """How many are still to come; None under a selector, where the server does not say."""
    is_last: bool


@dataclass(frozen=True, slots=True)
class PodPage:
    pods: tuple[PodInfo, ...]
    resource_version: str
    remaining: int | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What the server made of a write, and what it warns of (printable)."""

    secret: Secret
    warnings: tuple[str, ...]
