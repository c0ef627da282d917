"""Freeze long-lived rows so that full collections never delay a key press."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.session.session import Session

_YOUNG: Final = 5_000
"""New objects until the collector looks at them; a list of 200,000 rows among them takes it 10 ms."""


class Heap:
    """Freezes long-lived objects. Active only if the program started with the collector off (cli/main.py)."""

    def __init__(self) -> None:
        self._is_ours = not gc.isenabled()
        self._settled: object = None
        """The lists that were whole when it was last settled."""

    def begin(self) -> None:
        """What was loaded so far stays for good: no collection need look at it again."""
        if self._is_ours:
            gc.freeze()
            gc.set_threshold(_YOUNG, 10, 10)
            gc.enable()

    def freeze(self, session: Session, *, is_at_top: bool) -> None:
        """Take the lists out, once they are whole.

        Only where nothing is open or drafted: what is taken out is never looked at for cycles again, and a
        value must not stay for that.
        """
        lists = (session.secrets, session.pods)
        is_whole = session.secrets.pane.is_complete and (
            session.pods.pane.is_complete or session.pods.pane.kind in ("refused", "broken", "expired")
        )
        is_clear = session.opened is None and not session.has_drafts and is_at_top
        if self._is_ours and is_whole and is_clear and lists != self._settled:
            self._settled = lists
            gc.collect()
            gc.freeze()

    def unsettle(self) -> None:
        """The session is another: what was settled of the old one is looked at again, and goes."""
        self._settled = None
        if self._is_ours:
            gc.unfreeze()
