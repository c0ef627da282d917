"""What is still on its way when the program ends: it puts up nothing any more."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App
from textual.widget import AwaitMount


class Ending(App[int]):
    """Mixed into the App: a screen that is asked for while all are taken down is left out.

    Textual mounts it without its parts, and what it looks for among them ends in an error (measured on 8.2).
    """

    def push_screen(
        self,
        screen: Any,
        callback: Any = None,
        wait_for_dismiss: bool = False,
        *,
        mode: str | None = None,
    ) -> Any:
        """Textual's; once the program ends, who waits for an answer never gets one."""
        if self.is_running:
            return super().push_screen(screen, callback, wait_for_dismiss, mode=mode)  # type: ignore[call-overload]
        if wait_for_dismiss:
            return asyncio.get_running_loop().create_future()
        return AwaitMount(self.screen, [])
