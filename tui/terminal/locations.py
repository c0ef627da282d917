"""Paths of the program's files. Creates nothing; None where the host has no place for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import platformdirs

FOLDER_NAME: Final = "secret-tui"
POLICY: Final = Path("/etc/secret-tui/policy.yaml")
"""The admin's policy for all users of the host. No variable names another file."""
NO_HOME: Final = "$HOME is not set: no settings read, no names remembered."
"""Shown once in a run without a home."""


def settings_file(env: Mapping[str, str]) -> Path | None:
    """Find `$XDG_CONFIG_HOME/secret-tui/config.yaml`, else the system's place for settings; None: nowhere."""
    folder = _folder(env.get("XDG_CONFIG_HOME", ""), "user_config_path")
    return folder and folder / "config.yaml"


def state_folder(env: Mapping[str, str]) -> Path | None:
    """Find `$XDG_STATE_HOME/secret-tui`, else the system's place for state; None: nowhere."""
    return _folder(env.get("XDG_STATE_HOME", ""), "user_state_path")


def _folder(chosen: str, usual: Literal["user_config_path", "user_state_path"]) -> Path | None:
    if Path(chosen).is_absolute():
        return Path(chosen) / FOLDER_NAME
    try:
        return Path(getattr(platformdirs, usual)(FOLDER_NAME, appauthor=False))
    except (OSError, RuntimeError, KeyError):
        # No $HOME and no entry in the password database.
        return None
