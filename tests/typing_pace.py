"""A person's pace: presses that come closer together are taken for a paste, and nothing acts after one."""

from __future__ import annotations

import threading
import time
from typing import Final

_BETWEEN: Final = 0.03
_AFTER_PASTE: Final = 0.4
_AFTER_ESCAPE: Final = 0.3
"""Seconds after which an escape stands alone: terminals send one before a letter for alt and that letter."""
_TO_READ: Final = 0.6
"""Seconds after which a press is no part of a word that began before."""
_RELEASED: Final = 0.9
"""Seconds after which a key is not held any more: a write may close its screen by itself."""
_PASTE_END: Final = "\x1b[201~"


class Pace:
    """Keeps the next press apart from the last one."""

    def __init__(self) -> None:
        self._free_at = self._last_at = 0.0
        self._key = ""

    def keep(self, key: str) -> None:
        """Wait until a person could press this key; call before each press."""
        if self._key == "W" and key in ("W", "Escape"):
            threading.Event().wait(_RELEASED)
        self._key = key
        threading.Event().wait(max(0.0, self._free_at - time.monotonic()))
        self._last_at = time.monotonic()
        pause = _AFTER_PASTE if key.endswith(_PASTE_END) else _AFTER_ESCAPE if key == "Escape" else _BETWEEN
        self._free_at = self._last_at + pause

    def reads(self) -> None:
        """Call once something was read: the next press is no part of a typed word."""
        self._free_at = max(self._free_at, time.monotonic() + _TO_READ)
