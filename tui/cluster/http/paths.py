"""Build paths and queries of the API; refuse a name that would change the path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from tui.model.errors import Invalid

_SPECIAL: Final = r"([\\,=])"
_ESCAPED: Final = r"\\\1"

Query = Sequence[tuple[str, str]]


def collection(resource: str, namespace: str | None, api: str = "v1") -> str:
    """ "/api/v1/namespaces/N/secrets", or of all namespaces; `api` as in apiVersion. Raises Invalid."""
    root = f"/apis/{api}" if "/" in api else f"/api/{api}"
    if namespace is None:
        return f"{root}/{resource}"
    return f"{root}/namespaces/{_segment(namespace, 'metadata.namespace')}/{resource}"


def single(resource: str, namespace: str | None, name: str, api: str = "v1") -> str:
    """Raises Invalid: an empty name would make a DELETE of one a DELETE of all."""
    return f"{collection(resource, namespace, api)}/{_segment(name, 'metadata.name')}"


def _segment(name: str, field: str) -> str:
    if name in ("", ".", "..") or not set("/%\\").isdisjoint(name) or not name.isprintable():
        raise Invalid(((field, "not a valid Kubernetes name"),))
    return quote(name, safe="")


def selector(name: str | None) -> Query:
    """The query for one name, or for all. Source: apimachinery pkg/fields/selector.go (EscapeValue)."""
    return [("fieldSelector", f"metadata.name={re.sub(_SPECIAL, _ESCAPED, name)}")] if name else []


def watching(resource_version: str, seconds: int) -> Query:
    """The query of a watch from a version; without one it starts with the existing objects."""
    since = [("resourceVersion", resource_version)] if resource_version else []
    return [("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", str(seconds)), *since]
