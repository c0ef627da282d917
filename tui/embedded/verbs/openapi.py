"""OpenAPI v3 documents: one for each group and version, with the schemas of custom kinds.

The documents of built-in groups have no schemas here.
Source: kubernetes.io, "The Kubernetes API"; apiextensions-apiserver, pkg/controller/openapi/builder.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tui.embedded.objects.kinds import Kind
from tui.embedded.status import Obj

_ROOT: Final = "/openapi/v3/"
_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_REF: Final = "#/components/schemas/"


def document(kinds: Iterable[Kind], path: str) -> Obj | None:
    """The document at this path; None if none is there."""
    kinds = list(kinds)
    if not path.startswith(_ROOT) or path.removeprefix(_ROOT) not in _paths(kinds):
        return None
    wanted = path.removeprefix(f"{_ROOT}apis/")
    schemas: Obj = {}
    for kind in kinds:
        for version, schema in kind.schemas.items():
            if f"{kind.group}/{version}" == wanted:
                schemas |= _schemas(kind, version, schema)
    if schemas:
        schemas[_META] = {"type": "object"}
    about = {"title": "Kubernetes", "version": "v1.37.2"}
    return {"openapi": "3.0.0", "info": about, "paths": {}, "components": {"schemas": schemas}}


def _paths(kinds: Iterable[Kind]) -> list[str]:
    """ "api/v1", "apis/apps/v1", …"""
    found = [
        f"apis/{kind.group}/{version}" if kind.group else f"api/{version}"
        for kind in kinds
        for version in kind.versions
    ]
    return list(dict.fromkeys(found))


def _schemas(kind: Kind, version: str, schema: Obj) -> Obj:
    name = ".".join([*reversed(kind.group.split(".")), version, kind.name])
    text = {"type": "string"}
    own = {"apiVersion": text, "kind": text, "metadata": {"allOf": [{"$ref": f"{_REF}{_META}"}]}}
    gvk = {"group": kind.group, "kind": kind.name, "version": version}
    properties = schema.get("properties", {}) | own
    named = {"x-kubernetes-group-version-kind": [gvk]}
    return {name: schema | named | {"type": "object", "properties": properties}}
