"""Base of screens whose shown values are hidden some time after the last key press."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, TypeVar

from textual.timer import Timer

from tui.model.secret.secret import SecretRef
from tui.model.text.times import clock
from tui.session.several.comparison import OtherSide
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command
from tui.ui.widgets import text

T = TypeVar("T")


class RevealScreen(TuiScreen[T]):
    """A screen whose values are masked until the user reveals them."""

    REVEALS: ClassVar[str] = "reveal_key"

    def __init__(self, shared: ScreenContext) -> None:
        super().__init__(shared)
        self.revealed: frozenset[tuple[str, str]] = frozenset()
        """Uid and key of each shown value. The uid is "" if the Secret is not created yet."""
        self._hiding: Timer | None = None
        self.other_side: OtherSide | None = None
        """Other Secret of a comparison.

        If it is set, revealing a key shows the key's value in both Secrets.
        """

    def refusal(self, command: Command) -> str | None:
        side = self.other_side
        why_not = side.why_not_shown if side is not None and command.shows else ""
        return super().refusal(command) or why_not or None

    def draw_values(self) -> None:
        raise NotImplementedError

    def may_reveal(self, ref: SecretRef, keys: Collection[str], how: str = "") -> bool:
        """Write to the journal that the values of `keys` are shown, and return True.

        If a required journal cannot be written, show the reason and return False.
        """
        side, own_keys = self.other_side, tuple(keys)
        why_not: str | None = None
        if side is not None:
            own_keys = tuple(key for key in keys if key not in side.only_there)
            if other_keys := tuple(key for key in keys if key in side.keys):
                why_not = side.journal.note("shown", side.ref, other_keys, how=how)
        if own_keys and why_not is None:
            why_not = self.shared.session.journal.note("shown", ref, own_keys, how=how)
        if why_not is not None:
            self.show_message(why_not, "warning")
        return why_not is None

    def toggle_values(self, ref: SecretRef, uid: str, keys: Collection[str], how: str = "") -> None:
        """Show the values of `keys` if `may_reveal` returns True. If all are shown already, hide them."""
        new = [key for key in keys if (uid, key) not in self.revealed]
        if not new:
            self.hide_values(uid, keys)
        elif self.may_reveal(ref, new, how):
            self._set_revealed(self.revealed | {(uid, key) for key in new})

    def hide_values(self, uid: str, keys: Collection[str]) -> None:
        self._set_revealed(self.revealed - {(uid, key) for key in keys})

    def hide_shown(self) -> None:
        self._set_revealed(frozenset())

    @property
    def hides_here(self) -> bool:
        return bool(self.revealed)

    def every_value(self) -> list[tuple[str, str]]:
        """Uid and key of each value that "reveal_all" would show."""
        return []

    def title_of(self, command: Command) -> str:
        if command.id == self.REVEALS and self.hides_here:
            return "hide"
        if command.id == "reveal_all" and (every := self.every_value()) and self.revealed.issuperset(every):
            return "hide all"
        return super().title_of(command)

    def run_hide_all(self) -> None:
        self.hide_shown()

    def shows_values(self) -> bool:
        return bool(self.revealed)

    def touched(self) -> None:
        """Restart the timer that hides values."""
        if not self.revealed:
            return
        self._stop_hiding()
        shared, side = self.shared, self.other_side
        own = shared.settings.show_seconds
        seconds = min(own, side.show_seconds) if side is not None else own
        self._hiding = self.set_timer(seconds, self.hide_shown)
        until = clock(shared.session.clock.now() + seconds, shared.session.clock.tz)
        what, hides = f"{next(iter(self.revealed))[1]} is", f"{shared.keys.of(self.REVEALS)} hides it"
        if len(self.revealed) > 1:
            what, hides = f"{len(self.revealed)} values are", f"{shared.keys.of('hide_all')} hides all"
        self.show_status(f"{what} shown until {until} ({hides})")

    def _set_revealed(self, keys: frozenset[tuple[str, str]]) -> None:
        before, self.revealed = self.revealed, keys
        if keys != before:
            self.draw_values()
            self.refresh_footer()
        if before - keys:
            self.call_after_refresh(text.forget)
        if keys:
            self.touched()
        elif before:
            self._stop_hiding()
            self.show_status("")

    def _stop_hiding(self) -> None:
        if self._hiding is not None:
            self._hiding.stop()
            self._hiding = None
