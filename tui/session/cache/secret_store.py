"""Summaries of the Secrets of one namespace or of all, by namespace and name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from tui.model.secret.formats.validity import KeyTimes, Validity, renewed
from tui.model.secret.secret import Secret, SecretRef, SecretSummary, latest
from tui.session.cache.resource_store import ResourceStore


class Count(NamedTuple):
    """Number of Secrets in a namespace."""

    own: int
    """Number without Helm's release records."""
    helm: int

    def shown(self, *, with_helm: bool) -> int:
        """The number that an unfiltered list shows."""
        return self.own + self.helm if with_helm else self.own


class SecretStore(ResourceStore[SecretRef, SecretSummary]):
    """Rows of the list, and the number of rows in each namespace."""

    def __init__(self, namespace: str | None, name: str | None = None) -> None:
        super().__init__(lambda row: row.ref, namespace)
        self.name = name
        """The only Secret to follow; None for all."""
        self._own: Counter[str] = Counter()
        self._helm: Counter[str] = Counter()
        """Number of Secrets by namespace: Helm's release records in `_helm`, all others in `_own`."""
        self.tallied = 0
        """Grows whenever a count changes."""
        self.heard: Callable[[SecretSummary, SecretSummary | None], None] = lambda before, after: None
        """Listener, called with a row that was held, and its replacement; None if it was deleted."""

    def count(self, namespace: str) -> Count | None:
        """The count of a namespace; None until its list is complete."""
        if not self.state.is_complete or self.name or self.namespace not in (None, namespace):
            return None
        return Count(self._own[namespace], self._helm[namespace])

    def counted_namespaces(self) -> set[str]:
        """Namespaces that have, or had, a Secret."""
        return {*self._own, *self._helm}

    def namesakes(self, ref: SecretRef) -> list[SecretRef]:
        """The Secrets of the same name in other namespaces; none unless all namespaces are listed."""
        if self.namespace is not None:
            return []
        others = sorted(self.counted_namespaces() - {ref.namespace})  # fewer than rows
        places = (SecretRef(namespace, ref.name) for namespace in others)
        return [place for place in places if self.get(place) is not None]

    def covers(self, ref: SecretRef) -> bool:
        """True if this store holds that Secret's namespace."""
        return self.namespace in (None, ref.namespace) and self.name in (None, ref.name)

    def changed(self, before: SecretSummary | None, after: SecretSummary | None) -> None:
        if before is not None:
            self.heard(before, after)
        if before is not None and after is not None and before.is_helm_release == after.is_helm_release:
            return
        for row, by in ((before, -1), (after, 1)):
            if row is not None:
                (self._helm if row.is_helm_release else self._own)[row.ref.namespace] += by
                self.tallied += 1


def summary_of(secret: Secret) -> SecretSummary:
    """Row of a Secret that was read or written, as the list would give it."""
    changed, changed_by = latest(secret.field_owners)
    return SecretSummary(
        ref=secret.ref,
        uid=secret.uid,
        resource_version=secret.resource_version,
        type=secret.type,
        key_count=len(secret.data),
        created=secret.created,
        changed=changed,
        changed_by=changed_by,
        keys=tuple(sorted(secret.data)),
        # Here the keys are all there are, whether or not a manager owns them.
        writers=secret.field_owners,
        is_immutable=secret.is_immutable,
        labels=tuple(sorted(secret.labels.items())),
        manager=secret.manager,
        finalizers=secret.finalizers,
        is_terminating=secret.is_terminating,
    )


_NONE: Final[KeyTimes] = MappingProxyType({})


class CertificateTimes:
    """Times of certificates by Secret, for the opened version; a later version is unknown."""

    def __init__(self) -> None:
        self._times: dict[SecretRef, tuple[str, str, KeyTimes]] = {}
        self.issued = dict[SecretRef, Validity | None]()
        """Validity of certificates that cert-manager wrote, by Secret."""

    def keep(self, secret: Secret, times: KeyTimes) -> None:
        """Keep the times of the certificates in its keys."""
        self._times[secret.ref] = (secret.uid, secret.resource_version, dict(times))

    @property
    def refs(self) -> Sequence[SecretRef]:
        """Secrets with an opened version that contains something that expires."""
        return [ref for ref, (_, _, times) in self._times.items() if times]

    def end(self, row: SecretSummary) -> float | None:
        """Earliest expiry of a Secret's values; None if that is not known."""
        return min((validity.ends for validity in self.all_of(row)), default=None)

    def all_of(self, row: Secret | SecretSummary) -> tuple[Validity, ...]:
        """The times of all its keys."""
        return tuple(validity for times in self.of(row).values() for validity in times)

    def of(self, row: Secret | SecretSummary) -> KeyTimes:
        """Times with their renewals, if the row is of the opened version."""
        uid, version, times = self._times.get(row.ref, ("", "", _NONE))
        if (uid, version) != (row.uid, row.resource_version):
            return _NONE
        return {key: renewed(of_key, self.issued.get(row.ref)) for key, of_key in times.items()}
