"""The queue of key presses, and which of them are dropped. Pure: told the times, asked for the next press.

Dropped are pieces of split keys (escape_fragments.py), presses from before their target was drawn, and what
looks like a paste: a press that acts counts only if no other came shortly before or after. Moving and
typing are never delayed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from msgspec import Struct, field
from textual.events import Key, Paste

from tui.ui.input.escape_fragments import EscapeFragments

ALONE: Final = 0.015
"""Seconds before and after a press that acts in which no other may come, as in a paste."""
QUIET: Final = 0.4
"""Seconds of pause that end a burst with dropped keys; until then all of it is dropped."""
ASLEEP: Final = 0.3
"""Seconds after a bracketed paste in which nothing acts: its rest may come as presses."""
_TYPING: Final = frozenset({"backspace"})
"""Keys that count as typed text, besides letters."""
_LEAST: Final = 0.001
DROPPED: Final = "Ignored"
"""First word of every sentence of `KeyQueue.tell`."""


class PressKind(Enum):
    """What a press or a paste would do where the focus is."""

    TEXT = "text"
    """Goes into a text field."""
    MOVES = "moves"
    """Or goes back, hides, stops, or does nothing."""
    ACTS = "acts"
    BLIND = "blind"
    """Would act on something that is hidden, because the terminal is too small."""


class AskAgain(Struct, frozen=True):
    """Ask again after so many seconds."""

    seconds: float


class KeyQueue(Struct, eq=False):
    """The presses that wait, and which of them may still be answered. Times are monotonic."""

    never_dropped: frozenset[str] = frozenset()
    """Keys that need nothing on screen."""
    early: int = 0
    """Keys of this burst dropped as too early; a paste counts as one."""
    pasted: int = 0
    """Characters dropped as a paste since the last `tell`."""
    blind: int = 0
    """Presses that came while the terminal was too small, since the last `tell_blind`."""
    in_pieces: str = ""
    """The first letter of a split key since the last `tell`; "" for none."""
    is_half: bool = False
    """Did the first part of a paste go into a field since the last `tell`?"""
    _events: deque[Key | Paste] = field(default_factory=deque)
    _held: Key | None = None
    """A press that acts, held until it is known that nothing follows at once."""
    _is_paste: bool = False
    """Is everything dropped until a pause?"""
    _last_at: float = float("-inf")
    """Time of the last press that was examined."""
    _text_at: float = float("-inf")
    """Time of the last press that went into a field."""
    _asleep_until: float = float("-inf")
    _seen_since: float = float("-inf")
    _is_broken_off: bool = False
    _early_at: float = float("-inf")
    """Time of the last key dropped as too early."""
    _told: int = 0
    """How many of `early` were reported."""
    _pieces: EscapeFragments = field(default_factory=EscapeFragments)

    def __repr__(self) -> str:
        return f"<{len(self)} waiting>"  # a paste among them may be a value

    def __rich_repr__(self) -> list[Any]:
        return [len(self)]

    def __len__(self) -> int:
        return len(self._events) + (self._held is not None)

    def add(self, event: Key | Paste) -> None:
        """Add a press or a paste."""
        self._events.append(event)

    def painted(self, at: float) -> None:
        """The target of presses is on screen since `at`."""
        self._seen_since, self._is_broken_off = at, False

    def next(self, kind_of: Callable[[Key | Paste], PressKind], now: float) -> Key | Paste | AskAgain | None:
        """The next press to answer, or when to ask again, or None.

        What came before the paint is dropped, but for text into a field, up to the first press that is none:
        what follows that one was meant for what it would have led to, so it is dropped until a pause. An
        escape never is: it leads back, and what it cancels can be brought back.
        """
        if self._held is not None:
            return self._answer_held(self._held, kind_of, now)
        while self._events:
            event = self._events.popleft()
            gap = event.time - self._last_at
            if not (isinstance(event, Key) and event.key == "escape"):
                # Textual reports an escape 0.1 s late, when no key followed: its time says nothing.
                self._last_at = event.time
            kind = kind_of(event)
            if isinstance(event, Key) and self._is_piece(event, kind):
                continue
            if isinstance(event, Key) and event.key in self.never_dropped:
                return event
            if kind is PressKind.BLIND:
                self.blind += 1
                continue
            self._is_paste = self._is_paste and gap < ALONE
            if self._is_paste or (isinstance(event, Paste) and kind is not PressKind.TEXT):
                self._drop(event)
            elif _goes_back(event, kind) or not self._is_early(event, kind):
                if kind is not PressKind.ACTS or isinstance(event, Paste):
                    if isinstance(event, Paste):
                        self._asleep_until = event.time + ASLEEP
                    elif kind is PressKind.TEXT:
                        self._text_at = event.time
                    return event
                if gap < ALONE or event.time < self._asleep_until:
                    self._drop(event)
                else:
                    self._held = event
                    return self._answer_held(event, kind_of, now, is_first=True)
        until = self._last_at + ALONE
        if self._is_paste and now < until:
            return AskAgain(max(until - now, _LEAST))
        self._is_paste = False
        return None

    def tell(self, way_back: str = "") -> str:
        """What was dropped, in a sentence; "" for nothing. Resets the counts.

        Text is never kept waiting, so a field has what a paste began with: `way_back` says what empties it.
        """
        early, pasted, in_pieces = self.early, self.pasted, self.in_pieces
        is_half, self.pasted, self.in_pieces, self.is_half = self.is_half, 0, "", False
        is_told, self._told = early == self._told, early
        if pasted:
            like = "character that looks" if pasted == 1 else "characters that look"
            way = f" ({way_back})" if way_back else ""
            half = f" Part is in the field{way}." if is_half else ""
            return f"{DROPPED} {pasted:,} {like} like a paste.{half}"
        if in_pieces:
            again = " If you pressed O, press it again." if in_pieces == "O" else ""
            return f"{DROPPED} a key that arrived in pieces.{again}"
        keys = "1 key" if early == 1 else f"{early} keys"
        return (
            "" if is_told else f"{DROPPED} {keys} typed before this screen was ready. Pause, then type again."
        )

    def tell_blind(self) -> str:
        """The same for presses while the terminal was too small; called when it is large again."""
        blind, self.blind = self.blind, 0
        keys = "1 key" if blind == 1 else f"{blind:,} keys"
        return f"{DROPPED} {keys} that came while the terminal was too small." if blind else ""

    def _answer_held(
        self, held: Key, kind_of: Callable[[Key | Paste], PressKind], now: float, *, is_first: bool = False
    ) -> Key | Paste | AskAgain | None:
        """`is_first`: asked for the first time; presses that came with it may not be here yet."""
        gap = self._events[0].time - held.time if self._events else now - held.time
        if gap < ALONE and not self._events:
            return AskAgain(max(ALONE - gap, _LEAST))
        if is_first:
            return AskAgain(_LEAST)
        self._held = None
        if gap >= ALONE:
            if not self._is_early(held, PressKind.ACTS):
                return held
        else:
            self._drop(held)
        return self.next(kind_of, now)

    def _is_piece(self, event: Key, kind: PressKind) -> bool:
        is_typing = kind is PressKind.TEXT
        if not self._pieces.takes(event.key, event.character, event.time, is_typing=is_typing):
            return False
        if self._pieces.is_beginning:
            self.in_pieces = event.character or ""
        return True

    def _is_early(self, event: Key | Paste, kind: PressKind) -> bool:
        is_burst = event.time - self._early_at < QUIET
        if event.time >= self._seen_since and not is_burst:
            return False
        if kind is PressKind.TEXT and not self._is_broken_off and not is_burst and _is_text(event):
            return False
        if not is_burst:
            self.early = self._told = 0
        self._is_broken_off, self._early_at = True, event.time
        self.early += 1
        return True

    def _drop(self, event: Key | Paste) -> None:
        """Drop it as part of a paste."""
        self.is_half = self.is_half or event.time - self._text_at < ALONE
        self._is_paste = True
        if isinstance(event, Paste):
            self.pasted += len(event.text)
            self._asleep_until = event.time + ASLEEP
        else:
            self.pasted += 1


def _goes_back(event: Key | Paste, kind: PressKind) -> bool:
    """Is it the press that leads back, from whatever is on screen? Only in a paste it is none."""
    return isinstance(event, Key) and event.key == "escape" and kind is not PressKind.ACTS


def _is_text(event: Key | Paste) -> bool:
    return isinstance(event, Paste) or event.is_printable or event.key in _TYPING
