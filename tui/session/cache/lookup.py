"""Facts about a Secret that the parts of a session can look up without a request."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.readers import Readers


class SecretLookup(Protocol):
    """Session, as its parts see it."""

    def row_of(self, ref: SecretRef) -> SecretSummary | None:
        """Row of a Secret: from the list, from a read, or as written here."""

    def followed_row(self, ref: SecretRef) -> SecretSummary | None:
        """Row of a Secret, if a live watch reports its changes."""

    def is_followed(self, ref: SecretRef) -> bool:
        """True if a live watch reports its changes."""

    def is_gone(self, ref: SecretRef) -> bool:
        """True if it is known that no such Secret exists."""

    def open_refs(self) -> Iterable[SecretRef]:
        """The Secrets that are open, or fetched for a page."""

    def readers_of(self, namespace: str) -> Readers:
        """Readers of the Secrets of a namespace; `state` says if they were loaded."""

    def hold_readers(self, namespace: str) -> AbstractContextManager[Readers]:
        """Keep following the readers there, also when others are wanted."""
