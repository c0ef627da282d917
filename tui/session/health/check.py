"""HealthCheck: read the objects and values that the health checks need, and build an `Evidence`."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import ApiKind, Obj
from tui.model.errors import ClusterError
from tui.model.health.certificates import certificates_in, registries_in
from tui.model.health.evidence import Certificates, Evidence, FirstExpiry, SourceTrouble, TlsHost
from tui.model.health.finding import Finding
from tui.model.health.missing_references import not_known
from tui.model.health.plain_credentials import PLAIN_KINDS, PlainCredential, plain_credentials
from tui.model.health.risks import ValueRisks, marker, risks_of
from tui.model.readers.gaps import Gap, gap_of
from tui.model.readers.needs import KnownKeys
from tui.model.secret.formats.docker import DOCKER_CFG_KEY, DOCKER_KEY
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.registry import times_of
from tui.model.secret.formats.validity import KeyTimes, renewed
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.types.registry import (
    DOCKER_CFG,
    DOCKER_CONFIG,
    TLS,
    TLS_CERTIFICATE,
    TLS_KEY,
    secret_type,
)
from tui.model.secret.value import Value
from tui.process.threads import run_in_thread
from tui.session.cache.readers import usage_of
from tui.session.health.kinds import KINDS, Applied, applied, troubles_of
from tui.session.health.known import is_settled, known_keys, writers_of
from tui.session.session import Session
from tui.session.several.secret_reads import look_into

_PULL: Final = {DOCKER_CONFIG: DOCKER_KEY, DOCKER_CFG: DOCKER_CFG_KEY}
_CONTENTS: Final = frozenset(("certificate", "host", "registry", "risk", "reused"))
"""Names of the checks whose findings come from values of Secrets."""
_SERVED: Final = "kinds that the cluster serves"


class HealthCheck:
    """Collector of evidence for the health checks of one namespace or of the cluster.

    It keeps public facts but no values.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.namespace = session.namespace
        self.progress = ""
        self.is_done = False
        """True after `run` has ended without an exception."""
        self._begun = 0.0
        """Start of the last read of objects, in seconds since the epoch."""
        self._hosts: tuple[TlsHost, ...] = ()
        self._troubles: tuple[SourceTrouble, ...] = ()
        self._gaps = dict[str, Gap]()
        self._read = dict[SecretRef, str]()
        """resourceVersion of each Secret whose values were read."""
        self._certificates = dict[SecretRef, Certificates]()
        self._registries = dict[SecretRef, tuple[str, ...]]()
        self._other_times = dict[SecretRef, KeyTimes]()
        """Validity of the certificates in each Secret, without those in tls.crt of a TLS Secret."""
        self._keys = dict[SecretRef, KnownKeys]()
        self._risks = dict[SecretRef, ValueRisks]()
        self._mark = marker(os.urandom(32))
        self._plain: tuple[PlainCredential, ...] = ()
        self.has_read_plain = False
        """True after a search of ConfigMaps and workloads for credentials."""

    # Reading

    async def run(self, changed: Callable[[], object]) -> None:
        """Search for readers (objects that use Secrets), and read the objects of the kinds in `KINDS`."""
        session = self._session
        self._gaps.clear()
        self._plain, self.has_read_plain = (), False
        session.search_readers(self.namespace)

        def is_searched() -> bool:
            search = session.readers.search
            self.progress = f"Searching for readers: {search.progress} …"
            changed()
            is_over = search.phase == "ended" and not search.is_running
            return is_settled(session.secrets.state) and is_settled(session.readers.state) and is_over

        try:
            await session.events.until(is_searched)
            await self._read_objects(changed)
            self.is_done = True
        finally:
            self.progress = ""
            changed()

    @property
    def has_objects_to_read(self) -> bool:
        """True if `read_objects` should run again, because a read failed before the connection came back."""
        link = self._session.link
        is_back = link.kind == "live" and link.since is not None and link.since > self._begun
        return self.is_done and is_back and any(gap.why == "failed" for gap in self._gaps.values())

    async def read_objects(self, changed: Callable[[], object]) -> None:
        try:
            await self._read_objects(changed)
        finally:
            self.progress = ""
            changed()

    async def _read_objects(self, changed: Callable[[], object]) -> None:
        self._begun = self._session.clock.now()
        try:
            kinds = (await self._session.cluster.objects.served()).kinds
        except ClusterError as error:
            self._lacks(_SERVED, error)
            return
        self._gaps.pop(_SERVED, None)
        served = {(kind.group, kind.resource): kind for kind in kinds}
        hosts, troubles = list[TlsHost](), list[SourceTrouble]()
        for health_kind in KINDS:
            if (kind := served.get((health_kind.group, health_kind.resource))) is None:
                continue
            named = applied(health_kind, self._session.secrets.rows)
            self._gaps.pop(kind.full_name, None)
            for namespace in self._places(named, health_kind.usual):
                self.progress = f"Reading {health_kind.resource} …"
                changed()
                try:
                    async for page in self._session.cluster.objects.pages(kind, namespace):
                        for obj in page:
                            hosts += health_kind.hosts(obj) if health_kind.hosts is not None else ()
                            troubles += troubles_of(health_kind, obj, named)
                            if (issued := health_kind.issued(obj)) is not None:
                                self._session.certificates.issued[issued[0]] = issued[1]
                except ClusterError as error:
                    self._lacks(kind.full_name, error)
        self._hosts, self._troubles = tuple(hosts), tuple(troubles)

    def _places(self, named: Applied | None, usual: str) -> list[str | None]:
        """Return namespaces in which to read the objects of a kind. The element None means all namespaces.

        `named`: objects of this kind that applied Secrets; None if these objects are unknown. If `named` is
        empty, return []. `usual`: namespace to read if an entry of `named` has "" as its namespace.
        """
        if named is None or (named and self.namespace is None):
            return [self.namespace]
        return [*sorted({namespace or usual for namespace, _ in named})]

    def _lacks(self, what: str, error: ClusterError) -> None:
        self._gaps[what] = gap_of(what, error)

    async def read_values(self, changed: Callable[[], object]) -> None:
        """Read the values of the Secrets from `to_read`, then all ConfigMaps and workloads.

        Public facts are kept, but no values.
        """
        unknown = not_known(self._session.readers.rows, cache(self._keys_of))
        refs, done = [row.ref for row in self.to_read(unknown)], 0

        async def look(secret: Secret) -> tuple[Secret, ValueRisks]:
            now = self._session.clock.now()
            return secret, await run_in_thread(partial(risks_of, secret, now, self._mark))

        def take(ref: SecretRef, looked: tuple[Secret, ValueRisks] | ClusterError) -> None:
            nonlocal done
            if isinstance(looked, ClusterError):
                self._lacks(f"Secret {ref}", looked)
            else:
                self._gaps.pop(f"Secret {ref}", None)
                self._take(*looked)
            done += 1
            self.progress = f"Reading {done} of {len(refs)} Secrets …"
            changed()

        try:
            await look_into(self._session, refs, look, take)
            await self._read_plain(changed)
        finally:
            self.progress = ""
            changed()

    async def _read_plain(self, changed: Callable[[], object]) -> None:
        """Search ConfigMaps and workloads for credentials, and keep only the places of the credentials."""
        plain = list[PlainCredential]()
        for kind in PLAIN_KINDS:
            self._gaps.pop(kind.full_name, None)
            self.progress = f"Reading {kind.resource} …"
            changed()
            try:
                async for page in self._session.cluster.objects.pages(kind, self.namespace):
                    plain += await run_in_thread(partial(_plain_in, kind, page))
            except ClusterError as error:
                self._lacks(kind.full_name, error)
        # The pods of a workload that is not searched repeat its credentials.
        self._plain, self.has_read_plain = tuple(dict.fromkeys(plain)), True

    def _take(self, secret: Secret, risks: ValueRisks) -> None:
        ref = secret.ref
        self._read[ref] = secret.resource_version
        self._keys[ref] = KnownKeys(frozenset(secret.data))
        self._risks[ref] = risks
        times = {name: times_of(name, value) for name, value in _other_certificates(secret)}
        self._other_times[ref] = dict(times)
        if secret.type == TLS and TLS_CERTIFICATE in secret.data:
            key = secret.data[TLS_KEY].reveal() if TLS_KEY in secret.data else b""
            certificates = self._certificates[ref] = certificates_in(
                secret.data[TLS_CERTIFICATE].reveal(), key
            )
            times[TLS_CERTIFICATE] = certificates.times
        known = {name: ends for name, ends in times.items() if ends}
        # Times that were found when the Secret was opened are kept, because they cover more formats.
        if known and not self._session.certificates.of(secret):
            self._session.certificates.keep(secret, known)
        login = secret.data.get(_PULL.get(secret.type, ""))
        try:
            # The kubelet ignores a pull Secret of another type, so it has no logins.
            self._registries[ref] = registries_in(login.reveal()) if login is not None else ()
        except UnreadableValue:
            self._registries[ref] = ()

    # Results

    def to_read(self, unknown: Collection[SecretRef]) -> Sequence[SecretSummary]:
        """Return the Secrets to read: Secrets of types that pods use, and the Secrets in `unknown`.

        Secrets whose current version was already read are left out.
        `unknown`: Secrets that readers need, but whose keys are not all known.
        """
        return [
            row
            for row in self._session.secrets.rows
            if (secret_type(row.type).is_for_pods or row.ref in unknown) and not self._has_read(row)
        ]

    def keep_problems(self, findings: Iterable[Finding]) -> None:
        """Store the findings about values in the session. The list of Secrets marks Secrets with findings.

        A mark disappears when its Secret changes. Findings with a date are left out, because the list judges
        the expiry of certificates itself.
        """
        session = self._session
        other = session.problems.items() if self.namespace is not None else ()
        session.problems = {
            key: findings_of for key, findings_of in other if key[0].namespace != self.namespace
        }
        for finding in findings:
            row = session.secrets.get(finding.ref) if finding.ref is not None else None
            if row is not None and finding.check in _CONTENTS and math.isinf(finding.date):
                session.problems.setdefault((row.ref, row.resource_version), []).append(finding)

    def first_ends(self) -> list[FirstExpiry]:
        """Return the certificate that expires first in each Secret, sorted by expiry.

        A Secret without a known expiry is left out.
        """
        times, firsts = self._session.certificates, list[FirstExpiry]()
        for row in self._session.secrets.rows:
            issued = times.issued.get(row.ref)
            known = times.of(row) or ({TLS_CERTIFICATE: (issued,)} if issued is not None else {})
            ends = [
                (known_validity, key) for key, validities in known.items() for known_validity in validities
            ]
            if ends := [end for end in ends if end[0].what == "certificate"]:
                validity, key = min(ends, key=lambda end: end[0].ends)
                firsts.append(FirstExpiry(row.ref, key, validity))
        return sorted(firsts, key=lambda first: (first.validity.ends, first.ref))

    def _has_read(self, row: SecretSummary) -> bool:
        return self._read.get(row.ref) == row.resource_version

    def _keys_of(self, ref: SecretRef) -> KnownKeys | None:
        row = self._session.secrets.get(ref)
        if row is not None and self._has_read(row):
            return self._keys[ref]
        return known_keys(self._session, ref)

    def evidence(self, *, is_dated: bool = False) -> Evidence:
        session = self._session
        readers = session.readers
        rows = session.secrets.rows
        read = {row.ref for row in rows if self._has_read(row)}
        issued = session.certificates.issued
        now = session.cluster.server_time(session.clock.now())
        return Evidence(
            now=now,
            today=None if is_dated else now,
            zone=session.clock.tz,
            infos=readers.rows,
            rows=rows,
            keys_of=cache(self._keys_of),
            usage=cache(usage_of(readers)),
            mentions=lambda ref: (reader.info.title for reader in readers.mentions_of(ref)),
            producers=partial(writers_of, session),
            verdict_of=partial(session.verdicts.of, is_dated=is_dated),
            certificates={
                ref: replace(facts, times=renewed(facts.times, issued.get(ref)))
                for ref, facts in self._certificates.items()
                if ref in read
            },
            other_times={ref: facts for ref, facts in self._other_times.items() if ref in read},
            registries={ref: facts for ref, facts in self._registries.items() if ref in read},
            risks={ref: facts for ref, facts in self._risks.items() if ref in read},
            plain=self._plain,
            accepted=session.accepted_risks,
            hosts=self._hosts,
            troubles=self._troubles,
            gaps=(*self._secrets_gap(), *readers.gaps, *self._gaps.values()),
        )

    def _secrets_gap(self) -> Iterator[Gap]:
        state = self._session.secrets.state
        if not state.is_complete:
            yield gap_of("secrets", state.error) if state.error else Gap("secrets", "not looked at")


def _plain_in(kind: ApiKind, page: Iterable[Obj]) -> list[PlainCredential]:
    return [credential for obj in page for credential in plain_credentials(kind, obj)]


def _other_certificates(secret: Secret) -> Iterator[tuple[str, Value]]:
    """Yield keys such as "ca.crt" or "client.pem" with their values, except tls.crt of a TLS Secret."""
    for key, value in secret.data.items():
        if key.lower().endswith((".crt", ".cer", ".pem")) and not (
            secret.type == TLS and key == TLS_CERTIFICATE
        ):
            yield key, value
