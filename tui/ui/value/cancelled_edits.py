"""Hold the cancelled edits of the open Secret, so that they can be brought back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from tui.model.secret.value import Value
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import Question


class Cancelled(Struct, frozen=True):
    """The text of a cancelled edit."""

    data: Value
    is_hex: bool = False
    """True if the text is hexadecimal digits."""
    adds_final_break: bool = False
    """True if the edit was to add a final line break."""


class CancelledEdits:
    """Cancelled edits of the open Secret. Each can be brought back until the user leaves the Secret."""

    def __init__(self) -> None:
        self._again: list[tuple[str, Callable[[], Awaitable[bool]]]] = []
        """Labels of the cancelled edits, oldest first, each with a function that opens the edit again."""
        self._is_offered = False
        """True if the user was offered the last cancelled edit and began another edit instead."""

    def __bool__(self) -> bool:
        return bool(self._again)

    @property
    def is_on_offer(self) -> bool:
        """True if the next edit begins with the question whether to go on with the last cancelled edit."""
        return bool(self._again) and not self._is_offered

    def why_none(self) -> str | None:
        """Sentence that no cancelled edit can be brought back; None if an edit can be brought back."""
        return None if self._again else "No cancelled edit to bring back."

    def hold(self, screen: TuiScreen[Any], what: str, again: Callable[[], Awaitable[bool]]) -> None:
        """Keep a cancelled edit. A message shows its label `what` and the keyboard key that brings it back.

        `again` opens the edit with the typed text. If the edit cannot open, `again` shows a message and
        returns False.
        """
        self._again.append((what, again))
        self._is_offered = False
        edit = BY_ID["edit_value"]
        is_offered = screen.refusal(edit) is None and screen.why_not(edit) is None
        key = screen.shared.keys.of(edit.id if is_offered else "bring_back")
        screen.say(f"{what} cancelled. {key} brings it back until you leave the Secret.")
        screen.refresh_footer()

    async def goes_on(self, screen: TuiScreen[Any], bring_back: Callable[[], Awaitable[None]]) -> bool:
        """Ask whether to go on with the last cancelled edit, unless the user has already declined this.

        Return False if the caller should begin another edit; otherwise True.
        """
        if not self.is_on_offer:
            return False
        label, _ = self._again[-1]
        answers = (("b", "go on with what you typed"), ("e", "begin another edit"))
        question = Question("Cancelled edit", (f"{label} was cancelled.",), answers, default="b")
        answer = await ask(screen, question)
        if answer == "b":
            await bring_back()
        self._is_offered = answer == "e"
        return answer != "e"

    async def bring_back(self) -> None:
        """Open the last cancelled edit. It is kept if it cannot be opened."""
        label, again = self._again.pop()
        if not await again():
            self._again.append((label, again))

    def forget(self) -> None:
        """Drop all cancelled edits, because they hold values."""
        self._again.clear()
