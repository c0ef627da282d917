"""Paths of the program's files. Creates nothing; None where the host has no place for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = "secret-tui"
POLICY: Final = Path("/etc/secret-tui/policy.yaml")
"""By which this host's admin tightens everybody's settings. No variable names another one."""
NO_HOME: Final = "$HOME is not set: no settings read, no names remembered."
"""What is said once of a run without one."""


def settings_file(env: Mapping[str, str]) -> Path | None:
    """`$XDG_CONFIG_HOME/secret-tui/config.yaml`, else where this system keeps settings; None: nowhere."""
    chosen = env.get("XDG_CONFIG_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / NAME / "config.yaml"
    import platformdirs

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
    import platformdirs

    try:
        return platformdirs.user_state_path(NAME, appauthor=False)
    except (OSError, RuntimeError, KeyError):
        # No $HOME and no entry in the password database.
        return None
