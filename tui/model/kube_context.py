"""Contexts of a kubeconfig, without credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct


class ContextFacts(Struct, frozen=True):
    """Context of a kubeconfig. The fields are untrusted text: escape them before drawing."""

    name: str
    cluster: str = ""
    server: str = ""
    """Address in the cluster entry, without a login in it; "" if the entry has none."""
    user: str = ""
    namespace: str = ""

    @property
    def home(self) -> tuple[str, str]:
        """Context name and server address, which identify the context's drafts."""
        server = self.server.rstrip("/")
        return self.name, server if "://" in server or not server else f"http://{server}"

    @property
    def place(self) -> str:
        """Server's host and port, e.g. "10.0.0.1:6443". An address without a scheme stays whole."""
        return self.server.partition("://")[2].split("/", 1)[0] or self.server

    @property
    def host(self) -> str:
        """Server's host name without its port; "" if unknown."""
        try:
            return urlsplit(self.server if "://" in self.server else f"//{self.server}").hostname or ""
        except ValueError:
            return ""


def without_login(server: str) -> str:
    """Remove the part before an "@" from a server's address, because it may be a password."""
    scheme, separator, address = server.rpartition("://")
    place, slash, path = address.partition("/")
    return f"{scheme}{separator}{place.rpartition('@')[2]}{slash}{path}"


class ContextList(Struct, frozen=True):
    """Contexts of all kubeconfig files, merged by kubectl's rules."""

    contexts: tuple[ContextFacts, ...] = ()
    current: str = ""
