"""Target: one context of a kubeconfig, ready to connect to. Its repr shows no credential."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from tui.cluster.kubeconfig.proxies import Proxy
from tui.model.json_decoder import Hidden


def is_in_clear(server: str) -> bool:
    """True for plain HTTP to another machine, which others on the way can read."""
    parts = urlsplit(server)
    if parts.scheme != "http" or parts.hostname == "localhost":
        return False
    try:
        return not ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True


class Login(Hidden, Struct, frozen=True):
    """Credentials returned by a plugin or read from a file."""

    token: str | None = None
    certificate: tuple[bytes, bytes] | None = None
    """Certificate and key, PEM."""
    expires: float | None = None
    """Seconds since the epoch."""


class ExecSpec(Hidden, Struct, frozen=True):
    """A credential plugin, as `users[].user.exec` names it.

    Source: client.authentication.k8s.io/v1 and v1beta1, kubectl's client-go `exec` package.
    """

    command: str
    args: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    api_version: str
    interactive_mode: str
    """"Never", "IfAvailable" or "Always"."""
    install_hint: str
    wants_cluster: bool
    """`provideClusterInfo`: the plugin gets the cluster's server and CA."""
    cluster_config: object | None
    """The cluster's extension `client.authentication.k8s.io/exec`, passed on as it is."""

    def __repr__(self) -> str:
        return f"<ExecSpec {self.command}>"


class Impersonate(Struct, frozen=True):
    """The user to act as: `as`, `as-groups`, `as-uid`, `as-user-extra`."""

    user: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class LoginTarget(Hidden, Struct, frozen=True):
    """A cluster, a user, a namespace, and the credentials for them."""

    context: str
    cluster: str
    user: str
    """User name; "" is anonymous."""
    server: str
    """URL without a final slash; may have a path."""
    namespace: str
    ca: bytes | None = None
    """PEM; None is the system's own list."""
    client_cert: bytes | None = None
    """PEM."""
    client_key: bytes | None = None
    """PEM."""
    token: str | None = None
    token_file: Path | None = None
    """Read again each minute; wins over `token` while it can be read."""
    username: str | None = None
    password: str | None = None
    exec: ExecSpec | None = None
    verify: bool = True
    tls_server_name: str | None = None
    impersonate: Impersonate | None = None
    proxy: Proxy | None = None
    """The proxy; None for a direct connection."""
    compresses: bool = True
    """True if compressed answers may be requested."""
    files: tuple[Path, ...] = ()
    """The kubeconfig files that were read."""
    sources: tuple[Path, ...] = ()
    """The files that this context, its cluster and its user come from; they must be trusted."""

    @property
    def host(self) -> str:
        """The server's host, without its port."""
        return urlsplit(self.server).hostname or ""

    @property
    def badges(self) -> tuple[str, ...]:
        """Badges for the connection: no TLS check, plain HTTP."""
        in_clear = ("HTTP",) if is_in_clear(self.server) else ()
        return in_clear + (() if self.verify else ("NO TLS CHECK",))

    @property
    def kubectl_context(self) -> str:
        """The context's name for kubectl; "" for a pod's service account, which has none."""
        return "" if self.token_file is not None and not self.files else self.context

    def __repr__(self) -> str:
        return f"<LoginTarget {self.context}: {self.user or 'anonymous'} at {self.server}>"
