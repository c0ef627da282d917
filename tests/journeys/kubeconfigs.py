"""Kubeconfigs where a person keeps them: only those under ~/.kube may name files that are read."""

from __future__ import annotations

from pathlib import Path

from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import ADMIN, write_kubeconfig


def kubeconfig(plane: ControlPlane, user: str = ADMIN, *, url: str | None = None) -> Path:
    """Write a kubeconfig for that user with a token; `url` is another address of the same server."""
    folder = Path.home() / ".kube"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{user}{'-detour' if url else ''}.yaml"
    return write_kubeconfig(path, plane.folder, url or plane.url, {"token": plane.users[user].token})
