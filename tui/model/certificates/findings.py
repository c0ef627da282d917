"""Faults of a certificate, by weight: a function for each, and their order in CERTIFICATE_CHECKS.

What is not known is no finding.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.certificates.held import (
    CertificatePlace,
    HeldCertificates,
    verifies,
)
from tui.model.certificates.rows import (
    RENEWED_BY_HAND,
    CertificateEvidence,
    CertificateRow,
    certificate_rows,
    service_host,
)
from tui.model.health.certificates import (
    CertificateFinding,
    end_words,
    host_finding,
    key_finding,
    time_finding,
)
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.readers.pod_use import FILES, PodUse
from tui.model.readers.pods import PodInfo
from tui.model.secret.formats.certificate_names import subject_name
from tui.model.secret.formats.pem import CertificateFacts, covers
from tui.model.secret.formats.trust import weak_part
from tui.model.secret.formats.validity import NEVER_ENDS, expiry_words, time_problem
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import TLS_CERTIFICATE
from tui.model.text.counts import counted, joined, listed

_MOST: Final = 3
"""Names in a sentence."""


class _Board(Struct, frozen=True):
    """All rows, by what findings look for."""

    evidence: CertificateEvidence
    rows: Sequence[CertificateRow]
    by_names: dict[frozenset[str], list[CertificateRow]]
    roots: frozenset[str]
    """Subjects of the self-signed authorities that some place holds."""
    in_namespace: dict[str, list[HeldCertificates]]
    """Server certificates in Secrets, by namespace."""
    hosts: Mapping[SecretRef, Sequence[TlsHost]]
    troubles: Mapping[SecretRef, Sequence[SourceTrouble]]
    """Troubles of cert-manager's Certificates, by the Secret that they write."""

    def hosts_of(self, row: CertificateRow) -> Iterator[TlsHost]:
        """Hosts that an Ingress or a Gateway serves with it: both take tls.crt alone."""
        keys = ((copy.place.ref, copy.place.key) for copy in row.copies)
        for ref in dict.fromkeys(ref for ref, key in keys if ref is not None and key == TLS_CERTIFICATE):
            yield from self.hosts.get(ref, ())


def board(evidence: CertificateEvidence) -> tuple[CertificateRow, ...]:
    """Every certificate with its findings; the worst first, then what ends soonest."""
    return tuple(sorted(judged(evidence, certificate_rows(evidence)), key=_order))


def _order(row: CertificateRow) -> tuple[float, float, str, CertificatePlace]:
    rank = row.findings[0].rank if row.findings else math.inf
    return rank, row.ends, row.title, row.first.place


def judged(evidence: CertificateEvidence, rows: Sequence[CertificateRow]) -> Iterator[CertificateRow]:
    """The same rows with their findings, the worst first."""
    by_names = defaultdict[frozenset[str], list[CertificateRow]](list)
    in_namespace = defaultdict[str, list[HeldCertificates]](list)
    roots = set[str]()
    for row in rows:
        for copy in row.copies:
            roots |= {
                each.subject
                for each in (*copy.certificates, *copy.roots)
                if each.is_authority and each.is_self_signed
            }
        if row.leaf is not None and row.leaf.names and not row.is_bundle:
            by_names[frozenset(row.leaf.names)].append(row)
            for copy in row.copies:
                if copy.place.ref is not None and copy.ders:
                    in_namespace[copy.place.namespace].append(copy)
    troubles = defaultdict[SecretRef, list[SourceTrouble]](list)
    for trouble in evidence.troubles:
        if trouble.ref is not None and trouble.object.startswith("Certificate/"):
            troubles[trouble.ref].append(trouble)
    hosts = evidence.hosts_by_secret()
    known = _Board(evidence, rows, by_names, frozenset(roots), in_namespace, hosts, troubles)
    for row in rows:
        found = [
            replace(finding, rank=rank)
            for rank, check in enumerate(CERTIFICATE_CHECKS, start=1)
            for finding in check(known, row)
        ]
        yield replace(row, findings=tuple(found))


