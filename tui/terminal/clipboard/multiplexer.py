"""Ask tmux for facts, such as its version.

`ask_tmux` is called only with commands that change nothing in tmux.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct

_PATIENCE: Final = 2.0  # seconds
_FORMAT: Final = "#{version}\t#{focus-events}"


class Tmux(Struct, frozen=True):
    version: str = ""
    """Version, such as "3.3a"; "" if tmux did not answer."""
    has_focus_events: bool = False

    @property
    def number(self) -> tuple[int, int]:
        """Version as numbers, such as (3, 3)."""
        major, _, minor = self.version.removeprefix("next-").partition(".")
        digits = "".join(char for char in minor if char.isdigit())
        return (int(major) if major.isdecimal() else 0, int(digits or 0))


def tmux(env: Mapping[str, str]) -> Tmux | None:
    """Ask tmux for its version and the option `focus-events`; None outside tmux."""
    if not env.get("TMUX"):
        return None
    reply = ask_tmux("display-message", "-p", _FORMAT)
    version, _, focus = (reply or b"").decode("utf-8", "replace").rstrip("\n").partition("\t")
    return Tmux(version, focus in ("1", "on"))


def ask_tmux(*words: str) -> bytes | None:
    """Run a tmux command. Returns its output, or None after a failure."""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            ["tmux", *words], input=b"", capture_output=True, timeout=_PATIENCE, check=False
        )
        return done.stdout if done.returncode == 0 else None
    return None
