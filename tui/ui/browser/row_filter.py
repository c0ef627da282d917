"""Keep the rows on screen up to date with the store, the filter and the order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.state import SLICE, Choice, Rows, changed_rows, chosen_rows

AT_ONCE: Final = 4_000
"""Rows that are looked through between two presses."""
_TOLD: Final = 20
"""Slices between two words on how far it is."""


class Running(Protocol):
    """Work that runs beside the event loop."""

    def cancel(self) -> object:
        """End it."""


class RowFilter:
    """Filters only changed rows; after a new filter or order all rows, in slices if there are many."""

    def __init__(
        self,
        desk: ScreenContext,
        start: Callable[[Coroutine[Any, Any, None]], Running],
        show: Callable[[], None],
        tell: Callable[[], None],
    ) -> None:
        """`start` runs what takes long; `show` draws the desk's new rows, `tell` how far the work is."""
        self.percent: int | None = None
        """While all rows are looked through in slices: how far that is. Rows on screen are older."""
        self.stopped: tuple[Choice, object] | None = None
        """What was chosen, of which list, and is not shown, since a person stopped it."""
        self._desk, self._start, self._show, self._tell = desk, start, show, tell
        self._running: Running | None = None
        self._wanted: tuple[Choice, object] | None = None
        self._seen: tuple[Choice, int] | None = None
        """What was chosen, and the version of the list, when the rows on screen came about."""

    def choose(self) -> None:
        """Something changed, here or there."""
        store, choice = self._desk.session.secrets, self._desk.state.choice
        if (choice, store) == self._wanted and self._running is not None:
            return  # it looks at what came meanwhile when it is through
        if (choice, store) == self.stopped:
            self._tell()
            return
        self._end()
        seen, version = self._seen or (None, 0)
        changes = store.changes_since(version) if choice == seen else None
        if changes is not None:
            self._take(changed_rows(self._desk.state.rows, changes, choice), choice, store.version)
        elif len(store) <= AT_ONCE:
            *_, rows = chosen_rows(store.rows, choice)
            self._take(rows, choice, store.version)
        else:
            self._wanted = (choice, store)
            self._running = self._start(self._in_slices())

    def stop(self) -> bool:
        """Leave it at the rows on screen until something else is chosen; False if nothing runs."""
        if self._running is None:
            return False
        self._end()
        self.stopped = (self._desk.state.choice, self._desk.session.secrets)
        self._tell()
        return True

    def go_on(self) -> None:
        """What was stopped, after all."""
        self.stopped = None
        self.choose()

    def _end(self) -> None:
        running, self._running = self._running, None
        self.percent = self.stopped = None
        if running is not None:
            running.cancel()

    async def _in_slices(self) -> None:
        store, choice = self._desk.session.secrets, self._desk.state.choice
        version, rows, slices = store.version, Rows(), 1 + len(store) // SLICE
        for turn, part in enumerate(chosen_rows(store.rows, choice), 1):
            rows = part
            await asyncio.sleep(0)
            if turn % _TOLD == 0:
                self.percent = min(99, 100 * turn // slices)
                self._tell()
        self._running = self.percent = None
        self._take(rows, choice, version)
        self.choose()

    def _take(self, rows: Rows, choice: Choice, version: int) -> None:
        self._seen = (choice, version)
        self._desk.state = self._desk.state.with_rows(rows)
        self._show()
