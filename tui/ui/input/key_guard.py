"""Decide which key presses are dropped: pieces of split keys, unmarked pastes, rests of words. Pure.

A terminal sends a key such as an arrow or F3 as several bytes. If they arrive too far apart, Textual reports
an `escape` and letters: a left arrow as escape, `[` and `D`.
"""

from __future__ import annotations

import re
from enum import Enum
from math import inf
from typing import Final

from msgspec import Struct, field
from textual.events import Key, Paste

from tui.model.text.counts import counted
from tui.ui.textual_fixes.terminal_input import LONE_BRACKET

AWAIT: Final = 1.0
"""Seconds after which a character is no longer a piece of the sequence before it."""
_LONE: Final = {"alt+shift+o": "O", LONE_BRACKET: "["}
"""Keys that are the beginning of another key, by Textual's names."""
_GOES_ON: Final = re.compile(r"O[0-?]*|\[(\[|[0-?]*[ -/]*|M.{0,2})", re.DOTALL)
"""Incomplete sequence without its escape: the old mouse report `[M` has three bytes more."""


class EscapeFragments(Struct, eq=False):
    """Detector of keys that arrive in pieces. It receives every press in order."""

    _is_escaped: bool = False
    """True if the last press was an escape."""
    _last_at: float = -inf
    _begun: str = ""
    """Received part of the incomplete sequence, without its escape."""

    def takes(self, event: Key) -> bool:
        """True if this press is a piece, to be swallowed."""
        is_late = event.time - self._last_at > AWAIT
        is_escaped, begun = (False, "") if is_late else (self._is_escaped, self._begun)
        self._last_at, self._is_escaped, self._begun = event.time, event.key == "escape", ""
        if event.key == "escape":
            return False
        char = event.character if event.is_printable and event.character is not None else "\0"
        if begun:
            if _GOES_ON.fullmatch(begun + char):
                self._begun = begun + char
            return begun.startswith("[M") or (char.isascii() and char != "\0")
        self._begun = _LONE.get(event.key) or (char if is_escaped and char in ("O", "[") else "")
        return bool(self._begun)


ALONE: Final = 0.015
"""Seconds before and after an acting key press in which no other may come, as in a paste."""
_MOVES: Final = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown"})
"""Keys that no pasted text has: down, down, enter may come in one packet of a slow line."""
ASLEEP: Final = 0.3
"""Seconds after a bracketed paste in which nothing acts: its rest may come as presses."""


class PressKind(Enum):
    """Effect that a press or a paste would have at the focus."""

    TEXT = "text"
    """Types into a text field; or is a marked paste about which a question is asked."""
    MOVES = "moves"
    """Moves, goes back, hides, or does nothing."""
    ACTS = "acts"
    ENDS = "ends"
    """Stops what runs, or quits: never dropped."""


def may_be_pasted(event: Key | Paste) -> bool:
    """True if it can be a part of a pasted text."""
    return isinstance(event, Paste) or event.key not in _MOVES


TYPED_ON: Final = 0.5
"""Seconds without typing after which the next key press is no part of a word."""
_TYPE_TOO: Final = frozenset({"enter", "backspace", "delete"})
"""Keys that end or mend a word."""


ANSWERS: Final = {"y": ("e", "s", "enter"), "n": ("o", "enter")}
"""The keys that follow an answer where a person types it as a word."""


class WordRest(Struct, eq=False):
    """Detector of text that is typed after a key that opened no field: each letter would be a command."""

    _last_at: float = -inf
    """Time at which the word began, or was typed on."""
    _count: int = 0
    """Presses of the word that were dropped."""
    _told: int = 0
    _answer: tuple[str, ...] | None = None
    """Keys still to come of a word that began with an answer; None if it was refused."""

    def begin(self, at: float, answer: tuple[str, ...] | None = None) -> None:
        """Begin a word: a key was refused, or was the `answer` to a question, as can be seen from this time
        on."""
        self._last_at, self._count, self._told, self._answer = at, 0, 0, answer

    def end(self) -> None:
        """End the word: a field got a text, or the mouse was used."""
        self._last_at = -inf

    def takes(self, event: Key | Paste, kind: PressKind) -> bool:
        """True if it continues the word, and is to be dropped."""
        if kind is PressKind.TEXT:
            self.end()
        if not _types(event) or event.time - self._last_at >= TYPED_ON:
            return False
        if self._answer is not None:
            if not self._answer or not isinstance(event, Key) or event.key != self._answer[0]:
                self.end()
                return False
            self._answer = self._answer[1:]
        self._last_at = max(event.time, self._last_at)
        self._count += 1
        return True

    def tell(self) -> str:
        """Report the dropped rest of the word in a sentence; "" if nothing was dropped since the last."""
        if self._count == self._told:
            return ""
        self._told = self._count
        return f"Ignored {counted(self._count, 'more key')}."


