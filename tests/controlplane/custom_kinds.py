"""CustomResourceDefinitions for the real server: builders for their schemas, and their installation."""

from __future__ import annotations

import http
from collections.abc import Iterable
from functools import partial
from typing import Any, Final, NamedTuple

from tests.controlplane.plane import ControlPlane

DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
Schema = dict[str, Any]


class CustomKind(NamedTuple):
    """Custom kind: its names, the schema of its spec, and of its status if that is a subresource."""

    group: str
    version: str
    plural: str
    kind: str
    spec: Schema
    status: Schema | None = None
    is_namespaced: bool = True
    selectable: tuple[str, ...] = ()
    """Paths that a fieldSelector may name."""
    is_open: bool = False
    """True if the schema preserves unknown fields at its root."""

    @property
    def api(self) -> str:
        """Group and version, as in an object's apiVersion."""
        return f"{self.group}/{self.version}"

    def path(self, namespace: str = "") -> str:
        """API path of the collection."""
        return f"/apis/{self.api}/{f'namespaces/{namespace}/' if namespace else ''}{self.plural}"

    def body(self, name: str, **parts: Any) -> dict[str, Any]:
        """An object to POST."""
        return {"apiVersion": self.api, "kind": self.kind, "metadata": {"name": name}, **parts}


def text(about: str = "", **more: Any) -> Schema:
    """Schema of a string, with its description."""
    return {"type": "string", **({"description": about} if about else {}), **more}


def integer() -> Schema:
    return {"type": "integer", "format": "int64"}


def flag() -> Schema:
    return {"type": "boolean"}


def many(item: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": item, **({"description": about} if about else {})}


def having(about: str = "", /, **properties: Schema) -> Schema:
    """Schema of an object with these properties; a trailing underscore allows Python's keywords as names."""
    named = {name.rstrip("_"): one for name, one in properties.items()}
    return {"type": "object", "properties": named, **({"description": about} if about else {})}


def texts() -> Schema:
    """Schema of a map of strings."""
    return {"type": "object", "additionalProperties": {"type": "string"}}


ANY: Final[Schema] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
"""Schema of an object with unknown fields."""
CONDITIONS: Final = many(
    having(
        type=text(),
        status=text(),
        reason=text(),
        message=text(),
        observedGeneration=integer(),
        lastTransitionTime=text(format="date-time"),
    )
)


def install(plane: ControlPlane, kinds: Iterable[CustomKind]) -> None:
    """Create all definitions, and return when each kind can be listed."""
    kinds = tuple(kinds)
    for kind in kinds:
        answer = plane.ask("POST", DEFINITIONS, _definition(kind))
        assert answer.status in (http.HTTPStatus.CREATED, http.HTTPStatus.CONFLICT), answer.text
    for kind in kinds:
        plane.wait_for(partial(_is_served, plane, kind))


def _is_served(plane: ControlPlane, kind: CustomKind) -> bool:
    return plane.ask("GET", kind.path()).status == http.HTTPStatus.OK


def _definition(kind: CustomKind) -> dict[str, Any]:
    properties = {"spec": kind.spec}
    version: dict[str, Any] = {"name": kind.version, "served": True, "storage": True}
    if kind.status is not None:
        properties["status"] = kind.status
        version["subresources"] = {"status": {}}
    if kind.selectable:
        version["selectableFields"] = [{"jsonPath": path} for path in kind.selectable]
    schema = {"type": "object", "properties": properties} | (ANY if kind.is_open else {})
    singular = kind.kind.lower()
    return {
        # The server asks this of groups that end in k8s.io.
        "metadata": {
            "name": f"{kind.plural}.{kind.group}",
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
        },
        "spec": {
            "group": kind.group,
            "scope": "Namespaced" if kind.is_namespaced else "Cluster",
            "names": {
                "plural": kind.plural,
                "singular": singular,
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
            },
            "versions": [{**version, "schema": {"openAPIV3Schema": schema}}],
        },
    }
