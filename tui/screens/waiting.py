"""Presses that wait for their turn, and those that nobody meant. Pure: told what came when, and asked.

Left out are pieces of keys (pieces.py), what came before what takes presses was on screen, and what looks
like a paste: a press that acts is answered only if nothing else came shortly before or after it. Moving and
text are never kept waiting.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from msgspec import Struct, field
from textual.events import Key, Paste

from tui.screens.pieces import Pieces

ALONE: Final = 0.015
"""Seconds on either side within which nothing else may come. Nobody types so quickly; a paste does."""
QUIET: Final = 0.4
"""Seconds without a key that end a burst of which some were dropped: until then all of it is dropped."""
ASLEEP: Final = 0.3
"""Seconds after a paste in which nothing acts: what a paste had after its end comes as presses."""
_TYPING: Final = frozenset({"backspace"})
"""Beside letters, what belongs to text that is typed without looking."""
_LEAST: Final = 0.001
DROPPED: Final = "Ignored"
"""How every sentence of `Waiting.tell` begins."""


class PressKind(Enum):
    """What a press or a paste would do where it would land."""

    TEXT = "text"
    """Goes into a text field."""
    MOVES = "moves"
    """Or goes back, hides, stops, or does nothing."""
    ACTS = "acts"
    BLIND = "blind"
    """Would do something to what is not on screen: the terminal is too small."""


class AskAgain(Struct, frozen=True):
    """Ask again in so many seconds."""

    seconds: float


class Waiting(Struct, eq=False):
    """The presses that nobody has answered yet, and which of them may still be. Times are monotonic."""

    never_dropped: frozenset[str] = frozenset()
    """Keys that act on nothing on screen."""
    early: int = 0
    """Keys dropped since this burst of too early ones began, each paste counted as one."""
    pasted: int = 0
    """Characters that look like a paste, since then."""
    blind: int = 0
    """Presses that came while the terminal was too small, since the last `tell_blind`."""
    in_pieces: str = ""
    """The first letter of a key that came in pieces since then, "" for none."""
    is_half: bool = False
    """Did a part of the paste, which came first, go into a field since then?"""
    _events: deque[Key | Paste] = field(default_factory=deque)
    _held: Key | None = None
    """One that acts, and is answered if nothing follows it at once."""
    _is_paste: bool = False
    """Do we drop all that follows without a pause?"""
    _last_at: float = float("-inf")
    """When the last of those came that were looked at."""
    _text_at: float = float("-inf")
    """When the last of those came that went into a field."""
    _asleep_until: float = float("-inf")
    _seen_since: float = float("-inf")
    _is_broken_off: bool = False
    _early_at: float = float("-inf")
    """When the last key came that was dropped as too early."""
    _told: int = 0
    """How many of `early` were told."""
    _pieces: Pieces = field(default_factory=Pieces)

    def __repr__(self) -> str:
        return f"<{len(self)} waiting>"  # a paste among them may be a value

    def __rich_repr__(self) -> list[Any]:
        return [len(self)]

    def __len__(self) -> int:
        return len(self._events) + (self._held is not None)

    def add(self, event: Key | Paste) -> None:
        """One came."""
        self._events.append(event)

    def painted(self, at: float) -> None:
        """What takes presses now is on screen since then, and was not before."""
        self._seen_since, self._is_broken_off = at, False

    def next(self, kind_of: Callable[[Key | Paste], PressKind], now: float) -> Key | Paste | AskAgain | None:
        """The next one to answer; when to ask again, if that is not known yet; None if there is none.

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
                # An escape is told of 0.1 s after it came, when no key followed: its time says nothing.
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
        """What was dropped, in a sentence; "" for nothing. Counts anew from here.

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
        """The same of what came while the terminal was too small; for when it is large again."""
        blind, self.blind = self.blind, 0
        keys = "1 key" if blind == 1 else f"{blind:,} keys"
        return f"{DROPPED} {keys} that came while the terminal was too small." if blind else ""

    def _answer_held(
        self, held: Key, kind_of: Callable[[Key | Paste], PressKind], now: float, *, is_first: bool = False
    ) -> Key | Paste | AskAgain | None:
        """`is_first`: it was not asked for before, and what came with it may not be here yet."""
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
        """As a part of a paste."""
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
