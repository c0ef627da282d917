"""kubeconfig files for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

TOKEN: Final = "made-up-kubeconfig-token"
V1: Final = "client.authentication.k8s.io/v1"


def config(
    *, context: str | None = "dev", user: dict[str, Any] | None = None, cluster: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Build a kubeconfig with one context `dev` of cluster `c` and user `u`."""
    return {
        "current-context": context,
        "clusters": [{"name": "c", "cluster": {"server": "https://c:6443", **(cluster or {})}}],
        "users": [{"name": "u", "user": {"token": TOKEN} if user is None else user}],
        "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
    }


def put(path: Path, content: dict[str, Any] | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    path.chmod(0o600)
    return path
