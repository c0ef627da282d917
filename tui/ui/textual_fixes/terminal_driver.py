"""The driver of an app, to send the terminal what Textual has no words for: a title, a clipboard (OSC 52).

Textual's own way to the clipboard keeps the copied text.

Upstream: no issue known. Seen in Textual 8.2.8, which has no public name for the driver.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.driver import Driver


def driver_of(app: App[Any]) -> Driver | None:
    """None before the app runs."""
    return app._driver
