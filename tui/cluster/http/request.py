"""RequestInfo and Answer, and functions that build paths, queries and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from tui.cluster.kubeconfig.target import Impersonate
from tui.model.errors import Invalid
from tui.model.json_decoder import HiddenRepr
from tui.model.managers.registry import OURS

_SPECIAL: Final = r"([\\,=])"
_ESCAPED: Final = r"\\\1"
_VERB_CHANGES: Final = frozenset({"create", "update", "patch", "delete"})
_TOKEN: Final = "!#$&'*+-.^_`|~"
"""Characters, besides letters and digits, that a header's name may contain unescaped."""
_QUOTED: Final = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')

Query = Sequence[tuple[str, str]]


class RequestInfo(Struct, frozen=True):
    verb: str
    resource: str
    namespace: str | None
    name: str | None = None
    is_dry_run: bool = False
    group: str = ""
    """API group; "" for the core group."""
    is_namespaced: bool = True

    @property
    def changes(self) -> bool:
        return self.is_write and not self.is_dry_run

    @property
    def is_write(self) -> bool:
        """True for a write and for its dry run. An access review is no write, because it stores nothing."""
        return self.verb in _VERB_CHANGES and not self.resource.endswith("reviews")

    @property
    def what(self) -> str:
        """Target in words: "secret default/db", "secrets in all namespaces"."""
        if self.name:
            where = f"{self.namespace}/" if self.namespace else ""
            return f"{self.resource.partition('/')[0].removesuffix('s')} {where}{self.name}"
        if self.verb in ("list", "watch") and self.resource != "namespaces":
            where = self.namespace or ("all namespaces" if self.is_namespaced else "this cluster")
            return f"{self.resource} in {where}"
        return self.resource


def collection(resource: str, namespace: str | None, api: str = "v1") -> str:
    """Build the path of a collection. Raises Invalid for a bad namespace.

    `namespace` is None for all namespaces, and for cluster-scoped kinds.
    """
    root = f"/apis/{api}" if "/" in api else f"/api/{api}"
    if namespace is None:
        return f"{root}/{resource}"
    return f"{root}/namespaces/{_segment(namespace, 'metadata.namespace')}/{resource}"


def single(resource: str, namespace: str | None, name: str, api: str = "v1") -> str:
    """Build the path of an object. Raises Invalid for a bad name.

    The name "" is bad too, because its path would be the path of the collection.
    """
    return f"{collection(resource, namespace, api)}/{_segment(name, 'metadata.name')}"


def _segment(name: str, field: str) -> str:
    if name in ("", ".", "..") or not set("/%\\").isdisjoint(name) or not name.isprintable():
        raise Invalid(((field, "not a valid Kubernetes name"),))
    return quote(name, safe="")


def selector(name: str | None) -> Query:
    """Build the query that selects the object `name`; without a name, return an empty query.

    Source: apimachinery pkg/fields/selector.go, EscapeValue.
    """
    return [("fieldSelector", f"metadata.name={re.sub(_SPECIAL, _ESCAPED, name)}")] if name else []


def watching(resource_version: str, seconds: int) -> Query:
    since = [("resourceVersion", resource_version)] if resource_version else []
    return [("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", str(seconds)), *since]


def writing(asked: RequestInfo) -> Query:
    return [("fieldManager", OURS), *([("dryRun", "All")] if asked.is_dry_run else [])]


def impersonation(who: Impersonate | None) -> list[tuple[str, str]]:
    """Build the headers that impersonate `who`.

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


class Answer(HiddenRepr, Struct, frozen=True):
    """A successful answer. Its repr does not show the body."""

    body: bytes
    warnings: tuple[str, ...]
    """Texts of the Warning headers, which may quote values."""
    date: float | None
    """Time in the header Date, in seconds since the epoch; None if the header is missing or not valid."""


def warnings_of(headers: Iterable[str]) -> tuple[str, ...]:
    """Extract the texts of `Warning: 299 - "text"` headers, which may quote values.

    Source: RFC 7234 5.5, apiserver pkg/warning.
    """
    return tuple(re.sub(r"\\(.)", r"\1", text) for header in headers for text in _QUOTED.findall(header))


def date_of(header: str) -> float | None:
    """Convert the header Date to seconds since the epoch; return None if the header is not valid."""
    try:
        return parsedate_to_datetime(header).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
