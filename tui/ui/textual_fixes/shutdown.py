"""A screen that opens while the program ends hears nothing more.

Textual calls its mount handler, although its parts may be missing; a query for one would fail.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual.events import Callback, Event, Unmount
from textual.screen import Screen


def hears(screen: Screen[Any], event: Event) -> bool:
    """True unless the program ends: then a screen hears of its own end alone, and calls who waits for it."""
    is_ending = screen.app.return_code is not None or not screen.app.is_running
    return not is_ending or isinstance(event, Unmount | Callback)
