"""What a kubeconfig says of its contexts, without a credential: what a person chooses from."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct


class ContextFacts(Struct, frozen=True):
    """One context. All of it is a kubeconfig's word: drawn in ASCII."""

    name: str
    cluster: str = ""
    server: str = ""
    """As its cluster names it; "" where that is not there."""
    user: str = ""
    namespace: str = ""

    @property
    def host(self) -> str:
        """The server's host, with its port."""
        return urlsplit(self.server if "://" in self.server else f"//{self.server}").netloc


class ContextList(Struct, frozen=True):
    """All of them, as kubectl merges them."""

    contexts: tuple[ContextFacts, ...] = ()
    current: str = ""
    """The one that kubectl would use now."""
