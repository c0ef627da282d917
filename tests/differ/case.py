"""One request of a sequence."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

TABLE: Final = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
PARTIAL: Final = {"Accept": "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"}
PARTIAL_LIST: Final = {
    "Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
}
MERGE: Final = {"Content-Type": "application/merge-patch+json"}


@dataclass(frozen=True)
class Case:
    """A request. "{{ns}}" and the like stand for what earlier answers said; a str body is sent as it is."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    save: str = ""
    is_watch: bool = False

    @property
    def label(self) -> str:
        return f"{self.method} {self.path} {str(self.body)[:120]}"


def get(path: str, headers: Mapping[str, str] | None = None, *, save: str = "") -> Case:
    return Case("GET", path, None, headers or {}, save)


def post(path: str, body: Any) -> Case:
    return Case("POST", path, body)


def patch(path: str, body: Any) -> Case:
    return Case("PATCH", path, body, MERGE)


def delete(path: str, body: Any = None) -> Case:
    return Case("DELETE", path, body)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
