"""Hide shown values after their time, and the base of screens with one thing to reveal."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar, TypeVar

from textual.timer import Timer

from tui.model.secret.secret import SecretRef
from tui.model.text.times import clock
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext

T = TypeVar("T")


def shown_words(keys: Collection[str]) -> str:
    """Which values are shown, as the beginning of a sentence."""
    return f"{next(iter(keys))} is" if len(keys) == 1 else f"{len(keys)} values are"


class RevealTimer:
    """Hides what is shown on a screen, so long after the last press."""

    def __init__(self, screen: TuiScreen[Any], hide: Callable[[], object], command: str) -> None:
        """`command`: the id of the one whose key hides it at once."""
        self._screen, self._hide, self._command = screen, hide, command
        self._timer: Timer | None = None
        self._until = 0.0
        """Seconds since the epoch."""

    def restart(self, what: str) -> None:
        """From now on; `what` is shown ("password is"), and the status line says until when."""
        self.stop()
        desk = self._screen.desk
        self._timer = self._screen.set_timer(desk.show_seconds, self._hide)
        self._until = desk.session.clock.now() + desk.show_seconds
        self.tell(what)

    def tell(self, what: str) -> None:
        """Say until when `what` is shown."""
        desk = self._screen.desk
        until = clock(self._until, desk.session.clock.tz)
        self._screen.show_status(f"{what} shown until {until} ({desk.keys.of(self._command)} hides)")

    def stop(self) -> None:
        """Nothing is shown any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


class RevealScreen(TuiScreen[T]):
    """A screen about one thing, which is masked until a person reveals it."""

    REVEALS: ClassVar[str] = "reveal_key"
    """The command that shows and hides it."""

    def __init__(self, desk: ScreenContext, *, is_shown: bool = False) -> None:
        super().__init__(desk)
        self._is_shown = is_shown
        self._timer = RevealTimer(self, self.run_hide_all, self.REVEALS)

    def _draw(self) -> None:
        """As masked or shown as it is now."""
        raise NotImplementedError

    def _shown_words(self) -> str:
        """What is shown, as the beginning of a sentence."""
        raise NotImplementedError

    def shows_values(self) -> bool:
        return self._is_shown

    def hide_shown(self) -> None:
        if self._is_shown:
            self.run_hide_all()

    def touched(self) -> None:
        if self._is_shown:
            self._timer.restart(self._shown_words())

    def _reveal(self, ref: SecretRef, keys: tuple[str, ...], how: str = "") -> None:
        """Show it once that is written down."""
        if self._may_show(ref, keys, how):
            self._is_shown = True
            self._draw()
            self.touched()

    def _may_show(self, ref: SecretRef, keys: tuple[str, ...], how: str = "") -> bool:
        """Write down that values are shown; says why they must not be."""
        why = self.desk.session.journal.note("shown", ref, keys, how=how)
        if why is not None:
            self.say(why, "warning")
        return why is None

    def run_hide_all(self) -> None:
        """Hide it; also when its time is over."""
        self._timer.stop()
        self._is_shown = False
        self._draw()
        self.show_status("")
