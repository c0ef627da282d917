"""SecretStore: summaries of the listed Secrets. CertificateTimes: validity of values in Secrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from tui.model.secret.formats.validity import KeyTimes, Validity, renewed
from tui.model.secret.secret import Secret, SecretRef, SecretSummary, latest
from tui.session.cache.resource_store import ResourceStore


class SecretCounts(NamedTuple):
    """Numbers of Secrets in a namespace."""

    own: int
    """Number of Secrets that are no Helm release records."""
    helm: int

    def shown(self, *, with_helm: bool) -> int:
        return self.own + self.helm if with_helm else self.own


class SecretStore(ResourceStore[SecretRef, SecretSummary]):
    def __init__(self, namespace: str | None, name: str | None = None) -> None:
        super().__init__(lambda row: row.ref, namespace)
        self.name = name
        self._own: Counter[str] = Counter()
        self._helm: Counter[str] = Counter()
        self.tallied = 0
        """Number of changes of `_own` and `_helm`."""
        self.on_change: Callable[[SecretSummary, SecretSummary | None], None] = lambda before, after: None
        """Called with each replaced or deleted row, and with its new row (None if deleted)."""

    def count(self, namespace: str) -> SecretCounts | None:
        """Count the Secrets of a namespace; None if this store does not list all of them."""
        if not self.state.is_complete or self.name or self.namespace not in (None, namespace):
            return None
        return SecretCounts(self._own[namespace], self._helm[namespace])

    def counted_namespaces(self) -> set[str]:
        return {*self._own, *self._helm}

    def namesakes(self, ref: SecretRef) -> list[SecretRef]:
        """Return the Secrets of the same name in other namespaces; [] if only one namespace is listed."""
        if self.namespace is not None:
            return []
        # One lookup in each namespace is faster than a loop over all rows.
        others = sorted(self.counted_namespaces() - {ref.namespace})
        candidates = (SecretRef(namespace, ref.name) for namespace in others)
        return [candidate for candidate in candidates if self.get(candidate) is not None]

    def covers(self, ref: SecretRef) -> bool:
        """True if this store would list the Secret."""
        return self.namespace in (None, ref.namespace) and self.name in (None, ref.name)

    def changed(self, before: SecretSummary | None, after: SecretSummary | None) -> None:
        if before is not None:
            self.on_change(before, after)
        if before is not None and after is not None and before.is_helm_release == after.is_helm_release:
            return
        for row, by in ((before, -1), (after, 1)):
            if row is not None:
                (self._helm if row.is_helm_release else self._own)[row.ref.namespace] += by
                self.tallied += 1


def summary_of(secret: Secret) -> SecretSummary:
    """Build a list row from a Secret that was read or written."""
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
        # A row from a list request has only the keys in managedFields; this row has all keys.
        keys=tuple(sorted(secret.data)),
        writers=secret.field_owners,
        is_immutable=secret.is_immutable,
        labels=tuple(sorted(secret.labels.items())),
        manager=secret.manager,
        finalizers=secret.finalizers,
        is_terminating=secret.is_terminating,
    )


_NONE: Final[KeyTimes] = MappingProxyType({})


class CertificateTimes:
    """Validity of values that expire, such as certificates, in the last read version of each Secret."""

    def __init__(self) -> None:
        self._times: dict[SecretRef, tuple[str, str, KeyTimes]] = {}
        self.issued = dict[SecretRef, Validity | None]()
        """Validity stated by the cert-manager Certificate of each Secret; None if not stated."""

    def keep(self, secret: Secret, times: KeyTimes) -> None:
        self._times[secret.ref] = (secret.uid, secret.resource_version, dict(times))

    @property
    def refs(self) -> Sequence[SecretRef]:
        """Secrets that were read and hold a value that expires."""
        return [ref for ref, (_, _, times) in self._times.items() if times]

    def end(self, row: SecretSummary) -> float | None:
        return min((validity.ends for validity in self.all_of(row)), default=None)

    def all_of(self, row: Secret | SecretSummary) -> tuple[Validity, ...]:
        return tuple(validity for times in self.of(row).values() for validity in times)

    def of(self, row: Secret | SecretSummary) -> KeyTimes:
        """Return a dict: keys are keys of the Secret, values are tuples of validities.

        A validity has a renewal time only if the cert-manager Certificate states the same period.
        The dict is empty if the version of `row` is not the one read last.
        """
        uid, version, times = self._times.get(row.ref, ("", "", _NONE))
        if (uid, version) != (row.uid, row.resource_version):
            return _NONE
        return {key: renewed(of_key, self.issued.get(row.ref)) for key, of_key in times.items()}
