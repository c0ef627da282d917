"""Findings about certificates (validity, private key, hosts), and functions about logins of pull Secrets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import tzinfo
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from tui.model.health.evidence import Certificates, TlsHost
from tui.model.health.finding import Level
from tui.model.secret.formats.docker import logins
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.pem import (
    NOT_FIRST,
    certificate_facts,
    covers,
    pair_problem,
    read_certificates,
)
from tui.model.secret.formats.ssh_key import private_key_facts
from tui.model.secret.formats.validity import NEVER_ENDS, Validity, time_problem
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import TLS_CERTIFICATE
from tui.model.text.times import moment

_DOCKER: Final = frozenset(("docker.io", "index.docker.io", "registry-1.docker.io"))
_OWN_KEY: Final = "Set a certificate and key that match"


class CertificateFinding(Struct, frozen=True, kw_only=True):
    rank: int = 0
    """Severity: 1 for the first check in CERTIFICATE_CHECKS (the worst), then 2, 3, …; 0 for other checks."""
    level: Level
    short: str
    """Problem in a few words, for a column: "expired", "not for pay.test"."""
    says: str
    do: str
    ref: SecretRef | None = None
    """Secret with the certificate, or None if another object holds it."""
    key: str = TLS_CERTIFICATE
    ends: float = math.inf
    """Expiry time, in seconds since the epoch."""
    when: str = ""
    """Expiry in words: "ended 2026-11-21 14:00:00"."""
    host: TlsHost | None = None
    """Host that the certificate does not cover."""
    workloads: tuple[tuple[str, str], ...] = ()
    """(kind, name) of each workload to restart."""
    is_renewal: bool = False
    """True if a new certificate solves the problem."""

    @property
    def sentence(self) -> str:
        """Problem without a period at the end, with the expiry in parentheses if `when` is set."""
        return f"{self.says} ({self.when})" if self.when else self.says


def time_finding(
    times: Sequence[Validity],
    now: float,
    zone: tzinfo,
    *,
    ref: SecretRef | None,
    key: str = TLS_CERTIFICATE,
    what: Callable[[float], tuple[str, str]] = lambda ends: ("the certificate", ""),
) -> CertificateFinding | None:
    """Report a certificate that has expired, expires soon or is not valid yet.

    `what` gets the expiry time of the certificate, and returns two texts: the start of `says`, e.g.
    "its issuer root-1", and the start of `short`, e.g. "issuer ".
    """
    if (problem := time_problem(times, now)) is None:
        return None
    named, short = what(problem.ends)
    is_early = not problem.is_valid and problem.ends > now
    if problem.is_valid:
        is_due = any(time.renewal is not None and time.renewal < now for time in times)
        words = "renewal due" if is_due else f"{short}ends soon"
    else:
        words = f"{short}{'not valid yet' if is_early else 'expired'}"
    return CertificateFinding(
        level="care" if problem.is_valid else "fails",
        short=words,
        says=f"{named} {problem.words}",
        do="Use a certificate that is valid now" if is_early else "Renew it",
        ref=ref,
        key=key,
        ends=problem.ends,
        when=end_words(problem.ends, now, zone),
        is_renewal=True,
    )


def end_words(ends: float, now: float, zone: tzinfo) -> str:
    """Describe when a certificate expires: "ended 2026-11-21 14:00:00", "ends 2027-02-22 …", "never ends"."""
    if ends >= NEVER_ENDS:
        return "never ends"
    return f"{'ended' if ends < now else 'ends'} {moment(ends, None, zone)}"


def key_finding(
    problem: str, *, is_encrypted: bool, ref: SecretRef | None, key: str, private_key: str
) -> CertificateFinding | None:
    """Report a private key that does not match the certificate, or that is encrypted.

    `problem`: why the private key does not match; "" if it matches or cannot be checked.
    `key` and `private_key`: names of the data keys that hold the certificate and the private key.
    """
    if problem:
        is_order_wrong = problem.endswith(NOT_FIRST)
        do = f"Put the certificate for {private_key} first in {key}" if is_order_wrong else _OWN_KEY
        return CertificateFinding(
            level="fails", short="key does not match", says=problem, do=do, ref=ref, key=private_key
        )
    if not is_encrypted:
        return None
    says = f"{private_key} is encrypted: a server needs the key's passphrase"
    do = "Set a key that has no passphrase"
    return CertificateFinding(
        level="care", short="key is encrypted", says=says, do=do, ref=ref, key=private_key
    )


def host_finding(names: Sequence[str], host: TlsHost) -> CertificateFinding | None:
    """Report a host that a certificate for `names` does not cover."""
    if covers(names, host.host):
        return None
    return CertificateFinding(
        level="fails",
        short=f"not for {host.host}",
        says=f"{host.object} serves {host.host}, which the certificate does not cover",
        do=f"Issue a certificate for {host.host}",
        ref=host.ref,
        host=host,
        is_renewal=True,
    )


def certificates_in(data: bytes, key: bytes) -> Certificates:
    try:
        chain = certificate_facts(data)
    except UnreadableValue as error:
        return Certificates(problem=str(error).rstrip("."))
    is_encrypted = False
    with suppress(UnreadableValue):
        is_encrypted = private_key_facts(key).is_encrypted
    return Certificates(
        chain[0].names,
        tuple(facts.validity for facts in chain),
        pair_problem=pair_problem([*read_certificates(data)], key) or "",
        is_key_encrypted=is_encrypted,
    )


def registries_in(data: bytes) -> tuple[str, ...]:
    """Return the registry host of each login in the value of a pull Secret. Raises UnreadableValue."""
    return tuple(login.registry.split("://")[-1].partition("/")[0] for login in logins(data))


def has_login(registries: Iterable[str], host: str) -> bool:
    """True if one of `registries` matches `host`. All names of Docker Hub match each other.

    As in the kubelet, `*` matches no dot: "*.pay.test" matches "eu.pay.test", but not "a.eu.pay.test".
    """
    return any({registry, host} <= _DOCKER or _fits(registry, host) for registry in registries)


def _fits(registry: str, host: str) -> bool:
    globs, parts = registry.split("."), host.split(".")
    return len(globs) == len(parts) and all(map(fnmatchcase, parts, globs))
