"""Which hosts a certificate covers, and which registries a pull secret has a login for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Final

from tui.model.health.evidence import Certificates
from tui.model.secret.formats.docker import logins
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.pem import certificate_facts, pair_problem, read_certificates
from tui.model.secret.formats.ssh_key import private_key_facts

_DOCKER: Final = frozenset(("docker.io", "index.docker.io", "registry-1.docker.io"))


def certificates_in(data: bytes, key: bytes) -> Certificates:
    """The facts of a tls.crt, and what is wrong with its tls.key."""
    try:
        found = certificate_facts(data)
    except NotReadable as error:
        return Certificates(problem=str(error).rstrip("."))
    is_encrypted = False
    with suppress(NotReadable):
        is_encrypted = private_key_facts(key).is_encrypted
    return Certificates(
        found[0].names,
        tuple(one.validity for one in found),
        pair_problem=pair_problem([*read_certificates(data)], key) or "",
        is_key_encrypted=is_encrypted,
    )


def registries_in(data: bytes) -> tuple[str, ...]:
    """The hosts of a docker config, without their paths. Raises NotReadable."""
    return tuple(login.registry.split("://")[-1].partition("/")[0] for login in logins(data))


def has_login(registries: Iterable[str], host: str) -> bool:
    """Is one of these for images of that host? The kubelet takes `*` in a host, for one label each."""
    return any({registry, host} <= _DOCKER or _fits(registry, host) for registry in registries)


def _fits(registry: str, host: str) -> bool:
    globs, parts = registry.split("."), host.split(".")
    return len(globs) == len(parts) and all(map(fnmatchcase, parts, globs))
