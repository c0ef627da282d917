"""SSH public keys, authorized_keys, certificates and known_hosts.

Source: sshd(8), AUTHORIZED_KEYS and SSH_KNOWN_HOSTS FILE FORMAT; openssh-portable, PROTOCOL.certkeys.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.secret.formats.leaf import inner_path, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, rewrite_of
from tui.model.secret.formats.limits import placed_lines
from tui.model.secret.formats.public_names import first_of, is_host
from tui.model.secret.formats.validity import LATEST, Validity
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.text.counts import counted

_KEY: Final = re.compile(
    rb"(?:^|(?<=[ \t]))((?:sk-)?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)?"
    rb"|[a-z0-9-]+-cert-v01@openssh\.com)[ \t]+(AAAA[A-Za-z0-9+/]+={0,3})(?=[ \t\r\n]|$)"
)
_NAMES: Final = {"ssh-rsa": "RSA", "ssh-ed25519": "Ed25519", "ssh-dss": "DSA"}
_CERTIFICATE: Final = "-cert-v01@openssh.com"
_MOST_HOSTS: Final = 2
_HASHED: Final = "|1|"
_OPTION: Final = re.compile(
    r"(?:no-)?(?:agent-forwarding|port-forwarding|pty|user-rc|x11-forwarding)"
    r"|cert-authority|no-touch-required|restrict|verify-required",
    re.IGNORECASE,
)
"""Options in authorized_keys that take no value. Other text before a key may be the hosts of known_hosts."""


class SshLine(Struct, frozen=True):
    before: str
    """Text before the key: options in authorized_keys, or hosts in known_hosts."""
    kind: str
    """Name of the algorithm, such as "ssh-ed25519"."""
    blob: bytes
    """The key, decoded from base64."""


def read_lines(data: bytes) -> tuple[SshLine, ...]:
    """Read the key of each line. Skips blank lines and comments.

    Returns () if a remaining line has no valid key.
    """
    lines = list[SshLine]()
    for line in data.splitlines():
        line = line.strip()
        if not line or line.startswith(b"#"):
            continue
        if (key := _KEY.search(line)) is None:
            return ()
        try:
            blob = base64.b64decode(key[2], validate=True)
        except ValueError:
            return ()
        if key[1] not in blob[4:64]:
            return ()
        lines.append(SshLine(line[: key.start()].decode("utf-8", "replace").strip(), key[1].decode(), blob))
    return tuple(lines)


def fingerprint(blob: bytes) -> str:
    """Fingerprint as `ssh-keygen -l` prints it."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')}"


def _row(key: str, data: bytes) -> RowName | None:
    if b"AAAA" not in data:
        return None
    lines = read_lines(data)
    if not lines:
        return None
    if all(line.before and _is_hosts(line.before) for line in lines):
        return _known_hosts(lines)
    if len(lines) > 1:
        return RowName("authorized_keys", f"authorized_keys, {counted(len(lines), 'key')}")
    (line,) = lines
    if line.kind.endswith(_CERTIFICATE):
        return _certificate(line)
    kind = line.kind.removeprefix("sk-").removesuffix("@openssh.com")
    name = _NAMES.get(kind) or kind.replace("ecdsa-sha2-", "ECDSA ")
    return RowName("SSH public key", f"{name} public key {fingerprint(line.blob)}")


def _spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield each line as a leaf, if there are several lines."""
    keys = list(placed_lines(data))
    for place, (line, at) in enumerate(keys if len(keys) > 1 else ()):
        yield LeafSpan(text_leaf(inner_path("", place), line), at, at + len(line), lambda text: text)


def _is_hosts(before: str) -> bool:
    marker = before.partition(" ")
    names = (marker[2] if marker[0] in ("@cert-authority", "@revoked") else before).split(",")
    return not any(map(_OPTION.fullmatch, names)) and all(
        name.startswith(_HASHED) or is_host(_bare(name)) for name in names
    )


def _bare(host: str) -> str:
    """Return "git.example" for "[git.example]:2222" and for "!git.example"."""
    host = host.removeprefix("!")
    return host[1:].partition("]")[0] if host.startswith("[") and not host.endswith("]") else host


def _known_hosts(lines: Sequence[SshLine]) -> RowName:
    hosts = dict.fromkeys(_bare(line.before.split()[-1].split(",")[0]) for line in lines)
    plain_hosts = [host for host in hosts if not host.startswith(_HASHED)]
    words = first_of(plain_hosts, _MOST_HOSTS) if plain_hosts else counted(len(hosts), "hashed host")
    return RowName("known_hosts", f"known_hosts: {words}")


def _certificate(line: SshLine) -> RowName:
    from cryptography.hazmat.primitives.serialization import SSHCertificateType, load_ssh_public_identity

    kind = "SSH certificate"
    try:
        text = f"{line.kind} {base64.b64encode(line.blob).decode()}"
        certificate = load_ssh_public_identity(text.encode())
        begins, ends = certificate.valid_after, certificate.valid_before  # type: ignore[union-attr]
        is_host_certificate = certificate.type is SSHCertificateType.HOST  # type: ignore[union-attr]
        principals = [name.decode() for name in certificate.valid_principals]  # type: ignore[union-attr]
    except Exception:
        return RowName(kind)  # the library's errors share no base class
    times = (
        ()
        if ends >= LATEST
        else (Validity(begins, ends, what="host certificate" if is_host_certificate else "user certificate"),)
    )
    hosts = [name for name in principals if is_host(name)] if is_host_certificate else []
    words = f"SSH certificate for {first_of(hosts)}" if hosts else kind
    return RowName(kind, words, times)


SSH: Final = ValueFormat(
    "an SSH key",
    row=_row,
    leaves=leaves_of(_spans),
    rewrite=rewrite_of(_spans),
    page=(
        PageRow(
            "SSH public keys, authorized_keys",
            "Ed25519 public key SHA256:…",
            "kind, fingerprint, count",
            edited="each line of several",
        ),
        PageRow("SSH certificates", "SSH certificate for git.example · 3h", "hosts, begin and end", "users"),
        PageRow(
            "known_hosts", "known_hosts: git.example, ssh.example", "hosts", edited="each line of several"
        ),
    ),
)
