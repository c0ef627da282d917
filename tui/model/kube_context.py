"""Contexts of a kubeconfig, without credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct


class ContextFacts(Struct, frozen=True):
    """Context of a kubeconfig. The fields are untrusted text: escape them before drawing."""

    name: str
    cluster: str = ""
    server: str = ""
    user: str = ""
    namespace: str = ""

    @property
    def home(self) -> tuple[str, str]:
        """Context name and server address. The session stores drafts of Secrets under this pair."""
        server = self.server.rstrip("/")
        return self.name, server if "://" in server or not server else f"http://{server}"

    @property
    def place(self) -> str:
        return self.server.partition("://")[2].split("/", 1)[0] or self.server

    @property
    def host(self) -> str:
        try:
            return urlsplit(self.server if "://" in self.server else f"//{self.server}").hostname or ""
        except ValueError:
            return ""


def without_login(server: str) -> str:
    """Remove the login from an address: "https://user:password@host" becomes "https://host"."""
    scheme, separator, address = server.rpartition("://")
    place, slash, path = address.partition("/")
    return f"{scheme}{separator}{place.rpartition('@')[2]}{slash}{path}"


class ContextList(Struct, frozen=True):
    """Contexts of all kubeconfig files, merged by kubectl's rules."""

    contexts: tuple[ContextFacts, ...] = ()
    current: str = ""
