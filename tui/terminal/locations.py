"""Paths of the program's files. This module creates none of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import platformdirs

FOLDER_NAME: Final = "secret-tui"
POLICY: Final = Path("/etc/secret-tui/policy.yaml")
"""Policy for all users of the host. No setting changes its path."""
NO_HOME: Final = (
    "$HOME is not set: settings are not read. Names of namespaces and Secrets are not remembered."
)


def settings_file(env: Mapping[str, str]) -> Path | None:
    """Path of config.yaml; None if neither $XDG_CONFIG_HOME nor a home directory is known."""
    folder = _folder(env.get("XDG_CONFIG_HOME", ""), "user_config_path")
    return folder and folder / "config.yaml"


def state_folder(env: Mapping[str, str]) -> Path | None:
    """Folder of the journal and remembered names.

    None if neither $XDG_STATE_HOME nor a home directory is known.
    """
    return _folder(env.get("XDG_STATE_HOME", ""), "user_state_path")


def _folder(chosen: str, usual: Literal["user_config_path", "user_state_path"]) -> Path | None:
    if Path(chosen).is_absolute():
        return Path(chosen) / FOLDER_NAME
    try:
        return Path(getattr(platformdirs, usual)(FOLDER_NAME, appauthor=False))
    except (OSError, RuntimeError, KeyError):
        return None
