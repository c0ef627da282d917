"""The values shown on a screen, hidden some time after the last press; the base of screens that show some."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar, TypeVar

from textual.timer import Timer

from tui.model.secret.secret import SecretRef
from tui.model.text.times import clock
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext

T = TypeVar("T")


class Revealed:
    """The keys whose values are shown on one screen."""

    def __init__(self, screen: TuiScreen[Any], draw: Callable[[], None], command: str) -> None:
        """`draw` is called when they changed; `command`: the id of the one whose key hides them at once."""
        self.keys: frozenset[tuple[str, str]] = frozenset()
        """The uid of the Secret, "" of one still to be created, and the key."""
        self._screen, self._draw, self._command = screen, draw, command
        self._timer: Timer | None = None

    def has(self, uid: str, key: str) -> bool:
        """Is this value shown?"""
        return (uid, key) in self.keys

    def may_show(self, ref: SecretRef, keys: Collection[str], how: str = "") -> bool:
        """Write down that values are shown; says why they must not be."""
        why_not = self._screen.desk.session.journal.note("shown", ref, tuple(keys), how=how)
        if why_not is not None:
            self._screen.say(why_not, "warning")
        return why_not is None

    def show(self, ref: SecretRef, uid: str, keys: Collection[str], how: str = "") -> None:
        """Show these as well, once that is written down."""
        new = [key for key in keys if not self.has(uid, key)]
        if new and self.may_show(ref, new, how):
            self.put(self.keys | {(uid, key) for key in new})

    def toggle(self, ref: SecretRef, uid: str, keys: Collection[str], how: str = "") -> None:
        """Show these, or hide them if all are shown."""
        if all(self.has(uid, key) for key in keys):
            self.hide(uid, keys)
        else:
            self.show(ref, uid, keys, how)

    def hide(self, uid: str, keys: Collection[str]) -> None:
        """Hide these again."""
        self.put(self.keys - {(uid, key) for key in keys})

    def hide_all(self) -> None:
        """Hide everything; also when the time is over."""
        self.put(frozenset())

    def put(self, keys: frozenset[tuple[str, str]]) -> None:
        """Show exactly these, which are written down."""
        before, self.keys = self.keys, keys
        if keys != before:
            self._draw()
        if keys:
            self.touched()
        elif before:
            self._stop()
            self._screen.show_status("")

    def touched(self) -> None:
        """A key was pressed: what is shown stays for its time again, and the status line says until when."""
        if not self.keys:
            return
        self._stop()
        desk = self._screen.desk
        self._timer = self._screen.set_timer(desk.show_seconds, self.hide_all)
        until = clock(desk.session.clock.now() + desk.show_seconds, desk.session.clock.tz)
        what, hides = f"{next(iter(self.keys))[1]} is", f"{desk.keys.of(self._command)} hides"
        if len(self.keys) > 1:
            what, hides = f"{len(self.keys)} values are", f"{desk.keys.of('hide_all')} hides all"
        self._screen.show_status(f"{what} shown until {until} ({hides})")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


class RevealScreen(TuiScreen[T]):
    """A screen with values that are masked until a person reveals them."""

    REVEALS: ClassVar[str] = "reveal_key"
    """The command that shows and hides."""

    def __init__(self, desk: ScreenContext) -> None:
        super().__init__(desk)
        self.revealed = Revealed(self, self.draw_values, self.REVEALS)

    def draw_values(self) -> None:
        """As masked or shown as they are now."""
        raise NotImplementedError

    def shows_values(self) -> bool:
        return bool(self.revealed.keys)

    def hide_shown(self) -> None:
        self.revealed.hide_all()

    def touched(self) -> None:
        self.revealed.touched()

    def run_hide_all(self) -> None:
        """Hide what is shown."""
        self.revealed.hide_all()
