"""Keep the canceled edits of the open Secret, so that they can be brought back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from tui.model.secret.value import Value
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import Question


class Canceled(Struct, frozen=True):
    data: Value
    is_hex: bool = False
    adds_final_break: bool = False


class CanceledEdits:
    """Canceled edits of the open Secret, kept until the user leaves the Secret."""

    def __init__(self) -> None:
        self._again: list[tuple[str, Callable[[], Awaitable[bool]]]] = []
        """Label of each canceled edit, and function that opens it again; the oldest edit first."""
        self._was_declined = False
        """True if the user began another edit instead of bringing back the last canceled one."""

    def __bool__(self) -> bool:
        return bool(self._again)

    @property
    def is_on_offer(self) -> bool:
        return bool(self._again) and not self._was_declined

    def why_none(self) -> str | None:
        return None if self._again else "No canceled edit to bring back."

    def hold(self, screen: TuiScreen[Any], what: str, again: Callable[[], Awaitable[bool]]) -> None:
        """Keep a canceled edit, and tell the user the key that brings it back.

        `again`: opens the edit with the typed text; returns False if the edit cannot be opened.
        """
        self._again.append((what, again))
        self._was_declined = False
        edit = BY_ID["edit_value"]
        can_edit = screen.refusal(edit) is None and screen.why_not(edit) is None
        key = screen.shared.keys.of(edit.id if can_edit else "bring_back")
        screen.show_message(f"{what} canceled. {key} brings it back until you leave the Secret.")
        screen.refresh_footer()

    async def offer_last(self, screen: TuiScreen[Any], bring_back: Callable[[], Awaitable[None]]) -> bool:
        """Offer to bring back the last canceled edit, unless the user has declined to bring it back.

        Return False if the caller should begin another edit, True if the caller should do nothing.
        """
        if not self.is_on_offer:
            return False
        label, _ = self._again[-1]
        answers = (("b", "continue with the typed text"), ("e", "begin another edit"))
        question = Question("Canceled edit", (f"{label} was canceled.",), answers, default="b")
        answer = await ask(screen, question)
        if answer == "b":
            await bring_back()
        self._was_declined = answer == "e"
        return answer != "e"

    async def bring_back(self) -> None:
        label, again = self._again.pop()
        if not await again():
            self._again.append((label, again))

    def forget(self) -> None:
        self._again.clear()
