"""How the shown values of a review differ, laid out once; large ones on a thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from tui.model.draft.draft import Change
from tui.model.secret.value import Value
from tui.process.threads import run_in_thread
from tui.ui.base.screen import TuiScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.diff_view import AT_ONCE, COMPARING, diff_rows


class _Laid(Struct, eq=False):
    """What was compared, at which width, and the rows; one that says so while they are made."""

    before: Value
    after: Value
    width: int
    rows: Sequence[Styled] = (COMPARING,)

    def __repr__(self) -> str:
        return "<Laid>"


class ShownDiffs:
    """By key; `redraw` is called once more of them are there."""

    def __init__(self, screen: TuiScreen[Any], redraw: Callable[[], None]) -> None:
        self._screen, self._redraw = screen, redraw
        self._laid: dict[str, _Laid] = {}

    def of(self, change: Change, width: int) -> Sequence[Styled]:
        """The rows of a key that is changed."""
        before, after = change.before or Value(b""), change.after or Value(b"")
        laid = self._laid.get(change.key)
        if laid is None or (laid.before, laid.after, laid.width) != (before, after, width):
            laid = self._laid[change.key] = _Laid(before, after, width)
            if sum(one.before.size + one.after.size for one in self._laid.values()) <= AT_ONCE:
                laid.rows = diff_rows(before, after, width, is_folded=True)
            else:
                self._screen.run_worker(self._lay_out(laid), group="diffs")
        return laid.rows

    async def _lay_out(self, laid: _Laid) -> None:
        found = partial(diff_rows, laid.before, laid.after, laid.width, is_folded=True)
        laid.rows = await run_in_thread(found)
        if is_staying(self._screen):
            self._redraw()

    def keep(self, keys: Collection[str]) -> None:
        """Let go of the values of all other keys."""
        self._laid = {key: laid for key, laid in self._laid.items() if key in keys}
