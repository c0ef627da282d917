"""Parse the proxy URL of a kubeconfig, and find the proxy in environment variables, as Go does.

Source: golang.org/x/net/http/httpproxy/proxy.go, client-go tools/clientcmd/helpers.go (parseProxyURL).
"""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from tui.model.text.printable import ascii_only

if TYPE_CHECKING:
    _Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS: Final = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
ASKS_FOR_A_LOGIN: Final = "requires a login, or rejected yours (HTTP 407)"


class Proxy(Struct, frozen=True):
    """A proxy. Its login is given only to the proxy and to exec plugins, and never shown."""

    scheme: str
    """http, https, socks5 or socks5h."""
    host: str
    port: int
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"<Proxy {self.place}>"

    @property
    def place(self) -> str:
        return place(self.host, self.port)

    @property
    def is_socks(self) -> bool:
        return self.scheme.startswith("socks")

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def url_with_login(self) -> str:
        """URL with the login, for an exec plugin."""
        if not self.basic:
            return self.url
        login = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@"
        return self.url.replace("://", f"://{login}", 1)

    @property
    def basic(self) -> str:
        """Value of the `Proxy-Authorization` header; "" without a login."""
        if not self.username and not self.password:
            return ""
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode()


def place(host: str, port: int | None) -> str:
    return ascii_only(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def proxy_of(text: str) -> Proxy | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or not (host.isascii() and host.isprintable()) or " " in host:
        return None
    return Proxy(
        parts.scheme,
        host,
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def from_environment(server: str, env: Mapping[str, str]) -> Proxy | None:
    """Return the proxy that `env` (environment variables) names for a server; None for a direct connection.

    Raises ValueError for an invalid proxy URL. The user sees the error's text, which
    names the variable in upper case.
    """
    parts = urlsplit(server)
    name = f"{parts.scheme.upper()}_PROXY"
    text = env.get(name) or env.get(name.lower()) or ""
    port = parts.port or _PORTS.get(parts.scheme, 0)
    listed = env.get("NO_PROXY") or env.get("no_proxy") or ""
    excepted = [entry for part in listed.split(",") if (entry := part.strip().lower())]
    if not text or not _goes_by_proxy(parts.hostname or "", port, excepted):
        return None
    proxy = proxy_of(text if "://" in text else f"http://{text}")
    if proxy is None:
        raise ValueError(f"{name} is not a supported proxy URL (http, https, socks5 or socks5h)")
    return proxy


def _goes_by_proxy(host: str, port: int, excepted: list[str]) -> bool:
    host = host.lower()
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback) or "*" in excepted:
        return False
    return not any(_matches(entry, host, address, port) for entry in excepted)


def _matches(entry: str, host: str, address: _Address | None, port: int) -> bool:
    network = _network(entry)
    if network is not None:
        return address is not None and address in network
    name, wanted = _split(entry)
    if wanted and wanted != str(port):
        return False
    excepted = _address(name)
    if excepted is not None or address is not None:
        return excepted is not None and excepted == address
    name = name[1:] if name.startswith("*.") else name
    return bool(name) and (host.endswith(f".{name.removeprefix('.')}") or host == name)


def _split(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, port_part = entry[1:].partition("]")
        return name, port_part.removeprefix(":")
    name, colon, port = entry.partition(":")
    return (name, port) if colon and ":" not in port else (entry, "")


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if "/" not in entry:
        return None
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _address(host: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
