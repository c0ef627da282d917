"""Aggregated discovery: the cluster's API groups and resources.

Source: kubernetes.io, API Concepts, "Aggregated discovery"; k8s.io/api/apidiscovery/v2.
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
    """List all groups except the core group. Raises ApiError: 400, 406."""
    call.takes()
    if not any(_FORM.items() <= parameters.items() for _, parameters in call.accepted()):
        raise ApiError(406, status(406, "NotAcceptable", "unsupported Accept header"))
    listed = sorted((kind for kind in kinds if kind.group), key=_group)
    items = [_listed(group, list(members)) for group, members in groupby(listed, _group)]
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
