"""Decide which key presses are dropped: split keys, unmarked pastes, what came before its target. Pure."""

from __future__ import annotations

from enum import Enum
from math import inf
from typing import Final

from msgspec import Struct, field
from textual.events import Key, Paste

from tui.ui.input.escape_fragments import EscapeFragments

ALONE: Final = 0.015
"""Seconds before and after a press that acts in which no other may come, as in a paste."""
QUIET: Final = 0.4
"""Seconds of pause that end a burst which began too early; until then all of it is dropped."""
ASLEEP: Final = 0.3
"""Seconds after a bracketed paste in which nothing acts: its rest may come as presses."""
DROPPED: Final = "Ignored"
"""First word of every sentence of `KeyGuard.tell`."""
TOO_SOON: Final = "typed before this screen was ready. Pause, then type again."
"""The end of a sentence that is said again, with a larger number, while the burst goes on."""


class PressKind(Enum):
    """What a press or a paste would do where the focus is."""

    TEXT = "text"
    """Goes into a text field; or is a paste, marked as one, where a question is asked about it."""
    MOVES = "moves"
    """Or goes back, hides, or does nothing."""
    ACTS = "acts"
    ENDS = "ends"
    """Stops what runs, or quits: never dropped."""


class Reason(Enum):
    """Why a press is dropped; the value is the pause, in seconds, that ends such a burst."""

    PIECES = 0.0
    PASTED = ALONE
    EARLY = QUIET


class KeyGuard(Struct, eq=False):
    """Is told of every press in order, and decides whether it is answered. Times are monotonic."""

    seen_since: float = -inf
    """When the target of presses was drawn."""
    _last_at: float = -inf
    _text_at: float = -inf
    """Time of the last press that went into a field."""
    _asleep_until: float = -inf
    _why: Reason = Reason.PIECES
    """Why the last one was dropped, and when."""
    _dropped_at: float = -inf
    _count: int = 0
    """Characters dropped since a pause of `QUIET`."""
    _is_half: bool = False
    """Did what came before them go into a field?"""
    _is_told: bool = True
    _pieces: EscapeFragments = field(default_factory=EscapeFragments)

    def takes(self, event: Key | Paste, kind: PressKind, following: float = inf) -> bool:
        """Is it answered? `following`: when the next one came, as far as that is known `ALONE` later.

        Text into a field is never early: it was meant for the field. An escape never is: it leads back, and
        what it cancels can be brought back. Textual reports an escape 0.1 s late, so its time says nothing.
        """
        is_escape = isinstance(event, Key) and event.key == "escape"
        is_piece = isinstance(event, Key) and self._pieces.takes(event, is_typing=kind is PressKind.TEXT)
        gap = event.time - self._last_at
        self._last_at = self._last_at if is_escape else event.time
        burst = self._why if event.time - self._dropped_at < self._why.value else None
        if kind is PressKind.ENDS:
            return True
        if burst is Reason.PASTED or (isinstance(event, Paste) and kind is not PressKind.TEXT):
            return self._drop(event, Reason.PASTED)
        if is_piece:
            return self._drop(event, Reason.PIECES)
        if is_escape and kind is not PressKind.ACTS:
            return True
        if burst is Reason.EARLY or (event.time < self.seen_since and kind is not PressKind.TEXT):
            return self._drop(event, Reason.EARLY)
        if kind is PressKind.ACTS:
            is_alone = min(gap, following - event.time) >= ALONE
            return (is_alone and event.time >= self._asleep_until) or self._drop(event, Reason.PASTED)
        if isinstance(event, Paste):
            self._asleep_until = event.time + ASLEEP
        elif kind is PressKind.TEXT:
            self._text_at = event.time
        return True

    def _drop(self, event: Key | Paste, why: Reason) -> bool:
        """Count it; False, for it is not answered."""
        if why is not self._why or event.time - self._dropped_at >= QUIET:
            self._count, self._is_half = 0, event.time - self._text_at < ALONE
        self._why, self._dropped_at, self._is_told = why, event.time, False
        if isinstance(event, Paste):
            self._asleep_until = event.time + ASLEEP
        self._count += len(event.text) if isinstance(event, Paste) else 1
        return False

    def tell(self, way_back: str = "") -> str:
        """What was dropped since the last time, in a sentence; "" for nothing.

        Text is never kept waiting, so a field has what a paste began with: `way_back` says what empties it.
        """
        if self._is_told:
            return ""
        self._is_told = True
        count = self._count
        if self._why is Reason.PIECES:
            return f"{DROPPED} a key that arrived in pieces. If you pressed O, press it again."
        if self._why is Reason.PASTED:
            like = "character that looks" if count == 1 else "characters that look"
            half = f" Part is in the field ({way_back})." if self._is_half else ""
            return f"{DROPPED} {count:,} {like} like a paste.{half}"
        keys = "1 key" if count == 1 else f"{count:,} keys"
        return f"{DROPPED} {keys} {TOO_SOON}"
