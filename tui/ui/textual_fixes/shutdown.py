"""Ignore most events of a screen that opens while the program ends.

Textual calls the mount handler of such a screen, although widgets of the screen may be missing, so a query in
the handler would fail.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from typing import Any

from textual.events import Callback, Event, Unmount
from textual.screen import Screen


def may_handle(screen: Screen[Any], event: Event) -> bool:
    """True if the screen may handle the event."""
    is_ending = screen.app.return_code is not None or not screen.app.is_running
    return not is_ending or isinstance(event, Unmount | Callback)
