"""The folder of the user's own kubeconfig."""

from __future__ import annotations

from pathlib import Path


def kube_folder() -> Path | None:
    """`~/.kube`; None for a user without a home: no $HOME, and no entry in the password database."""
    try:
        return Path.home() / ".kube"
    except RuntimeError:
        return None
