"""`CertificateRow`: one certificate with all its copies, its manager and its users."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from functools import partial
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.certificates.held import CertificatePlace, HeldCertificates, private_key_of
from tui.model.health.certificates import CertificateFinding
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.health.finding import LEVELS, Level
from tui.model.readers.reader import Reader, Use
from tui.model.secret.formats.certificate_names import subject_name
from tui.model.secret.formats.pem import CertificateFacts, covers
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.validity import NEVER_ENDS, Validity, renewed
from tui.model.secret.secret import SecretRef
from tui.model.text.times import age

Identity: TypeAlias = CertificateFacts | frozenset[CertificateFacts] | CertificatePlace
"""Leaf certificate, set of the CAs in a bundle, or place without a readable certificate.

Copies with the same identity share a row.
"""
RENEWED_BY_HAND: Final = "by hand"
"""`CertificateRow.renewal` of a certificate in a Secret without a manager."""


class CertificateEvidence(Struct, frozen=True, kw_only=True):
    """Facts about certificates. Times are in seconds since the epoch."""

    now: float
    """Time by the server's clock."""
    zone: tzinfo = UTC
    held: Sequence[HeldCertificates]
    issued: Mapping[SecretRef, Validity] = {}
    managers: Mapping[SecretRef, str] = {}
    created: Mapping[SecretRef, float] = {}
    hosts: Sequence[TlsHost] = ()
    troubles: Sequence[SourceTrouble] = ()
    readers: Callable[[SecretRef], Iterable[Reader]] = lambda ref: ()

    def hosts_by_secret(self) -> Mapping[SecretRef, Sequence[TlsHost]]:
        hosts = defaultdict[SecretRef, list[TlsHost]](list)
        for host in self.hosts:
            hosts[host.ref].append(host)
        return hosts


class CertificateRow(Struct, frozen=True):
    """Certificate or CA bundle with its copies, or a place that cannot be read."""

    copies: tuple[HeldCertificates, ...]
    served_by: tuple[str, ...] = ()
    """Titles of the objects that use the certificate, e.g. "Ingress/shop", "Deployment/web".

    An object with a caBundle, such as a webhook configuration, is listed if it calls a Service whose host
    name is in the certificate.
    """
    renewal: str = ""
    """Words such as "cert-manager in 3d" or "cert-manager 3d late" if the time of renewal is known.

    Otherwise the manager's name; "by hand" for a Secret without a manager; "" if no copy is in a Secret.
    """
    findings: tuple[CertificateFinding, ...] = ()
    times: tuple[Validity, ...] = ()
    """Validity of the leaf and of its issuers; for a bundle, of the CA that expires last."""

    @property
    def first(self) -> HeldCertificates:
        return self.copies[0]

    @property
    def leaf(self) -> CertificateFacts | None:
        return self.first.leaf

    @property
    def is_bundle(self) -> bool:
        return self.first.chain.is_bundle

    @property
    def refs(self) -> tuple[SecretRef, ...]:
        refs = (copy.place.ref for copy in self.copies)
        return tuple(dict.fromkeys(ref for ref in refs if ref is not None))

    @property
    def ref(self) -> SecretRef | None:
        return self.first.place.ref

    def is_read_by(self, use: Use, ref: SecretRef) -> bool:
        keys = (copy.place.key for copy in self.copies if copy.place.ref == ref)
        return any(use.reads(key) or use.reads(private_key_of(key)) for key in keys)

    @property
    def names(self) -> tuple[str, ...]:
        """Alternative names of the leaf, or the subject of a leaf without alternative names.

        For a bundle: the subject of each CA. For a place that cannot be read: its `key`, such as "tls.crt".
        """
        if self.is_bundle:
            return tuple(subject_name(facts.subject) for facts in self.first.certificates)
        if self.leaf is None:
            return (self.first.place.key,)
        return self.leaf.names or (subject_name(self.leaf.subject),)

    @property
    def title(self) -> str:
        if self.is_bundle:
            return f"{len(self.names)} CAs: {first_of(self.names)}"
        is_authority = self.leaf is not None and self.leaf.is_authority and not self.leaf.names
        return f"CA: {first_of(self.names)}" if is_authority else first_of(self.names)

    @property
    def fault(self) -> str:
        """Worst finding and number of the others, e.g. "key does not match +1"."""
        more = f" +{len(self.findings) - 1}" if len(self.findings) > 1 else ""
        return f"{self.findings[0].short}{more}" if self.findings else ""

    @property
    def issuer(self) -> str:
        if self.leaf is None or self.is_bundle:
            return ""
        return "itself" if self.leaf.is_self_signed else subject_name(self.leaf.issuer)

    @property
    def ends(self) -> float:
        """Expiry in seconds since the epoch; infinite if unknown."""
        return self.times[0].ends if self.times else math.inf

    @property
    def level(self) -> Level | None:
        levels = {finding.level for finding in self.findings}
        return next((level for level in LEVELS if level in levels), None)

    def left(self, now: float) -> str:
        if not self.times:
            return ""
        begins, ends = self.times[0].begins, self.times[0].ends
        if ends < now:
            return f"expired {age(now - ends)} ago"
        if begins > now:
            return f"begins in {age(begins - now)}"
        if ends >= NEVER_ENDS:
            return "never ends"
        share = f", {100 * (ends - now) / (ends - begins):.0f} % left" if ends > begins else ""
        return f"{age(ends - now)}{share}"


