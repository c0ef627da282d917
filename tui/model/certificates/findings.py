"""Checks of certificates. A check reports nothing if the facts that it needs are unknown."""

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


class _Board(Struct, frozen=True):
    """All rows and their evidence, with the indexes that the checks use."""

    evidence: CertificateEvidence
    rows: Sequence[CertificateRow]
    by_names: dict[frozenset[str], list[CertificateRow]]
    roots: frozenset[str]
    in_namespace: dict[str, list[HeldCertificates]]
    hosts: Mapping[SecretRef, Sequence[TlsHost]]
    troubles: Mapping[SecretRef, Sequence[SourceTrouble]]

    def hosts_of(self, row: CertificateRow) -> Iterator[TlsHost]:
        """Yield the hosts that an Ingress or a Gateway serves with the certificate of a row.

        Only copies in the key tls.crt count, because Ingress and Gateway ignore other keys.
        """
        keys = ((copy.place.ref, copy.place.key) for copy in row.copies)
        for ref in dict.fromkeys(ref for ref, key in keys if ref is not None and key == TLS_CERTIFICATE):
            yield from self.hosts.get(ref, ())


def board(evidence: CertificateEvidence) -> tuple[CertificateRow, ...]:
    """Return the rows with their findings, sorted by the rank of the first finding, then by expiry time."""
    return tuple(sorted(judged(evidence, certificate_rows(evidence)), key=_order))


def _order(row: CertificateRow) -> tuple[float, float, str, CertificatePlace]:
    rank = row.findings[0].rank if row.findings else math.inf
    return rank, row.ends, row.title, row.first.place


