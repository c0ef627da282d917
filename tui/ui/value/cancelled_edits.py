"""Hold the cancelled edits of the open Secret until one is brought back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from tui.model.secret.value import Value
from tui.ui.base.screen import TuiScreen


class Cancelled(Struct, frozen=True):
    """The text of a cancelled edit."""

    data: Value
    is_hex: bool = False
    """Is it hexadecimal digits as they were typed?"""
    adds_final_break: bool = False
    """Was a final line break to be added?"""


class CancelledEdits:
    """The cancelled edits of the open Secret, until it is left; each can be brought back."""

    def __init__(self) -> None:
        self._again: list[Callable[[], Awaitable[bool]]] = []

    def __bool__(self) -> bool:
        return bool(self._again)

    def why_none(self) -> str | None:
        """Why none can be brought back, in a sentence; None if one can."""
        return None if self._again else "No cancelled edit to bring back."

    def hold(self, screen: TuiScreen[Any], what: str, again: Callable[[], Awaitable[bool]]) -> None:
        """Say that `what` was cancelled, and by which key it is brought back.

        `again` opens it with what was typed; False if it cannot open, which it says itself.
        """
        self._again.append(again)
        key = screen.shared.keys.of("bring_back")
        screen.say(f"{what} cancelled. {key} brings it back until you leave the Secret.")
        screen.refresh_footer()

    async def bring_back(self) -> None:
        """Open the last one again; it stays here if it cannot be opened."""
        again = self._again.pop()
        if not await again():
            self._again.append(again)

    def forget(self) -> None:
        """Let go of what was typed."""
        self._again.clear()
