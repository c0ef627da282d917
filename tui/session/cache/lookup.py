"""What the parts of a session may ask about a Secret without a request."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.readers import Readers


class SecretLookup(Protocol):
    """The session, as its parts see it."""

    def row_of(self, ref: SecretRef) -> SecretSummary | None:
        """What is known of a Secret: its row, what was fetched of it, or written here."""

    def followed_row(self, ref: SecretRef) -> SecretSummary | None:
        """Its row, if a live watch reports its changes."""

    def is_followed(self, ref: SecretRef) -> bool:
        """Does a live watch report its changes?"""

    def is_gone(self, ref: SecretRef) -> bool:
        """Is it known that there is no such Secret?"""

    def open_refs(self) -> Iterable[SecretRef]:
        """The Secrets that are open, or fetched for a page."""

    def readers_of(self, namespace: str) -> Readers:
        """What reads the Secrets of a namespace; `state` says whether that was loaded."""

    def hold_readers(self, namespace: str) -> AbstractContextManager[Readers]:
        """Go on to follow the readers there, also when others are wanted."""