def _where(row: CertificateRow, copy: HeldCertificates) -> str:
    """Name the copy that a sentence is about, where there are several."""
    return f"{copy.place}: " if len(row.copies) > 1 else ""


def _ends(known: _Board, ends: float) -> str:
    return end_words(ends, known.evidence.now, known.evidence.zone)


def _of_times(known: _Board, row: CertificateRow) -> CertificateFinding | None:
    now, zone = known.evidence.now, known.evidence.zone
    key, what = row.first.place.key, partial(_what, row)
    return time_finding(row.times, now, zone, ref=row.ref, key=key, what=what)


def out_of_time(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Expired, not valid yet, or not readable."""
    for copy in row.copies:
        if copy.problem:
            yield CertificateFinding(
                level="care" if copy.certificates else "fails",
                short="not readable",
                says=f"{_where(row, copy)}{copy.problem}",
                do="Set it to a certificate",
                ref=copy.place.ref,
                key=copy.place.key,
            )
    finding = _of_times(known, row)
    if finding is not None and finding.level == "fails" and not all(copy.is_ca_bundle for copy in row.copies):
        yield finding  # of a caBundle alone it is told below


def _what(row: CertificateRow, ends: float) -> tuple[str, str]:
    """Name the certificate itself, or the issuer that ends first, in a sentence and before two words."""
    at = next((place for place, time in enumerate(row.times) if time.ends == ends), 0)
    if row.is_bundle:
        return "the last of the CAs", ""
    if not at:
        return "the certificate", ""
    return f"its issuer {subject_name(row.first.path[at].subject)}", "issuer "


def wrong_key(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    for copy in row.copies:
        key, private_key = copy.place.key, copy.private_key
        finding = key_finding(
            copy.key_problem,
            is_encrypted=copy.is_key_encrypted and key == TLS_CERTIFICATE,
            ref=copy.place.ref,
            key=key,
            private_key=private_key,
        )
        if finding is not None:
            yield replace(finding, says=f"{_where(row, copy)}{finding.says}")


def uncovered_host(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """A host of an Ingress or a Gateway that the certificate is not for."""
    for host in known.hosts_of(row):
        finding = host_finding(row.leaf.names, host) if row.leaf is not None else None
        if finding is not None:
            yield finding


def due(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report a certificate that ends soon, or whose renewal is overdue or fails."""
    finding = _of_times(known, row)
    if finding is not None and finding.level == "care":
        yield finding
    for trouble in (trouble for ref in row.refs for trouble in known.troubles.get(ref, ())):
        if trouble.since is None or known.evidence.now >= trouble.since + trouble.grace:
            reason = f": {trouble.reason}" if trouble.reason else ""
            yield CertificateFinding(
                level="care",
                short=trouble.what,
                says=f"{trouble.object} {trouble.what}{reason}",
                do=trouble.do,
                ref=trouble.ref,
                is_renewal=True,
            )


def broken_chain(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Issuer missing, wrong order, or certificates that do not belong to it."""
    if row.leaf is None or row.is_bundle:
        return
    for copy in row.copies:
        if copy.is_client or not copy.ders or (row.leaf.is_authority and not copy.has_key):
            continue
        key, chain, path = copy.place.key, copy.chain, copy.path
        if chain.impostor is not None:
            says = f"certificate {chain.impostor + 1} in {key} did not sign {chain.path[-1] + 1}"
            yield _of_copy(row, copy, "wrong issuer", says, "Set the issuer that signed it")
        elif _lacks_issuer(known, copy):
            says = f"its issuer {subject_name(path[-1].issuer)} is not in {key}"
            yield _of_copy(row, copy, "issuer missing", says, f"Add the issuer to {key}")
        if chain.others:
            strays = joined([str(place + 1) for place in chain.others], most=_MOST)
            says = f"certificate {strays} in {key} issued none of the others"
            yield _of_copy(row, copy, "stray certificate", says, "Remove it")
        elif not chain.is_in_order:
            order = ", ".join(str(place + 1) for place in chain.path)
            says = f"{key} is out of order; {order} puts each before its issuer"
            yield _of_copy(row, copy, "wrong order", says, "Put each before its issuer")


def _of_copy(
    row: CertificateRow, copy: HeldCertificates, short: str, says: str, do: str
) -> CertificateFinding:
    says, ref, key = f"{_where(row, copy)}{says}", copy.place.ref, copy.place.key
    return CertificateFinding(level="care", short=short, says=says, do=do, ref=ref, key=key)


def _lacks_issuer(known: _Board, copy: HeldCertificates) -> bool:
    """True unless its last issuer is a root that clients have: beside it, or known to sign itself."""
    last, missing = copy.path[-1], copy.chain.missing
    if not missing or last.is_authority or missing in {root.subject for root in copy.roots}:
        return False
    return missing not in known.roots


def ca_bundle(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """A caBundle that ended, or that does not verify what its Service serves."""
    problem = time_problem(row.times, known.evidence.now)
    do = "Set the caBundle to the CA of what its Service serves"
    for copy in row.copies:
        if not copy.is_ca_bundle:
            continue
        if problem is not None and not problem.is_valid:
            yield CertificateFinding(
                level="fails",
                short="caBundle expired" if problem.ends < known.evidence.now else "caBundle not valid yet",
                says=f"the caBundle of {copy.place.title} {problem.words}",
                do=do,
                when=_ends(known, problem.ends),
            )
        elif copy.service is not None and copy.ders:
            host = service_host(copy.service)
            served = [
                held
                for held in known.in_namespace.get(copy.service[0], ())
                if held.leaf is not None and covers(held.leaf.names, host)
            ]
            if served and not any(verifies(copy, held) for held in served):
                names = listed([held.place.name for held in served], _MOST)
                says = f"the caBundle of {copy.place.title} does not verify {names}, which {host} serves"
                yield CertificateFinding(level="fails", short="caBundle verifies none", says=says, do=do)


def old_pods(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Pods whose containers started before the certificate was issued: they loaded another one."""
    if not row.times or row.leaf is None or row.leaf.is_authority:
        return
    begins = row.times[0].begins
    for ref in row.refs:
        if known.evidence.created.get(ref, begins) >= begins:
            continue  # the certificate is the first one of this Secret
        old, is_certain = dict[tuple[str, str], set[str]](), False
        for info, use in ((reader.info, reader.use) for reader in known.evidence.readers(ref)):
            if not isinstance(info, PodInfo) or not isinstance(use, PodUse) or use.container is None:
                continue
            if not row.is_read_by(use, ref):
                continue
            started = info.started(use.container)
            if started is None or started >= begins or not (use.is_read_at_start or use.way in FILES):
                continue
            is_certain |= use.is_read_at_start
            old.setdefault(info.workload, set()).add(info.name)
        if old:
            count = counted(sum(map(len, old.values())), "pod")
            keeps = "keeps" if count == "1 pod" else "keep"
            kept = f"{keeps} the old certificate" if is_certain else "may keep the old certificate"
            names = listed(["/".join(workload) for workload in sorted(old)], _MOST)
            yield CertificateFinding(
                level="old value" if is_certain else "old value?",
                short=f"old in {count}{'' if is_certain else '?'}",
                says=f"{count} of {names} started before its renewal and {kept}",
                do="Restart what does not reload it",
                ref=ref,
                workloads=tuple(sorted(old)),
            )


def older_copy(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """The same names in another namespace with a newer certificate, and nothing that renews this one.

    Self-signed ones are no copies: each place may well have its own.
    """
    if row.leaf is None or not row.leaf.names or row.is_bundle:
        return
    if row.renewal != RENEWED_BY_HAND or row.leaf.is_self_signed:
        return
    here = {copy.place.namespace for copy in row.copies}
    for other in known.by_names[frozenset(row.leaf.names)]:
        newer = other.leaf
        if (
            newer is None
            or newer.issuer != row.leaf.issuer
            or newer.validity.begins <= row.leaf.validity.begins
        ):
            continue
        places = [copy.place for copy in other.copies if copy.place.namespace not in here]
        if places:
            ends = _ends(known, newer.validity.ends)
            yield CertificateFinding(
                level="care",
                short="older copy",
                says=f"an older copy: {places[0]} has a newer one, which {ends}",
                do="Copy the newer one here, or delete this one",
                ref=row.ref,
            )
            return


def weak(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """SHA-1, a short key, no names, or not for servers."""
    leaf = row.leaf
    if leaf is None or row.is_bundle:
        return
    if part := weak_part(leaf):
        do = "Issue it with RSA 2048, EC 256 and SHA-256, or better"
        yield _issued_anew(row, f"weak {part}", f"its {part} is weak: clients may refuse it", do)
    has_host = any(True for _ in known.hosts_of(row))
    is_served = has_host or any(copy.place.key == TLS_CERTIFICATE and copy.has_key for copy in row.copies)
    if leaf.is_authority or not is_served:
        return
    if not leaf.is_for_servers and has_host:
        says = "it is not for servers (no serverAuth)"
        yield _issued_anew(row, "not for servers", says, "Issue it with serverAuth")
    elif leaf.is_for_servers and not leaf.names:
        says = "it has no alternative names (subjectAltName): clients refuse it"
        yield _issued_anew(row, "no names", says, "Issue it with its names")


def _issued_anew(row: CertificateRow, short: str, says: str, do: str) -> CertificateFinding:
    return CertificateFinding(level="care", short=short, says=says, do=do, ref=row.ref, is_renewal=True)


def short_authority(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """A CA that ends before what it issued."""
    if row.leaf is None or row.is_bundle:
        return
    for copy in row.copies:
        path = copy.path
        above = (*path[1:], *(root for root in copy.roots if root.subject == path[-1].issuer))
        lasting = dict[str, CertificateFacts]()
        for facts in above:  # of a rotated CA only the one that ends last
            held = lasting.setdefault(facts.subject, facts)
            if facts.validity.ends > held.validity.ends:
                lasting[facts.subject] = facts
        last = min(path[0].validity.ends, NEVER_ENDS)
        ending = [facts for facts in lasting.values() if facts.validity.ends < last]
        if ending:
            first = min(ending, key=lambda facts: facts.validity.ends)
            words = expiry_words(first.validity.ends, known.evidence.now)
            says = f"its CA {subject_name(first.subject)} ends before it: {words}"
            do = "Renew the CA, then the certificate"
            yield _of_copy(row, copy, "CA ends first", says, do)
            return


def self_signed(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Self-signed on an Ingress or a Gateway."""
    host = next(known.hosts_of(row), None)
    if row.leaf is not None and row.leaf.is_self_signed and host is not None:
        yield CertificateFinding(
            level="care",
            short="self-signed",
            says=f"it is self-signed, and {host.object} serves it",
            do="Use one of an authority that clients trust",
            ref=host.ref,
            is_renewal=True,
        )


def locked(known: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """A keystore that the password beside it does not open."""
    for copy in row.copies:
        if copy.is_locked:
            says = f"no password beside {copy.place.key} opens it"
            yield _of_copy(row, copy, "no password fits", says, "Set its password in a key beside it")


CERTIFICATE_CHECKS: Final[Sequence[Callable[[_Board, CertificateRow], Iterable[CertificateFinding]]]] = (
    out_of_time,
    wrong_key,
    uncovered_host,
    due,
    broken_chain,
    ca_bundle,
    old_pods,
    older_copy,
    weak,
    short_authority,
    self_signed,
    locked,
)
"""The worst first."""
