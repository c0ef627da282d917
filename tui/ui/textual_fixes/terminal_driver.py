"""Access to the driver of an app. The driver can set the terminal's title and, by OSC 52, the clipboard.

Textual cannot set the title, and its own method for the clipboard keeps the copied text in memory.

Upstream: no issue known. Seen in Textual 8.2.8, which has no public name for the driver.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.driver import Driver


def driver_of(app: App[Any]) -> Driver | None:
    """Driver of the app; None before the app runs."""
    return app._driver
