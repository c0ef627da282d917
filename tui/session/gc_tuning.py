"""Freeze long-lived rows so that full collections never delay a key press."""

from __future__ import annotations

import gc
from typing import Final

from tui.session.session import Session

_YOUNG: Final = 5_000
"""New objects until a young collection; with 200,000 rows among them it takes 10 ms."""


class GcTuning:
    """Freezes long-lived objects. Active only if the program started with the collector off (cli/main.py)."""

    def __init__(self) -> None:
        self._is_ours = not gc.isenabled()
        self._settled: object = None
        """The complete lists at the last freeze."""

    def begin(self) -> None:
        """Freeze the imported modules, which stay for good."""
        if self._is_ours:
            gc.freeze()
            gc.set_threshold(_YOUNG, 10, 10)
            gc.enable()

    def freeze(self, session: Session, *, is_at_top: bool) -> None:
        """Freeze the lists once they are complete.

        Only where nothing is open or drafted: what is taken out is never looked at for cycles again, and a
        value must not stay for that.
        """
        lists = (session.secrets, session.readers)
        is_whole = session.secrets.pane.is_complete and (
            session.readers.pane.is_complete or session.readers.pane.kind in ("refused", "broken", "expired")
        )
        is_clear = session.opened is None and not session.has_drafts and is_at_top
        if self._is_ours and is_whole and is_clear and lists != self._settled:
            self._settled = lists
            gc.collect()
            gc.freeze()

    def unsettle(self) -> None:
        """The session was replaced: unfreeze, so that the old one can be collected."""
        self._settled = None
        if self._is_ours:
            gc.unfreeze()
