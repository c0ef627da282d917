"""Turn off Textual's screenshots: the file could hold a value."""

from __future__ import annotations

from typing import Final

from tui.ui.input.dispatcher import KeyDispatcher

REFUSED: Final = "Screenshots are off: they could contain a value."


class NoScreenshots(KeyDispatcher):
    """Mixed into the App: turns off Textual's screenshot action, its commands and TEXTUAL_SCREENSHOT."""

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Refuse; there is no file's name to give."""
        self.say_dropped(REFUSED)
        return ""

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Refuse."""
        self.say_dropped(REFUSED)
        return None
