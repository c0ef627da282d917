"""SecretLookup: facts about a Secret that the parts of a session look up without a request."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.readers import Readers


class SecretLookup(Protocol):
    """Methods of Session that other parts of the session call."""

    def row_of(self, ref: SecretRef) -> SecretSummary | None:
        """Return a Secret's row, from the list, a read or a write of this run; None if no row is known."""

    def followed_row(self, ref: SecretRef) -> SecretSummary | None:
        """Return the row of a Secret from a live watch; None if no live watch covers the Secret."""

    def is_followed(self, ref: SecretRef) -> bool:
        """True if a live watch reports the changes of this Secret."""

    def is_gone(self, ref: SecretRef) -> bool:
        """True if a complete list shows that this Secret does not exist."""

    def open_refs(self) -> Iterable[SecretRef]:
        """Return the open Secret, and the Secret that a page has fetched, if any."""

    def readers_of(self, namespace: str) -> Readers:
        """Return the readers of a namespace's Secrets. The `state` of readers is "idle" before they load."""

    def hold_readers(self, namespace: str) -> AbstractContextManager[Readers]:
        """Keep the watches of a namespace's readers until the context manager exits."""