def _identity(held: HeldCertificates) -> Identity:
    if held.chain.is_bundle:
        return frozenset(held.certificates)
    return held.leaf or held.place


def certificate_rows(evidence: CertificateEvidence) -> list[CertificateRow]:
    copies = defaultdict[Identity, list[HeldCertificates]](list)
    for held in evidence.held:
        copies[_identity(held)].append(held)
    hosts = evidence.hosts_by_secret()
    order = partial(_copy_order, evidence)
    rows = [_row(evidence, hosts, sorted(group, key=order)) for group in copies.values()]
    callers = _callers(rows)
    return [
        replace(row, served_by=tuple(dict.fromkeys((*_calling(callers, row), *row.served_by))))
        for row in rows
    ]


def _copy_order(
    evidence: CertificateEvidence, held: HeldCertificates
) -> tuple[bool, bool, bool, CertificatePlace]:
    """Return a sort key that puts copies in Secrets with a manager first.

    Copies in other Secrets come second, and copies outside Secrets last.
    In each of the three groups, copies with a private key come first.
    """
    ref = held.place.ref
    is_written = ref in evidence.issued or ref in evidence.managers
    return ref is None, not is_written, not held.has_key, held.place


def _row(
    evidence: CertificateEvidence,
    hosts: Mapping[SecretRef, Sequence[TlsHost]],
    copies: Sequence[HeldCertificates],
) -> CertificateRow:
    row = CertificateRow(tuple(copies))
    serving = [host.object for ref in row.refs for host in hosts.get(ref, ())]
    reading = (
        "/".join(reader.info.workload)
        for ref in row.refs
        for reader in evidence.readers(ref)
        if not reader.use.produces and row.is_read_by(reader.use, ref)
    )
    served = tuple(dict.fromkeys((*serving, *sorted(reading))))
    times = tuple(facts.validity for facts in row.first.path)
    if row.is_bundle:
        last = max((facts.validity for facts in row.first.certificates), key=lambda time: time.ends)
        times = (last,)
    issued = next((evidence.issued[ref] for ref in row.refs if ref in evidence.issued), None)
    times = renewed(times, issued)
    return replace(row, served_by=served, times=times, renewal=_renewal(evidence, row, times))


def _renewal(evidence: CertificateEvidence, row: CertificateRow, times: Sequence[Validity]) -> str:
    due = next((time.renewal for time in times if time.renewal is not None), None)
    if due is not None:
        late = due < evidence.now
        when = f"{age(abs(due - evidence.now))} late" if late else f"in {age(due - evidence.now)}"
        return f"cert-manager {when}"
    managers = [evidence.managers[ref] for ref in row.refs if ref in evidence.managers]
    if managers:
        return managers[0]
    return RENEWED_BY_HAND if row.refs else ""


def service_host(service: tuple[str, str]) -> str:
    return f"{service[1]}.{service[0]}.svc"


def _callers(rows: Sequence[CertificateRow]) -> Mapping[str, Sequence[tuple[str, str]]]:
    callers = defaultdict[str, list[tuple[str, str]]](list)
    for copy in (copy for row in rows for copy in row.copies):
        if copy.service is not None:
            callers[copy.service[0]].append((service_host(copy.service), copy.place.title))
    return callers


def _calling(callers: Mapping[str, Sequence[tuple[str, str]]], row: CertificateRow) -> Iterator[str]:
    names = row.leaf.names if row.leaf is not None and not row.is_bundle else ()
    for namespace in sorted({ref.namespace for ref in row.refs}) if names else ():
        yield from (title for host, title in callers.get(namespace, ()) if covers(names, host))
