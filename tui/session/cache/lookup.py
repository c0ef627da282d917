"""SecretLookup: methods that look up Secrets and their readers."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.readers import Readers


class SecretLookup(Protocol):
    """Methods of Session that other parts of the session call without importing Session."""

    def row_of(self, ref: SecretRef) -> SecretSummary | None: ...

    def followed_row(self, ref: SecretRef) -> SecretSummary | None: ...

    def is_followed(self, ref: SecretRef) -> bool: ...

    def is_gone(self, ref: SecretRef) -> bool: ...

    def open_refs(self) -> Iterable[SecretRef]: ...

    def readers_of(self, namespace: str) -> Readers: ...

    def hold_readers(self, namespace: str) -> AbstractContextManager[Readers]: ...
