"""Paths of the API from names. A name that would make another path of it is refused here."""

from __future__ import annotations

from urllib.parse import quote

from tui.model.errors import Invalid


def collection(resource: str, namespace: str | None) -> str:
    """ "/api/v1/namespaces/N/secrets", or of all namespaces. Raises Invalid."""
    if namespace is None:
        return f"/api/v1/{resource}"
    return f"/api/v1/namespaces/{_segment(namespace, 'metadata.namespace')}/{resource}"


def single(resource: str, namespace: str, name: str) -> str:
    """Raises Invalid: an empty name would make a DELETE of one a DELETE of all."""
    return f"{collection(resource, namespace)}/{_segment(name, 'metadata.name')}"


def _segment(name: str, field: str) -> str:
    if name in ("", ".", "..") or not set("/%").isdisjoint(name) or not name.isprintable():
        raise Invalid(((field, "this is no name that Kubernetes accepts"),))
    return quote(name, safe="")
