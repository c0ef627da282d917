"""LoginTarget: server, user and credentials from a kubeconfig's context, or from a pod's service account.

The reprs of the classes show no credentials.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from tui.cluster.kubeconfig.proxies import Proxy
from tui.model.json_decoder import HiddenRepr


def is_in_clear(server: str) -> bool:
    """True if the URL `server` means plain HTTP to another machine, so that others can read the traffic."""
    parts = urlsplit(server)
    if parts.scheme != "http" or parts.hostname == "localhost":
        return False
    try:
        return not ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True


class Login(HiddenRepr, Struct, frozen=True):
    """Token and client certificate of a login."""

    token: str | None = None
    certificate: tuple[bytes, bytes] | None = None
    """Certificate and private key, in PEM."""
    expires: float | None = None
    """Seconds since the epoch."""


class ExecSpec(HiddenRepr, Struct, frozen=True):
    """Exec plugin: `users[].user.exec` of a kubeconfig (client.authentication.k8s.io/v1 and v1beta1)."""

    command: str
    args: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    api_version: str
    interactive_mode: str
    """"Never", "IfAvailable" or "Always"."""
    install_hint: str
    wants_cluster: bool
    """True if the plugin gets the cluster's server and CA (`provideClusterInfo`)."""
    cluster_config: object | None
    """Extension `client.authentication.k8s.io/exec` of the cluster."""

    def __repr__(self) -> str:
        return f"<ExecSpec {self.command}>"


class Impersonate(Struct, frozen=True):
    """Impersonated user."""

    user: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class LoginTarget(HiddenRepr, Struct, frozen=True):
    """A cluster, a user and a namespace, with credentials."""

    context: str
    cluster: str
    user: str
    """Name of the user in the kubeconfig, or "service account" in a pod; "" if anonymous."""
    server: str
    """URL without a slash at the end."""
    namespace: str
    ca: bytes | None = None
    """CA certificates in PEM; None for those of the system."""
    client_cert: bytes | None = None
    """Client certificate in PEM."""
    client_key: bytes | None = None
    """Private key of the client certificate, in PEM."""
    token: str | None = None
    token_file: Path | None = None
    """Token file. Its token is used instead of `token`, and the file is read again each minute."""
    username: str | None = None
    password: str | None = None
    exec: ExecSpec | None = None
    verify: bool = True
    tls_server_name: str | None = None
    impersonate: Impersonate | None = None
    proxy: Proxy | None = None
    compresses: bool = True
    files: tuple[Path, ...] = ()
    """All kubeconfig files that were read; () for a pod's service account."""
    sources: tuple[Path, ...] = ()
    """Files that define the context, its cluster and its user.

    If `trust.distrust` rejects one of these files, the user must accept the login before an exec plugin runs,
    or before a certificate, key or token file is read.
    """

    @property
    def host(self) -> str:
        return urlsplit(self.server).hostname or ""

    @property
    def badges(self) -> tuple[str, ...]:
        """Warnings for the header: "HTTP", "NO TLS CHECK"."""
        in_clear = ("HTTP",) if is_in_clear(self.server) else ()
        return in_clear + (() if self.verify else ("NO TLS CHECK",))

    @property
    def kubectl_context(self) -> str:
        """Context to name in a kubectl command; "" for a pod's service account, which has no kubeconfig."""
        return "" if self.token_file is not None and not self.files else self.context

    def __repr__(self) -> str:
        return f"<LoginTarget {self.context}: {self.user or 'anonymous'} at {self.server}>"
