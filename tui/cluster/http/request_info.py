"""The subject of a request: verb, resource, namespace, name, and whom it acts as."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from msgspec import Struct

from tui.cluster.http.paths import Query
from tui.cluster.kubeconfig.target import Impersonate
from tui.model.managers.registry import OURS

_VERB_CHANGES: Final = frozenset({"create", "update", "patch", "delete"})


class RequestInfo(Struct, frozen=True):
    verb: str
    """Verb of RBAC: get, list, watch, create, patch, delete."""
    resource: str
    namespace: str | None
    name: str | None = None
    is_dry_run: bool = False
    group: str = ""
    """The API group; "" is the core group."""
    is_namespaced: bool = True
    """False for a kind of the whole cluster."""

    @property
    def changes(self) -> bool:
        """True if it changes the cluster when it succeeds."""
        return self.is_write and not self.is_dry_run

    @property
    def is_write(self) -> bool:
        """True if it sends an object, as a write or a dry run. A review is a create that sends none."""
        return self.verb in _VERB_CHANGES and not self.resource.endswith("reviews")

    @property
    def what(self) -> str:
        """Object of a sentence: "secret default/db", "secrets in all namespaces", "namespaces"."""
        if self.name:
            where = f"{self.namespace}/" if self.namespace else ""
            return f"{self.resource.partition('/')[0].removesuffix('s')} {where}{self.name}"
        if self.verb in ("list", "watch") and self.resource != "namespaces":
            where = self.namespace or ("all namespaces" if self.is_namespaced else "this cluster")
            return f"{self.resource} in {where}"
        return self.resource


_TOKEN: Final = "!#$&'*+-.^_`|~"
"""Characters of a header's name beside letters and digits; `%` is left out because it escapes."""


def impersonation(who: Impersonate | None) -> list[tuple[str, str]]:
    """Build the `Impersonate-*` headers: one for each group and each extra value.

    Source: client-go transport/round_trippers.go (impersonatingRoundTripper, headerKeyEscape).
    """
    if who is None:
        return []
    headers = [("Impersonate-User", who.user)]
    if who.uid:
        headers.append(("Impersonate-Uid", who.uid))
    headers += [("Impersonate-Group", group) for group in who.groups]
    for key, values in who.extra:
        name = f"Impersonate-Extra-{quote(key, safe=_TOKEN)}"
        headers += [(name, value) for value in values]
    return headers


def writing(asked: RequestInfo) -> Query:
    """The query of a write, or of its dry run."""
    return [("fieldManager", OURS), *([("dryRun", "All")] if asked.is_dry_run else [])]
