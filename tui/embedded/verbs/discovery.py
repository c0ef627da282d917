"""What is served: aggregated discovery, and the OpenAPI v3 document of each group and version.

The documents of built-in groups have no schemas here.
Source: kubernetes.io, API Concepts, "Aggregated discovery", and "The Kubernetes API";
k8s.io/api/apidiscovery/v2; apiextensions-apiserver, pkg/controller/openapi/builder.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from tui.embedded.objects.kinds import Kind
from tui.embedded.status import ApiError, Obj, status
from tui.embedded.verbs.call import Call

_FORM: Final = {"g": "apidiscovery.k8s.io", "v": "v2", "as": "APIGroupDiscoveryList"}
_VERBS: Final = ["get", "list", "patch", "watch"]


def groups(kinds: Iterable[Kind], call: Call) -> Obj:
    """Every group but the core one. Raises ApiError: 400, 406."""
    call.takes()
    if not any(_FORM.items() <= given.items() for _, given in call.accepted()):
        raise ApiError(406, status(406, "NotAcceptable", "this cluster has no answer in that form"))
    found = sorted((kind for kind in kinds if kind.group), key=_group)
    items = [_listed(group, list(members)) for group, members in groupby(found, _group)]
    about = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}}
    return about | {"items": items}


def _group(kind: Kind) -> str:
    return kind.group


def _listed(group: str, kinds: list[Kind]) -> Obj:
    versions = dict.fromkeys(version for kind in kinds for version in kind.versions)
    return {
        "metadata": {"name": group, "creationTimestamp": None},
        "versions": [
            {
                "version": version,
                "resources": [_resource(kind, version) for kind in kinds if version in kind.versions],
                "freshness": "Current",
            }
            for version in versions
        ],
    }


def _resource(kind: Kind, version: str) -> Obj:
    return {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": version, "kind": kind.name},
        "scope": "Namespaced" if kind.is_namespaced else "Cluster",
        "verbs": _VERBS,
    }


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
