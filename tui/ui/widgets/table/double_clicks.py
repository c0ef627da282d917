"""Find the target of the second click of a double click, if the layout moved in between."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

from msgspec import Struct
from textual.app import App
from textual.events import MouseEvent
from textual.geometry import Offset

QUICK: Final = 0.5
"""Seconds within which the next click at the same place belongs to the one before."""
_SIDEWAYS: Final = 2
"""Cells that the mouse may move sideways between two clicks."""


class Clicks(Struct, eq=False):
    """The last click, and how many came before it in quick succession at the same place."""

    target: object = None
    """The target of the first click."""
    count: int = 0
    _at: Offset = Offset(-1, -1)
    _time: float = float("-inf")

    def add(self, target: object, event: MouseEvent) -> int:
        """Count a click on a target. From the second on, `target` is still that of the first."""
        at = event.screen_offset
        is_near = at.y == self._at.y and abs(at.x - self._at.x) <= _SIDEWAYS
        if is_near and event.time - self._time <= QUICK:
            self.count += 1
        else:
            self.target, self.count, self._at = target, 1, at
        self._time = event.time
        return self.count

    def finish(self) -> None:
        """Ignore the clicks that follow at once."""
        self.count = max(self.count, 2)


_OF_APPS: WeakKeyDictionary[App[Any], Clicks] = WeakKeyDictionary()


def clicks_of(app: App[Any]) -> Clicks:
    """The clicks of one app."""
    return _OF_APPS.setdefault(app, Clicks())
