"""A user of the real server who may list and watch everything, or everything but one kind."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC, READ, binding, is_allowed

ANOTHER: Final = ("coordination.k8s.io", "leases")
"""Kind that names no Secret: once the user may list it, the server knows the role."""


def lister(plane: ControlPlane, name: str, without: tuple[str, str] | None = None) -> str:
    """Create the rights of this user, wait until the server knows them, and return the user's name.

    `without` is the group and resource of the kind that the user may not list.
    """
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": READ}]
    if without is not None:
        group, resource = without
        others = [one for one in _groups(plane) if one != group]
        kinds = [one for one in _resources(plane, group) if one != resource]
        rules = [
            {"apiGroups": others, "resources": ["*"], "verbs": READ},
            {"apiGroups": [group], "resources": kinds or ["none"], "verbs": READ},
        ]
    plane.make(f"{RBAC}/clusterroles", {"metadata": {"name": name}, "rules": rules})
    plane.make(f"{RBAC}/clusterrolebindings", binding(name, name, name))
    about = {"verb": "list", "group": ANOTHER[0], "resource": ANOTHER[1]}
    plane.wait_for(partial(is_allowed, plane.ask, {"user": name, "resourceAttributes": about}))
    return name


def _groups(plane: ControlPlane) -> list[str]:
    return ["", *(one["name"] for one in plane.ask("GET", "/apis").body["groups"])]


def _resources(plane: ControlPlane, group: str) -> list[str]:
    """Names of the group's resources, in all its versions."""
    if not group:
        return _names(plane.ask("GET", "/api/v1").body)
    versions = plane.ask("GET", f"/apis/{group}").body["versions"]
    return [
        name for one in versions for name in _names(plane.ask("GET", f"/apis/{one['groupVersion']}").body)
    ]


def _names(body: Any) -> list[str]:
    return [one["name"] for one in body["resources"]]
