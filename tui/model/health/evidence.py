"""Evidence: what was read before anything is judged, and what was not; what certificates and logins cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.health.missing_references import KeysOf
from tui.model.readers.freshness import Verdict
from tui.model.readers.gaps import Gap, Usage
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.formats.docker import logins
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.pem import certificate_facts, key_matches
from tui.model.secret.formats.ssh_key import private_key_facts
from tui.model.secret.secret import SecretRef, SecretSummary

VerdictOf: TypeAlias = Callable[[PodInfo, PodUse], Verdict]


class Certificates(Struct, frozen=True):
    """The public facts of the certificate of a TLS Secret."""

    names: tuple[str, ...] = ()
    """What the first certificate is for: its alternative names, or else its subject's common name."""
    ends: float | None = None
    """When the first of the chain ends (seconds since the epoch)."""
    starts: float | None = None
    """When the last of the chain begins."""
    problem: str = ""
    """Why it could not be read."""
    is_pair: bool | None = None
    """Does the key belong to the first certificate? None if it cannot be read."""
    is_key_encrypted: bool = False


class TlsHost(Struct, frozen=True):
    """A host that an object serves with the certificate of a Secret."""

    namespace: str
    object: str
    host: str
    ref: SecretRef


class SourceTrouble(Struct, frozen=True):
    """An object that writes a Secret says that it is in error."""

    namespace: str
    object: str
    says: str
    """Its own reason."""
    ref: SecretRef | None


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of one namespace, or of all."""

    now: float
    """By the server's clock."""
    infos: Sequence[ReaderInfo]
    rows: Sequence[SecretSummary]
    keys_of: KeysOf
    usage: Callable[[SecretRef], Usage]
    producers: Callable[[SecretRef], Sequence[str]]
    """What writes a Secret: "ExternalSecret/db"."""
    verdict_of: VerdictOf
    certificates: Mapping[SecretRef, Certificates]
    """Of the TLS Secrets that were read."""
    other_ends: Mapping[SecretRef, Mapping[str, float]] = {}
    """When the certificates in other keys end."""
    registries: Mapping[SecretRef, tuple[str, ...]]
    """Of the pull secrets that were read: the hosts for which they have a login."""
    hosts: Sequence[TlsHost] = ()
    troubles: Sequence[SourceTrouble] = ()
    gaps: Sequence[Gap] = ()


_DOCKER: Final = frozenset(("docker.io", "index.docker.io", "registry-1.docker.io"))


def first_end(data: bytes) -> float | None:
    """When the first of these certificates ends; None if there is none that can be read."""
    try:
        return min(one.not_after for one in certificate_facts(data))
    except NotReadable:
        return None


def certificates_in(data: bytes, key: bytes) -> Certificates:
    """The facts of a tls.crt, and what is wrong with its tls.key."""
    try:
        found = certificate_facts(data)
    except NotReadable as error:
        return Certificates(problem=str(error).rstrip("."))
    starts, ends = max(one.not_before for one in found), min(one.not_after for one in found)
    is_encrypted = False
    with suppress(NotReadable):
        is_encrypted = private_key_facts(key).is_encrypted
    return Certificates(
        found[0].names, ends, starts, is_pair=key_matches(data, key), is_key_encrypted=is_encrypted
    )


def covers(names: Iterable[str], host: str) -> bool:
    """Does a certificate with these names serve that host? A `*` stands for one label (RFC 6125)."""
    host = host.casefold().rstrip(".")
    wildcard = f"*.{host.partition('.')[2]}"
    return any(name.casefold() in (host, wildcard) for name in names)


def registries_in(data: bytes) -> tuple[str, ...]:
    """The hosts of a docker config, without their paths. Raises NotReadable."""
    return tuple(login.registry.split("://")[-1].partition("/")[0] for login in logins(data))


def has_login(registries: Iterable[str], host: str) -> bool:
    """Is one of these for images of that host? The kubelet takes `*` in a host, for one label each."""
    return any({registry, host} <= _DOCKER or _fits(registry, host) for registry in registries)


def _fits(registry: str, host: str) -> bool:
    globs, parts = registry.split("."), host.split(".")
    return len(globs) == len(parts) and all(map(fnmatchcase, parts, globs))
