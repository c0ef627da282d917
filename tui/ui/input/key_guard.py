"""KeyGuard: decide which key presses and pastes to drop.

It drops:

- pieces of escape sequences
- pastes that no text field takes, and key presses that look pasted
- the rest of a typed word, if its first letter looked pasted, was refused by a screen, or answered a dialog
- key presses meant for the previous screen

If the bytes of a left arrow arrive too far apart, Textual reports the pieces `escape`, `[` and `D`.
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
"""Maximum time in seconds between two pieces of one escape sequence."""
_LONE: Final = {"alt+shift+o": "O", LONE_BRACKET: "["}
"""Keys that may begin an escape sequence: Textual's name of each, and its character."""
_GOES_ON: Final = re.compile(r"O[0-?]*|\[(\[|[0-?]*[ -/]*|M.{0,2})", re.DOTALL)
"""Matches an incomplete sequence without its escape. In an X10 mouse report, three bytes follow `[M`."""


class EscapeFragments(Struct, eq=False):
    """Detector of escape sequences that arrive as several presses."""

    _is_escaped: bool = False
    _last_at: float = -inf
    _begun: str = ""
    """Received part of an incomplete sequence, without its escape."""

    def drops(self, event: Key) -> bool:
        """True if this press is a piece of a sequence and must be dropped."""
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
"""Minimum seconds between a press of kind ACTS and the press before or after it.

Presses that are closer together look pasted.
"""
_MOVES: Final = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown"})
"""Keys that no pasted text contains. On a slow connection, they may arrive together with a typed enter."""
ASLEEP: Final = 0.3
"""Seconds after a Paste event during which presses of kind ACTS are dropped.

The end of the paste may arrive as such presses.
"""


class PressKind(Enum):
    """Effect that a key press or a paste would have."""

    TEXT = "text"
    MOVES = "moves"
    """Moves the cursor, goes back, hides a value, or does nothing."""
    ACTS = "acts"
    """Runs a command that acts, answers a question, or submits a field."""
    ENDS = "ends"
    """Stops a running task or quits, and is never dropped."""


def may_be_pasted(event: Key | Paste) -> bool:
    return isinstance(event, Paste) or event.key not in _MOVES


TYPED_ON: Final = 0.5
"""Maximum time in seconds between two key presses of one typed word."""
_TYPE_TOO: Final = frozenset({"enter", "backspace", "delete"})
"""Keys that end or correct a word."""


ANSWERS: Final = {"y": ("e", "s", "enter"), "n": ("o", "enter")}
"""Keys that complete a typed "yes" or "no"."""


class WordRest(Struct, eq=False):
    """Detector of the rest of a typed word. The module docstring lists the cases."""

    _last_at: float = -inf
    _count: int = 0
    _reported: int = 0
    _answer: tuple[str, ...] | None = None
    """Keys that still complete a typed "yes" or "no"; None if the first letter was no answer."""

    def begin(self, at: float, answer: tuple[str, ...] | None = None) -> None:
        """Begin to drop the rest of a word.

        The next key belongs to the word only if it comes less than TYPED_ON seconds after `at`.
        """
        self._last_at, self._count, self._reported, self._answer = at, 0, 0, answer

    def end(self) -> None:
        self._last_at = -inf

    def drops(self, event: Key | Paste, kind: PressKind) -> bool:
        """True if the event continues the word and must be dropped."""
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

    def report(self) -> str:
        """Sentence with the number of dropped keys; "" if no key was dropped since the last call."""
        if self._count == self._reported:
            return ""
        self._reported = self._count
        return f"Ignored {counted(self._count, 'more key')}."


HELD: Final = 0.8
"""Maximum time in seconds between two presses of a key that is held down. X11 repeats after 0.66 s."""


class RepeatedKey(Struct, eq=False):
    """Detector of keys that were meant for the previous screen."""

    _last_at: float = -inf
    """Time when the screen changed, or when a press was last dropped after the change."""
    _key: str = ""
    _reported: str = ""

    def begin(self, at: float, key: str) -> None:
        self._last_at, self._key = at, key

    def is_again(self, event: Key) -> bool:
        """True if the event is another press of the key that was pressed last before the screen changed.

        Once `drops` has received a key that is neither this key nor escape, the result is False until
        `begin` is called.
        """
        return event.key == self._key and self._last_at > -inf

    def drops(self, event: Key) -> bool:
        """True if the event must be dropped, because the user meant it for the previous screen.

        Such an event repeats the last key before the screen changed, or is an escape. It comes soon after the
        change, or soon after another dropped event.
        """
        is_same = event.key == self._key
        if not (is_same or event.key == "escape"):
            self._last_at = -inf
        if event.time - self._last_at >= (HELD if is_same else TYPED_ON):
            return False
        self._last_at, self._reported = max(event.time, self._last_at), event.key
        return True

    def report(self) -> str:
        """Most recently dropped key; "" if none was dropped since the last call."""
        key, self._reported = self._reported, ""
        return key


def _types(event: Key | Paste) -> bool:
    """True if the press can be part of a typed word. The help key `?` does not count."""
    return (
        isinstance(event, Key) and event.character != "?" and (event.is_printable or event.key in _TYPE_TOO)
    )


class KeyGuard(Struct, eq=False):
    """Filter of key presses and pastes. The module docstring lists what the filter drops.

    Times are in seconds of a monotonic clock.
    """

    is_marked: bool = False
    """True if the terminal marks pastes. If so, key presses that are close together do not look pasted."""
    _last_at: float = -inf
    _burst_at: float = -inf
    """Time of the last press that was dropped as part of a paste."""
    _pasted_at: float = -inf
    _dropped: int = 0
    """Number of characters that were dropped as pasted since the last call of `report`."""
    _has_paste: bool = False
    _has_pieces: bool = False
    _pieces: EscapeFragments = field(default_factory=EscapeFragments)
    rest: WordRest = field(default_factory=WordRest)
    repeated: RepeatedKey = field(default_factory=RepeatedKey)
    _last_key: str = ""

    def screen_changed(self, at: float) -> None:
        """Begin to drop keys meant for the previous screen.

        Call this if the screen has changed without a key press.
        """
        self.repeated.begin(at, self._last_key)

    def takes(self, event: Key | Paste, kind: PressKind, following: float = inf) -> bool:
        """True if the event is to be handled; False if it must be dropped.

        The time of an escape is not kept as the time of the last press, because Textual reports an escape
        0.1 s late.
        """
        is_escape = isinstance(event, Key) and event.key == "escape"
        is_piece = isinstance(event, Key) and self._pieces.drops(event)
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
            if kind is not PressKind.TEXT and self.repeated.drops(event):
                return False
        is_in_burst = may_be_one and event.time - self._burst_at < ALONE
        if not is_in_burst and not is_piece and self.rest.drops(event, kind):
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

    def report(self, *, is_typing: bool = False, takes_paste: str = "") -> str:
        """Sentence about the keys and pastes that were dropped since the last call; "" if none was."""
        count, has_pieces, has_paste = self._dropped, self._has_pieces, self._has_paste
        self._dropped, self._has_pieces, self._has_paste = 0, False, False
        if count:
            like = "character that looks" if count == 1 else "characters that look"
            more = "Check the text in the field." if is_typing else takes_paste if has_paste else ""
            return f"Ignored {count:,} {like} like a paste. {more}".rstrip()
        if has_pieces:
            return "Ignored a key that arrived in pieces. If you pressed O, press it again."
        return ""
