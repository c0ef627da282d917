"""The contexts of a kubeconfig, as a person chooses from them; no credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct


class ContextFacts(Struct, frozen=True):
    """A context. All fields come from a kubeconfig, so they are drawn in ASCII."""

    name: str
    cluster: str = ""
    server: str = ""
    """The address in its cluster entry, without a login in it; "" if there is none."""
    user: str = ""
    namespace: str = ""

    @property
    def home(self) -> tuple[str, str]:
        """Name and server's address, as a login to it has them."""
        server = self.server.rstrip("/")
        return self.name, server if "://" in server or not server else f"http://{server}"

    @property
    def place(self) -> str:
        """The server's host and port, or what replaces them."""
        return self.server.partition("://")[2].split("/", 1)[0] or self.server

    @property
    def host(self) -> str:
        """The server's host alone; "" if unknown."""
        try:
            return urlsplit(self.server if "://" in self.server else f"//{self.server}").hostname or ""
        except ValueError:
            return ""


def without_login(server: str) -> str:
    """A server's address without the part before an @, which could be a password."""
    scheme, mark, rest = server.rpartition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


class ContextList(Struct, frozen=True):
    """Contexts, as kubectl merges them."""

    contexts: tuple[ContextFacts, ...] = ()
    current: str = ""
    """Context that kubectl would use now."""
