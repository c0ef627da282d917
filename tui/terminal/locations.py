"""Paths of the program's files. Nothing is created."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import platformdirs

FOLDER_NAME: Final = "secret-tui"
POLICY: Final = Path("/etc/secret-tui/policy.yaml")
"""The admin's policy for all users of the host. No variable can name another file."""
NO_HOME: Final = "$HOME is not set: no settings read, no names remembered."
"""Message to show if $HOME is not set."""


def settings_file(env: Mapping[str, str]) -> Path | None:
    """Path of the settings file; None if the user has no home.

    The file is config.yaml in `$XDG_CONFIG_HOME/secret-tui`, or in the system's usual folder for settings.
    """
    folder = _folder(env.get("XDG_CONFIG_HOME", ""), "user_config_path")
    return folder and folder / "config.yaml"


def state_folder(env: Mapping[str, str]) -> Path | None:
    """Folder for state: `$XDG_STATE_HOME/secret-tui`, or secret-tui in the system's usual folder for state.

    None if the user has no home.
    """
    return _folder(env.get("XDG_STATE_HOME", ""), "user_state_path")


def _folder(chosen: str, usual: Literal["user_config_path", "user_state_path"]) -> Path | None:
    if Path(chosen).is_absolute():
        return Path(chosen) / FOLDER_NAME
    try:
        return Path(getattr(platformdirs, usual)(FOLDER_NAME, appauthor=False))
    except (OSError, RuntimeError, KeyError):
        # There is no $HOME, and the password database has no entry for the user.
        return None
