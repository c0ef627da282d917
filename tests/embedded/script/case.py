"""One request of a script, and what of its answer is compared."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

SHOP: Final = "/api/v1/namespaces/shop"
ATTIC: Final = "/api/v1/namespaces/attic"
SECRETS: Final = f"{SHOP}/secrets"
TABLE: Final = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
PARTIAL: Final = {"Accept": "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"}
PARTIAL_LIST: Final = {
    "Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
}
MERGE: Final = {"Content-Type": "application/merge-patch+json"}
JSON_PATCH: Final = {"Content-Type": "application/json-patch+json"}
STRATEGIC: Final = {"Content-Type": "application/strategic-merge-patch+json"}


@dataclass(frozen=True)
class Case:
    """A request. "{{x_rv}}", "{{x_uid}}" and "{{x_continue}}" stand for parts of the answer saved as x;
    "{{fresh}}" for a namespace of this run alone. A str or bytes body is sent as it is."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user: str = "admin"
    save: str = ""
    is_watch: bool = False
    is_quiet: bool = False
    """Only sent, not compared: it prepares what follows."""
    ignored: str = ""
    """A regular expression over the paths of an answer that are not compared."""

    @property
    def label(self) -> str:
        return f"{self.method} {self.path} {self.user} {str(self.body)[:120]}"


def get(path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Case:
    return Case("GET", path, None, headers or {}, **options)


def post(path: str, body: Any, headers: Mapping[str, str] | None = None, **options: Any) -> Case:
    return Case("POST", path, body, headers or {}, **options)


def put(path: str, body: Any, **options: Any) -> Case:
    return Case("PUT", path, body, **options)


def patch(path: str, body: Any, headers: Mapping[str, str] = MERGE, **options: Any) -> Case:
    return Case("PATCH", path, body, headers, **options)


def delete(path: str, body: Any = None, **options: Any) -> Case:
    return Case("DELETE", path, body, **options)


def watch(
    query: str = "", headers: Mapping[str, str] | None = None, path: str = SECRETS, **more: Any
) -> Case:
    return Case("GET", f"{path}?watch=1&timeoutSeconds=1{query}", None, headers or {}, is_watch=True, **more)


def emptied() -> list[Case]:
    """Whatever earlier tests left in the two namespaces is gone."""
    kinds = ("secrets", "pods", "events", "serviceaccounts")
    return [
        delete(f"{where}/{kind}?gracePeriodSeconds=0", is_quiet=True)
        for where in (SHOP, ATTIC)
        for kind in kinds
    ]


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(name: str, *, metadata: Mapping[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """A Secret as a body."""
    return {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": name, **(metadata or {})}, **parts}
