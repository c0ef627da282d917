"""Faults of a certificate, by weight: a function for each, and their order in CHECKS.

What is not known is no finding.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tui.model.certificates.held import CertificatePlace, HeldCertificates, verifies
from tui.model.certificates.rows import (
    NEVER_ENDS,
    RENEWED_BY_HAND,
    CertificateEvidence,
    CertificateFinding,
    CertificateRow,
    certificate_rows,
    service_host,
)
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.health.finding import Level
from tui.model.readers.pod_use import FILES, PodUse
from tui.model.readers.pods import PodInfo
from tui.model.secret.formats.certificate_names import subject_name
from tui.model.secret.formats.pem import CertificateFacts, covers
from tui.model.secret.formats.trust import weak_part
from tui.model.secret.formats.validity import expiry_words, time_problem
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, joined, listed
from tui.model.text.times import moment

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
        for ref in dict.fromkeys(ref for ref, key in keys if ref is not None and key == "tls.crt"):
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
            CertificateFinding(rank, *told)
            for rank, check in enumerate(CHECKS, start=1)
            for told in check(known, row)
        ]
        yield replace(row, findings=tuple(found))


class _Told(NamedTuple):
    """A finding without its rank."""

    level: Level
    says: str
    do: str
    ref: SecretRef | None
    workloads: tuple[tuple[str, str], ...] = ()


def _where(row: CertificateRow, copy: HeldCertificates) -> str:
    """Name the copy that a sentence is about, where there are several."""
    return f"{copy.place}: " if len(row.copies) > 1 else ""


def _date(known: _Board, ends: float) -> str:
    return f"({_ends(known, ends)})"


def _ends(known: _Board, ends: float) -> str:
    """ "ended 2026-11-21 14:00:00", "ends 2027-02-22 14:00:00", "never ends"."""
    if ends >= NEVER_ENDS:
        return "never ends"
    return f"{'ended' if ends < known.evidence.now else 'ends'} {moment(ends, None, known.evidence.zone)}"


def out_of_time(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """Expired, not valid yet, or not readable."""
    for copy in row.copies:
        if copy.problem:
            level: Level = "care" if copy.certificates else "fails"
            yield _Told(
                level, f"{_where(row, copy)}{copy.problem}", "Set it to a certificate", copy.place.ref
            )
    problem = time_problem(row.times, known.evidence.now)
    if problem is None or problem.is_valid or all(copy.is_ca_bundle for copy in row.copies):
        return  # of a caBundle alone it is told below
    is_early = problem.ends > known.evidence.now
    do = "Use one that is valid now, until then" if is_early else "Renew it"
    says = f"{_what(row, problem.ends)} {problem.words} {_date(known, problem.ends)}"
    yield _Told("fails", says, do, next(iter(row.refs), None))


def _what(row: CertificateRow, ends: float) -> str:
    """The certificate itself, or the issuer that ends first."""
    at = next((place for place, time in enumerate(row.times) if time.ends == ends), 0)
    if row.is_bundle:
        return "the last of the CAs"
    return "the certificate" if not at else f"its issuer {subject_name(row.first.path[at].subject)}"


def wrong_key(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    for copy in row.copies:
        if copy.key_problem:
            do = "Set the certificate and its own key"
            yield _Told("fails", f"{_where(row, copy)}{copy.key_problem}", do, copy.place.ref)


def uncovered_host(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """A host of an Ingress or a Gateway that the certificate is not for."""
    for host in known.hosts_of(row) if row.leaf is not None else ():
        if row.leaf is not None and not covers(row.leaf.names, host.host):
            says = f"{host.object} serves {host.host}, which it does not cover"
            yield _Told("fails", says, f"Issue a certificate for {host.host}", host.ref)


def due(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """It ends soon, or its renewal is overdue or fails."""
    now = known.evidence.now
    problem = time_problem(row.times, now)
    if problem is not None and problem.is_valid:
        says = f"{_what(row, problem.ends)} {problem.words} {_date(known, problem.ends)}"
        yield _Told("care", says, "Renew it", next(iter(row.refs), None))
    for trouble in (trouble for ref in row.refs for trouble in known.troubles.get(ref, ())):
        if trouble.since is None or now >= trouble.since + trouble.grace:
            reason = f": {trouble.reason}" if trouble.reason else ""
            yield _Told("care", f"{trouble.object} {trouble.what}{reason}", trouble.do, trouble.ref)


def broken_chain(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """Issuer missing, wrong order, or certificates that do not belong to it."""
    if row.leaf is None or row.is_bundle:
        return
    for copy in row.copies:
        if copy.is_client or not copy.ders or (row.leaf.is_authority and not copy.has_key):
            continue
        where, key, ref = _where(row, copy), copy.place.key, copy.place.ref
        chain, path = copy.chain, copy.path
        if chain.impostor is not None:
            says = f"{where}certificate {chain.impostor + 1} in {key} did not sign {chain.path[-1] + 1}"
            yield _Told("care", says, "Set the issuer that signed it", ref)
        elif _lacks_issuer(known, copy):
            says = f"{where}its issuer {subject_name(path[-1].issuer)} is not in {key}"
            yield _Told("care", says, f"Add the issuer to {key}", ref)
        if chain.others:
            strays = joined([str(place + 1) for place in chain.others], most=_MOST)
            yield _Told(
                "care", f"{where}certificate {strays} in {key} issued none of the others", "Remove it", ref
            )
        elif not chain.is_in_order:
            order = ", ".join(str(place + 1) for place in chain.path)
            says = f"{where}{key} is out of order; {order} puts each before its issuer"
            yield _Told("care", says, "Put each before its issuer", ref)


def _lacks_issuer(known: _Board, copy: HeldCertificates) -> bool:
    """True unless its last issuer is a root that clients have: beside it, or known to sign itself."""
    last, missing = copy.path[-1], copy.chain.missing
    if not missing or last.is_authority or missing in {root.subject for root in copy.roots}:
        return False
    return missing not in known.roots


def ca_bundle(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """A caBundle that ended, or that does not verify what its Service serves."""
    problem = time_problem(row.times, known.evidence.now)
    for copy in row.copies:
        if not copy.is_ca_bundle:
            continue
        if problem is not None and not problem.is_valid:
            says = f"the caBundle of {copy.place.title} {problem.words} {_date(known, problem.ends)}"
            yield _Told("fails", says, "Set the caBundle to the CA of what its Service serves", None)
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
                yield _Told("fails", says, "Set the caBundle to the CA of what its Service serves", None)


def old_pods(known: _Board, row: CertificateRow) -> Iterator[_Told]:
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
            says = f"{count} of {names} started before its renewal and {kept}"
            level: Level = "old value" if is_certain else "old value?"
            yield _Told(level, says, "Restart what does not reload it", ref, tuple(sorted(old)))


def older_copy(known: _Board, row: CertificateRow) -> Iterator[_Told]:
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
            says = f"an older copy: {places[0]} has a newer one, which {ends}"
            do = "Copy the newer one here, or delete this one"
            yield _Told("care", says, do, next(iter(row.refs), None))
            return


def weak(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """SHA-1, a short key, no names, or not for servers."""
    leaf, ref = row.leaf, next(iter(row.refs), None)
    if leaf is None or row.is_bundle:
        return
    if part := weak_part(leaf):
        says = f"its {part} is weak: clients may refuse it"
        yield _Told("care", says, "Issue it with RSA 2048, EC 256 and SHA-256, or better", ref)
    has_host = any(True for _ in known.hosts_of(row))
    is_served = has_host or any(copy.place.key == "tls.crt" and copy.has_key for copy in row.copies)
    if leaf.is_authority or not is_served:
        return
    if not leaf.is_for_servers and has_host:
        yield _Told("care", "it is not for servers (no serverAuth)", "Issue it with serverAuth", ref)
    elif leaf.is_for_servers and not leaf.names:
        says = "it has no alternative names (subjectAltName): clients refuse it"
        yield _Told("care", says, "Issue it with its names", ref)


def short_authority(known: _Board, row: CertificateRow) -> Iterator[_Told]:
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
            says = f"{_where(row, copy)}its CA {subject_name(first.subject)} ends before it: {words}"
            yield _Told("care", says, "Renew the CA, then the certificate", copy.place.ref)
            return


def self_signed(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """Self-signed on an Ingress or a Gateway."""
    host = next(known.hosts_of(row), None)
    if row.leaf is not None and row.leaf.is_self_signed and host is not None:
        says = f"it is self-signed, and {host.object} serves it"
        yield _Told("care", says, "Use one of an authority that clients trust", host.ref)


def locked(known: _Board, row: CertificateRow) -> Iterator[_Told]:
    """A keystore that the password beside it does not open."""
    for copy in row.copies:
        if copy.is_locked:
            says = f"{_where(row, copy)}no password beside {copy.place.key} opens it"
            yield _Told("care", says, "Set its password in a key beside it", copy.place.ref)


CHECKS: Final[Sequence[Callable[[_Board, CertificateRow], Iterable[_Told]]]] = (
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
