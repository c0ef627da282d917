"""Summaries of the Secrets of one namespace or of all, by namespace and name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.session.cache.list_state import Pane
from tui.session.cache.sorted_rows import Rows

_REMEMBERS: Final = 4_000
"""Changes that are told of one by one; after more, a list is looked through anew."""


class Count(NamedTuple):
    """How many Secrets a namespace has."""

    own: int
    """Without Helm's release records."""
    helm: int

    def shown(self, *, with_helm: bool) -> int:
        """How many a list shows that is not filtered."""
        return self.own + self.helm if with_helm else self.own


class SecretStore:
    """Rows sorted by namespace and name; its one writer is the session."""

    def __init__(self, namespace: str | None, name: str | None = None, *, version: int = 0) -> None:
        self.namespace = namespace
        """What is listed here; None is all namespaces."""
        self.name = name
        """Only that one; None is all of them."""
        self.pane = Pane()
        self._first_version = version
        self._rows: Rows[SecretRef, SecretSummary] = Rows(lambda row: row.ref, remembers=_REMEMBERS)
        self._own: Counter[str] = Counter()
        self._helm: Counter[str] = Counter()
        """How many Secrets each namespace has: Helm's release records, and all others."""
        self.tallied = 0
        """Grows whenever some namespace has one more or one less."""

    @property
    def version(self) -> int:
        """Grows with every change of a row, and with the choice of another namespace."""
        return self._first_version + self._rows.version

    @property
    def rows(self) -> Sequence[SecretSummary]:
        """All rows, sorted by namespace and name; the same tuple until the next change."""
        return self._rows.view()

    def changes_since(
        self, version: int
    ) -> Sequence[tuple[SecretSummary | None, SecretSummary | None]] | None:
        """Each row as it was and as it became since then; None if that is not known."""
        return self._rows.changes_since(version - self._first_version)

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, ref: SecretRef) -> SecretSummary | None:
        """The row of that name."""
        return self._rows.get(ref)

    def count(self, namespace: str) -> Count | None:
        """How many a namespace has; None while that was not listed whole."""
        if not self.pane.is_complete or self.name or self.namespace not in (None, namespace):
            return None
        return Count(self._own[namespace], self._helm[namespace])

    def counted_namespaces(self) -> set[str]:
        """Those in which it saw a Secret."""
        return {*self._own, *self._helm}

    def covers(self, ref: SecretRef) -> bool:
        """Is this the store that would hold it?"""
        return self.namespace in (None, ref.namespace) and self.name in (None, ref.name)

    def put(self, row: SecretSummary) -> bool:
        """Take a sighting; False if it says nothing new."""
        before = self._rows.get(row.ref)
        is_new = self._rows.put(row)
        self._tally(before, self._rows.get(row.ref))
        return is_new

    def gone(self, ref: SecretRef, uid: str) -> bool:
        """That life of it was deleted; False if it was not held."""
        before = self._rows.get(ref)
        is_new = self._rows.gone(ref, uid)
        self._tally(before, self._rows.get(ref))
        return is_new

    def begin(self) -> None:
        """A whole list is asked for now; the rows held stay until it ends."""
        self._rows.begin()

    @property
    def went_back(self) -> bool:
        """Was the latest whole list older than what was held when it was asked for?"""
        return self._rows.went_back

    def replace(self, row: SecretSummary) -> bool:
        """Take what was just read, though it is older than what is held."""
        before = self._rows.get(row.ref)
        is_new = self._rows.replace(row)
        self._tally(before, self._rows.get(row.ref))
        return is_new

    def page(self, rows: Iterable[SecretSummary]) -> list[SecretSummary]:
        """A page of that list; what was new in it comes back."""
        fresh = []
        for row in rows:
            before = self._rows.get(row.ref)
            if self._rows.listed(row):
                fresh.append(row)
                self._tally(before, self._rows.get(row.ref))
        return fresh

    def end(self, resource_version: str) -> tuple[SecretSummary, ...]:
        """The list has arrived as of that version: what it did not name is gone, and returned."""
        missing = self._rows.end(resource_version)
        for row in missing:
            self._tally(row, None)
        return missing

    def _tally(self, before: SecretSummary | None, after: SecretSummary | None) -> None:
        if before is not None and after is not None and before.is_helm_release == after.is_helm_release:
            return
        for row, by in ((before, -1), (after, 1)):
            if row is not None:
                (self._helm if row.is_helm_release else self._own)[row.ref.namespace] += by
                self.tallied += 1


def summary_of(secret: Secret) -> SecretSummary:
    """The row of a Secret that was read or written whole: what its list would say of it."""
    timed = [owner for owner in secret.field_owners if owner.time is not None]
    latest = max(timed, key=lambda owner: owner.time or 0.0, default=None)
    return SecretSummary(
        ref=secret.ref,
        uid=secret.uid,
        resource_version=secret.resource_version,
        type=secret.type,
        key_count=len(secret.data),
        created=secret.created,
        changed=latest.time if latest else None,
        changed_by=latest.manager if latest else None,
        keys=tuple(sorted(secret.data)),
        labels=tuple(sorted(secret.labels.items())),
        manager=secret.manager,
        is_terminating=secret.is_terminating,
    )