def judged(evidence: CertificateEvidence, rows: Sequence[CertificateRow]) -> Iterator[CertificateRow]:
    by_names = defaultdict[frozenset[str], list[CertificateRow]](list)
    in_namespace = defaultdict[str, list[HeldCertificates]](list)
    roots = set[str]()
    for row in rows:
        for copy in row.copies:
            roots |= {
                facts.subject
                for facts in (*copy.certificates, *copy.roots)
                if facts.is_authority and facts.is_self_signed
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
    board = _Board(evidence, rows, by_names, frozenset(roots), in_namespace, hosts, troubles)
    for row in rows:
        findings = [
            replace(finding, rank=rank)
            for rank, check in enumerate(CERTIFICATE_CHECKS, start=1)
            for finding in check(board, row)
        ]
        yield replace(row, findings=tuple(findings))


def _where(row: CertificateRow, copy: HeldCertificates) -> str:
    return f"{copy.place}: " if len(row.copies) > 1 else ""


def _ends(board: _Board, ends: float) -> str:
    return end_words(ends, board.evidence.now, board.evidence.zone)


def _of_times(board: _Board, row: CertificateRow) -> CertificateFinding | None:
    now, zone = board.evidence.now, board.evidence.zone
    key, name_certificate = row.first.place.key, partial(_what, row)
    return time_finding(row.times, now, zone, ref=row.ref, key=key, what=name_certificate)


def out_of_time(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    for copy in row.copies:
        if copy.problem:
            yield CertificateFinding(
                level="care" if copy.certificates else "fails",
                short="not readable",
                says=f"{_where(row, copy)}{copy.problem}",
                do=f"Set {copy.place.key} to a readable certificate",
                ref=copy.place.ref,
                key=copy.place.key,
            )
    finding = _of_times(board, row)
    if finding is not None and finding.level == "fails" and not all(copy.is_ca_bundle for copy in row.copies):
        yield finding  # if all copies are caBundles, `ca_bundle` reports the row


def _what(row: CertificateRow, ends: float) -> tuple[str, str]:
    """Return words for sentences and a prefix for short texts, such as ("its issuer root-1", "issuer ").

    The words name the certificate that expires at `ends`: the row's certificate, one of its issuers, or a CA
    of a bundle. The prefix is "" unless the certificate is an issuer.
    """
    index = next((nth for nth, time in enumerate(row.times) if time.ends == ends), 0)
    if row.is_bundle:
        return "the CA that expires last", ""
    if not index:
        return "the certificate", ""
    return f"its issuer {subject_name(row.first.path[index].subject)}", "issuer "


def wrong_key(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
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


def uncovered_host(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    for host in board.hosts_of(row):
        finding = host_finding(row.leaf.names, host) if row.leaf is not None else None
        if finding is not None:
            yield finding


def due(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report a certificate that expires soon, and a renewal that is overdue or has failed."""
    finding = _of_times(board, row)
    if finding is not None and finding.level == "care":
        yield finding
    for trouble in (trouble for ref in row.refs for trouble in board.troubles.get(ref, ())):
        if trouble.since is None or board.evidence.now >= trouble.since + trouble.grace:
            reason = f": {trouble.reason}" if trouble.reason else ""
            yield CertificateFinding(
                level="care",
                short=trouble.what,
                says=f"{trouble.object} {trouble.what}{reason}",
                do=trouble.do,
                ref=trouble.ref,
                is_renewal=True,
            )


def broken_chain(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report a missing or wrong issuer, certificates in a wrong order, and certificates outside the chain."""
    if row.leaf is None or row.is_bundle:
        return
    for copy in row.copies:
        if copy.is_client or not copy.ders or (row.leaf.is_authority and not copy.has_key):
            continue
        key, chain, path = copy.place.key, copy.chain, copy.path
        if chain.impostor is not None:
            wrong, signed = chain.impostor + 1, chain.path[-1] + 1
            says = f"certificate {wrong} in {key} did not sign certificate {signed}"
            do = f"Replace certificate {wrong} with the issuer that signed certificate {signed}"
            yield _of_copy(row, copy, "wrong issuer", says, do)
        elif _lacks_issuer(board, copy):
            says = f"its issuer {subject_name(path[-1].issuer)} is not in {key}"
            yield _of_copy(row, copy, "issuer missing", says, f"Add the issuer to {key}")
        if chain.others:
            numbers = joined([str(index + 1) for index in chain.others], most=_MOST)
            subject = f"certificate {numbers} is" if len(chain.others) == 1 else f"certificates {numbers} are"
            says = f"{subject} not part of the chain in {key}"
            yield _of_copy(row, copy, "stray certificate", says, "Remove the stray certificates")
        elif not chain.is_in_order:
            order = ", ".join(str(index + 1) for index in chain.path)
            says = f"the order in {key} is wrong; the right order is {order}"
            yield _of_copy(row, copy, "wrong order", says, "Put each certificate before its issuer")


def _of_copy(
    row: CertificateRow, copy: HeldCertificates, short: str, says: str, do: str
) -> CertificateFinding:
    says, ref, key = f"{_where(row, copy)}{says}", copy.place.ref, copy.place.key
    return CertificateFinding(level="care", short=short, says=says, do=do, ref=ref, key=key)


def _lacks_issuer(board: _Board, copy: HeldCertificates) -> bool:
    """True if the chain's last certificate is not a CA, and clients do not know this certificate's issuer.

    Clients are assumed to know the self-signed CAs of all rows and the CAs in ca.crt of the same Secret.
    """
    last, missing = copy.path[-1], copy.chain.missing
    if not missing or last.is_authority or missing in {root.subject for root in copy.roots}:
        return False
    return missing not in board.roots


def ca_bundle(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report a caBundle that is not valid now, or that verifies none of the certificates of its Service."""
    problem = time_problem(row.times, board.evidence.now)
    do = "Set the caBundle to the CA of the server's certificate"
    for copy in row.copies:
        if not copy.is_ca_bundle:
            continue
        if problem is not None and not problem.is_valid:
            yield CertificateFinding(
                level="fails",
                short="caBundle expired" if problem.ends < board.evidence.now else "caBundle not valid yet",
                says=f"the caBundle of {copy.place.title} {problem.words}",
                do=do,
                when=_ends(board, problem.ends),
            )
        elif copy.service is not None and copy.ders:
            host = service_host(copy.service)
            served = [
                held
                for held in board.in_namespace.get(copy.service[0], ())
                if held.leaf is not None and covers(held.leaf.names, host)
            ]
            if served and not any(verifies(copy, held) for held in served):
                names = listed([held.place.name for held in served], _MOST)
                bundle = f"the caBundle of {copy.place.title}"
                says = f"{bundle} does not verify the certificate for {host} in {names}"
                yield CertificateFinding(level="fails", short="caBundle does not match", says=says, do=do)


def old_pods(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report pods that started before the row's certificate was issued, so they may use the previous one."""
    if not row.times or row.leaf is None or row.leaf.is_authority:
        return
    begins = row.times[0].begins
    for ref in row.refs:
        if board.evidence.created.get(ref, begins) >= begins:
            # The creation time of the Secret is unknown, or the Secret was created after this certificate was
            # issued. In the second case, the Secret never held a previous certificate.
            continue
        pods_by_workload, is_certain = dict[tuple[str, str], set[str]](), False
        for info, use in ((reader.info, reader.use) for reader in board.evidence.readers(ref)):
            if not isinstance(info, PodInfo) or not isinstance(use, PodUse) or use.container is None:
                continue
            if not row.is_read_by(use, ref):
                continue
            started = info.started(use.container)
            if started is None or started >= begins or not (use.is_read_at_start or use.way in FILES):
                continue
            is_certain |= use.is_read_at_start
            pods_by_workload.setdefault(info.workload, set()).add(info.name)
        if pods_by_workload:
            count = counted(sum(map(len, pods_by_workload.values())), "pod")
            verb = "keeps" if count == "1 pod" else "keep"
            kept = f"{verb} the old one" if is_certain else "may keep the old one"
            names = listed(["/".join(workload) for workload in sorted(pods_by_workload)], _MOST)
            yield CertificateFinding(
                level="old value" if is_certain else "old value?",
                short=f"old in {count}{'' if is_certain else '?'}",
                says=f"{count} of {names} started before the certificate was renewed, and {kept}",
                do="Restart workloads that do not reload certificates",
                ref=ref,
                workloads=tuple(sorted(pods_by_workload)),
            )


def older_copy(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report a row if another namespace has a newer certificate with the same names and issuer.

    A row whose certificate has a manager or is self-signed is not reported, because each namespace may have
    a certificate of its own.
    """
    if row.leaf is None or not row.leaf.names or row.is_bundle:
        return
    if row.renewal != RENEWED_BY_HAND or row.leaf.is_self_signed:
        return
    namespaces = {copy.place.namespace for copy in row.copies}
    for other in board.by_names[frozenset(row.leaf.names)]:
        other_leaf = other.leaf
        if (
            other_leaf is None
            or other_leaf.issuer != row.leaf.issuer
            or other_leaf.validity.begins <= row.leaf.validity.begins
        ):
            continue
        places = [copy.place for copy in other.copies if copy.place.namespace not in namespaces]
        if places:
            ends = _ends(board, other_leaf.validity.ends)
            yield CertificateFinding(
                level="care",
                short="older copy",
                says=f"{places[0]} has a newer certificate with the same names, which {ends}",
                do="Copy the newer certificate over the older one, or delete the older one",
                ref=row.ref,
            )
            return


def weak(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    """Report a weak signature or key, and two faults of certificates that are not CAs.

    Fault "no names": a certificate for servers has no alternative names. This fault is reported only if
    a Secret has the certificate in tls.crt and a private key, or if an Ingress or a Gateway serves it.

    Fault "not for servers": an Ingress or a Gateway serves a certificate that is not meant for servers.
    """
    leaf = row.leaf
    if leaf is None or row.is_bundle:
        return
    if weak_field := weak_part(leaf):
        do = "Reissue with at least RSA 2048 or EC 256, and SHA-256"
        yield _reissue_finding(
            row, f"weak {weak_field}", f"its {weak_field} is weak: clients may refuse the certificate", do
        )
    has_host = any(True for _ in board.hosts_of(row))
    is_served = has_host or any(copy.place.key == TLS_CERTIFICATE and copy.has_key for copy in row.copies)
    if leaf.is_authority or not is_served:
        return
    if not leaf.is_for_servers and has_host:
        says = "the certificate is not for servers (no serverAuth)"
        yield _reissue_finding(row, "not for servers", says, "Reissue the certificate with serverAuth")
    elif leaf.is_for_servers and not leaf.names:
        says = "the certificate has no alternative names (subjectAltName): clients refuse it"
        yield _reissue_finding(row, "no names", says, "Reissue the certificate with its host names")


def _reissue_finding(row: CertificateRow, short: str, says: str, do: str) -> CertificateFinding:
    return CertificateFinding(level="care", short=short, says=says, do=do, ref=row.ref, is_renewal=True)


def short_authority(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    if row.leaf is None or row.is_bundle:
        return
    for copy in row.copies:
        path = copy.path
        issuers = (*path[1:], *(root for root in copy.roots if root.subject == path[-1].issuer))
        latest = dict[str, CertificateFacts]()
        for facts in issuers:  # if a CA was rotated, only its certificate that expires last counts
            latest_facts = latest.setdefault(facts.subject, facts)
            if facts.validity.ends > latest_facts.validity.ends:
                latest[facts.subject] = facts
        end = min(path[0].validity.ends, NEVER_ENDS)
        ending = [facts for facts in latest.values() if facts.validity.ends < end]
        if ending:
            first = min(ending, key=lambda facts: facts.validity.ends)
            words = expiry_words(first.validity.ends, board.evidence.now)
            says = f"its CA {subject_name(first.subject)} {words}, before the certificate"
            do = "Renew the CA, then the certificate"
            yield _of_copy(row, copy, "CA expires first", says, do)
            return


def self_signed(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    host = next(board.hosts_of(row), None)
    if row.leaf is not None and row.leaf.is_self_signed and host is not None:
        yield CertificateFinding(
            level="care",
            short="self-signed",
            says=f"the certificate is self-signed, and {host.object} serves it",
            do="Use a certificate from an authority that clients trust",
            ref=host.ref,
            is_renewal=True,
        )


def locked(board: _Board, row: CertificateRow) -> Iterator[CertificateFinding]:
    for copy in row.copies:
        if copy.is_locked:
            says = f"no password in the Secret opens {copy.place.key}"
            yield _of_copy(row, copy, "no password fits", says, "Add the keystore's password to the Secret")


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
"""Checks in the order of rank. Findings of an earlier check come first, whatever their level."""
