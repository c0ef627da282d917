"""CertificateSearch: read all Secrets and objects that may hold a certificate. No private key is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial

from tui.cluster.api.resources import NOT_READ_WHOLE
from tui.model.api_object import Obj
from tui.model.certificates.findings import board
from tui.model.certificates.held import HeldCertificates, held_in_secret
from tui.model.certificates.objects import CA_BUNDLES, CONFIG_MAPS, CertificateKind
from tui.model.certificates.rows import CertificateEvidence, CertificateRow, certificate_rows
from tui.model.errors import ClusterError
from tui.model.readers.gaps import Gap, gap_of
from tui.model.secret.secret import Secret, SecretSummary
from tui.model.text.counts import counted
from tui.process.threads import run_in_thread
from tui.session.health.check import HealthCheck
from tui.session.session import Session


class CertificateSearch:
    """Search for certificates in Secrets, ConfigMaps and the caBundles of other objects."""

    def __init__(self, session: Session, health: HealthCheck) -> None:
        self._session, self._health = session, health
        self.progress = ""
        self.is_done = False
        self._held = list[HeldCertificates]()
        self._gaps, self._not_read = list[Gap](), list[Gap]()

    def to_read(self) -> Sequence[SecretSummary]:
        return [row for row in self._session.secrets.rows if row.type not in NOT_READ_WHOLE]

    @property
    def says_what_is_read(self) -> str:
        """Sentence to show before a search. It tells the user which values the search reads.

        The sentence includes the number of Secrets, if known.
        """
        store, namespace = self._session.secrets, self._health.namespace
        if store.name is None and store.state.is_complete and store.namespace == namespace:
            secrets = counted(len(self.to_read()), "Secret")
        else:
            where = f"namespace {namespace}" if namespace is not None else "all namespaces"
            secrets = f"all Secrets of {where}"
        return f"Reads the values of {secrets}. The cluster's audit log shows these reads."

    async def run(self, changed: Callable[[], object]) -> None:
        self._held, self._gaps, self._not_read, self.is_done = [], [], [], False
        namespace = self._health.namespace
        try:
            await self._read_secrets(namespace, changed)
            for kind in (CONFIG_MAPS, *CA_BUNDLES):
                self.progress = f"Reading {kind.api.resource} …"
                changed()
                await self._read_objects(kind, namespace)
            self.is_done = True
        finally:
            self.progress = ""
            changed()

    async def _read_secrets(self, namespace: str | None, changed: Callable[[], object]) -> None:
        done, count = 0, len(self.to_read())
        try:
            async with aclosing(self._session.read_whole(namespace)) as chunks:
                async for secrets in chunks:
                    self._take(await run_in_thread(partial(_held, secrets)))
                    done += len(secrets)
                    self.progress = f"Read {done:,} of {counted(max(count, done), 'Secret')} …"
                    changed()
        except ClusterError as error:
            self._gaps.append(gap_of("values of Secrets", error))

    async def _read_objects(self, kind: CertificateKind, namespace: str | None) -> None:
        try:
            where = namespace if kind.api.is_namespaced else None
            async for page in self._session.cluster.objects.pages(kind.api, where):
                self._take(await run_in_thread(partial(_held_in_objects, kind, page, namespace)))
        except ClusterError as error:
            self._gaps.append(gap_of(kind.api.full_name, error))

    def _take(self, places: Sequence[HeldCertificates]) -> None:
        for held in places:
            if held.not_read:
                self._not_read.append(Gap(f"{held.place} ({held.not_read})", "not looked at"))
            else:
                self._held.append(held)

    @property
    def count(self) -> int:
        return len(self._held)

    def rows(self) -> Sequence[CertificateRow]:
        """Return a row for each certificate. Until the search is done, rows have no findings."""
        if self.is_done:
            return board(self._evidence())
        return sorted(certificate_rows(self._evidence()), key=lambda row: (row.ends, row.first.place))

    def _evidence(self) -> CertificateEvidence:
        session, known = self._session, self._health.evidence(is_dated=True)
        rows = session.secrets.rows
        return CertificateEvidence(
            now=known.now,
            zone=known.zone,
            held=self._held,
            issued={ref: time for ref, time in session.certificates.issued.items() if time is not None},
            managers={row.ref: row.manager for row in rows if row.manager},
            created={row.ref: row.created for row in rows if row.created is not None},
            hosts=known.hosts,
            troubles=known.troubles,
            readers=session.readers.of,
        )

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Gaps of this search, then those of the health check."""
        return (*self._gaps, *self._not_read, *self._health.evidence().gaps)


def _held(secrets: Sequence[Secret]) -> list[HeldCertificates]:
    return [held for secret in secrets for held in held_in_secret(secret)]


def _held_in_objects(
    kind: CertificateKind, page: Sequence[Obj], namespace: str | None
) -> list[HeldCertificates]:
    """Return the certificates in the objects of `page`.

    If `namespace` is not None, leave out each caBundle that is not for a Service in `namespace`.
    """
    return [
        held
        for obj in page
        for held in kind.held(obj)
        if namespace in (None, held.place.namespace, *(held.service or ())[:1])
    ]
