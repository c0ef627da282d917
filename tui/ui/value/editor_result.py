"""Put an edited value into the draft, or hold a cancelled edit until it is brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.model.draft.draft import Draft
from tui.model.secret.value import Value, size_text

if TYPE_CHECKING:
    from tui.ui.base.screen import TuiScreen
    from tui.ui.browser.screen import BrowserScreen


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The text of a cancelled edit."""

    data: Value
    is_hex: bool = False
    """Is it hexadecimal digits as they were typed?"""
    adds_final_break: bool = False
    """Was a final line break to be added?"""


class CancelledEdits:
    """The cancelled edits of the open Secret, until it is left; each can be brought back."""

    def __init__(self) -> None:
        self._again: list[Callable[[], bool]] = []

    def __bool__(self) -> bool:
        return bool(self._again)

    def hold(self, screen: TuiScreen[Any], what: str, again: Callable[[], bool]) -> None:
        """Say that `what` was cancelled, and by which key it is brought back.

        `again` opens it with what was typed; False if it cannot open, which it says itself.
        """
        self._again.append(again)
        screen.say(f"{what} cancelled. {screen.desk.keys.of('bring_back')} brings back what you typed.")
        screen.refresh_footer()

    def bring_back(self, screen: TuiScreen[Any]) -> None:
        """Open the last one again; it stays here until it is open."""
        if not self._again:
            screen.say("No cancelled edit to bring back.", "warning")
        elif self._again[-1]():
            self._again.pop()
            screen.refresh_footer()

    def forget(self) -> None:
        """Let go of what was typed."""
        self._again.clear()


def keeper(
    screen: BrowserScreen,
    key: str,
    seen: Value | None,
    cancelled: Callable[[Cancelled], None],
    told: Callable[[Value], str] | None = None,
) -> Callable[[Value | Cancelled | None], None]:
    """To be called with the value to keep, with what was typed and cancelled, or None.

    Made when the editing begins. `seen` is what the person had before them, None for a key that is added.
    `told` says what is known of a value that nobody saw.
    """
    pane, drafts = screen.secret, screen.desk.session.drafts
    ref, secret = pane.ref, pane.secret

    def kept(after: Value | Cancelled | None) -> None:
        if after is None or ref is None:
            return  # the screen said why nothing was kept
        if isinstance(after, Cancelled):
            cancelled(after)
            return
        if after == seen:
            screen.say(f"{key} is unchanged.")
            return
        was = "new key" if seen is None else size_text(seen.size)
        sizes = f"{was} → {size_text(after.size)}"
        # `secret` as it was when the screen opened: what the person saw is the base of the edit. It is
        # kept whatever became of the Secret meanwhile; only making a step anew asks how that is now.
        begun = drafts.get(ref, secret.uid if secret is not None else "")
        draft = begun or (Draft.of(secret) if secret is not None else Draft.new(ref))
        draft = draft.edit(secret, key, seen, after)
        drafts.put(draft)
        pane.update_all()
        if key not in draft.changes().keys:
            screen.say(f"{key} is back to its value before the draft, {sizes}.")
        else:
            said = f"kept in the draft, {sizes}" if told is None else f"set without showing: {told(after)}"
            screen.say(f"{key} {said}. {screen.desk.keys.of('review_changes')} reviews.")
        pane.table.move_to(key)

    return kept
