"""Paths of the program's files. Creates nothing; None where the host has no place for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

NAME: Final = "secret-tui"
POLICY: Final = Path("/etc/secret-tui/policy.yaml")
"""The admin's policy for all users of the host. No variable names another file."""
NO_HOME: Final = "$HOME is not set: no settings read, no names remembered."
"""Shown once in a run without a home."""


def settings_file(env: Mapping[str, str]) -> Path | None:
    """`$XDG_CONFIG_HOME/secret-tui/config.yaml`, else where this system keeps settings; None: nowhere."""
    chosen = env.get("XDG_CONFIG_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / NAME / "config.yaml"
    try:
        return platformdirs.user_config_path(NAME, appauthor=False) / "config.yaml"
    except (OSError, RuntimeError, KeyError):
        # No $HOME and no entry in the password database.
        return None


def state_folder(env: Mapping[str, str]) -> Path | None:
    """`$XDG_STATE_HOME/secret-tui`, else where this system keeps state; None: nowhere."""
    chosen = env.get("XDG_STATE_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / NAME
    try:
        return platformdirs.user_state_path(NAME, appauthor=False)
    except (OSError, RuntimeError, KeyError):
        # No $HOME and no entry in the password database.
        return None