HELD: Final = 0.8
"""Seconds without a key after which it is no longer held: X11 repeats one after 0.66."""


class RepeatedKey(Struct, eq=False):
    """Detector of keys for a screen that is gone, after another one opened or returned without a key."""

    _last_at: float = -inf
    """Time at which the screen changed, or such a press came."""
    _key: str = ""
    """The key that was pressed last before."""
    _told: str = ""

    def begin(self, at: float, key: str) -> None:
        self._last_at, self._key = at, key

    def is_again(self, event: Key) -> bool:
        """True if it is the last key before the screen changed, and no other key came since."""
        return event.key == self._key and self._last_at > -inf

    def takes(self, event: Key) -> bool:
        """True if it is the same key, held or pressed once more, or an escape that came a moment late."""
        is_same = event.key == self._key
        if not (is_same or event.key == "escape"):
            self._last_at = -inf
        if event.time - self._last_at >= (HELD if is_same else TYPED_ON):
            return False
        self._last_at, self._told = max(event.time, self._last_at), event.key
        return True

    def tell(self) -> str:
        """The key that was dropped since the last time; "" for none."""
        key, self._told = self._told, ""
        return key


def _types(event: Key | Paste) -> bool:
    """True for a key that would type or correct a text in a field. The help key always works."""
    return (
        isinstance(event, Key) and event.character != "?" and (event.is_printable or event.key in _TYPE_TOO)
    )


class KeyGuard(Struct, eq=False):
    """Filter of key presses. It receives each press in order and decides if it is handled. Times are
    monotonic."""

    is_marked: bool = False
    """True if the terminal marks its pastes. Then other presses are never a paste."""
    _last_at: float = -inf
    _burst_at: float = -inf
    """Time at which a press was last dropped as a part of a paste."""
    _pasted_at: float = -inf
    """Time of the last bracketed paste."""
    _dropped: int = 0
    """Characters of a paste that were dropped since `tell`."""
    _has_paste: bool = False
    """True if a marked paste was among them."""
    _has_pieces: bool = False
    _pieces: EscapeFragments = field(default_factory=EscapeFragments)
    rest: WordRest = field(default_factory=WordRest)
    repeated: RepeatedKey = field(default_factory=RepeatedKey)
    _last_key: str = ""

    def screen_changed(self, at: float) -> None:
        """Note that another screen opened or returned without a key."""
        self.repeated.begin(at, self._last_key)

    def takes(self, event: Key | Paste, kind: PressKind, following: float = inf) -> bool:
        """True if it is to be handled. `following`: time of the next press that may be pasted, if known.

        Textual reports an escape 0.1 s late, so its time says nothing.
        """
        is_escape = isinstance(event, Key) and event.key == "escape"
        is_piece = isinstance(event, Key) and self._pieces.takes(event)
        gap, after = event.time - self._last_at, following - event.time
        may_be_one = may_be_pasted(event)
        if may_be_one and not is_escape:
            self._last_at = event.time
        is_awake = event.time - self._pasted_at >= ASLEEP
        if isinstance(event, Paste):
            self._pasted_at, self.is_marked = event.time, True
        if kind is PressKind.ENDS:
            return True
        if isinstance(event, Key):
            self._last_key = event.key
            if kind is not PressKind.TEXT and self.repeated.takes(event):
                return False
        is_in_burst = may_be_one and event.time - self._burst_at < ALONE
        if not is_in_burst and not is_piece and self.rest.takes(event, kind):
            return False
        is_stray = isinstance(event, Paste) and kind is not PressKind.TEXT
        has_company = kind is PressKind.ACTS and not self.is_marked and min(gap, after) < ALONE
        is_hasty = has_company or (kind is PressKind.ACTS and not is_awake)
        if is_in_burst or is_stray or (is_hasty and not is_piece):
            if has_company:
                self.rest.begin(event.time)
            self._burst_at = event.time
            self._dropped += len(event.text) if isinstance(event, Paste) else 1
            self._has_paste |= isinstance(event, Paste)
            return False
        self._has_pieces |= is_piece
        return not is_piece

    def tell(self, *, is_typing: bool = False, takes_paste: str = "") -> str:
        """Report in a sentence what was dropped since the last report; "" for nothing.

        Text is passed on at once: while a person `is_typing`, a field may contain the beginning of a paste.
        `takes_paste`: a sentence that names what takes a paste.
        """
        count, has_pieces, has_paste = self._dropped, self._has_pieces, self._has_paste
        self._dropped, self._has_pieces, self._has_paste = 0, False, False
        if count:
            like = "character that looks" if count == 1 else "characters that look"
            more = "Check what is in the field." if is_typing else takes_paste if has_paste else ""
            return f"Ignored {count:,} {like} like a paste. {more}".rstrip()
        if has_pieces:
            return "Ignored a key that arrived in pieces. If you pressed O, press it again."
        return ""
