"""Queries about the terminal's features, and a parser that reads the answers in the input.

The first query (DECRQM) asks whether the terminal can mark pastes (mode 2004). tmux 3.3 does not answer this
query, so a second query (XTVERSION) asks for the terminal's name. Another query asks for the background
color. The parser removes the name and the color, which Textual's parser would report as key presses.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from operator import mul
from typing import Final

ASK: Final = "\x1b[?2004$p\x1b[>q"
"""Queries for paste marks (mode 2004) and for the terminal's name."""
ASK_BACKGROUND: Final = "\x1b]11;?\x1b\\"
_HAS_MODE: Final = re.compile(r"\x1b\[\?2004;[123]\$y")
_COLOR: Final = r"\x1b\]11;[0-9A-Za-z:/#.-]{0,40}"
_ANSWER: Final = re.compile(r"\x1bP>\|([^\x1b]{0,200})\x1b\\|" + _COLOR + r"(?:\x07|\x1b\\)")
_BROKEN: Final = re.compile(_COLOR)
"""Pattern of an answer with a color, up to its end mark. A cut-off answer has no end mark."""
_BEGUN: Final = re.compile(
    r"\x1b(?:P(?:>(?:\|[^\x1b]{0,200}\x1b?)?)?|\](?:1(?:1(?:;[0-9A-Za-z:/#.-]{0,40}\x1b?)?)?)?)\Z"
)
_RGB: Final = re.compile(r"rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_WEIGHTS: Final = (0.299, 0.587, 0.114)
_KEPT_BACK: Final = len("\x1b[?2004;1$y") - 1
"""Number of returned characters that `take` searches again: an answer about mode 2004 may begin in them."""
_AWAIT: Final = 1.0
"""Maximum time in seconds between two parts of an answer with the terminal's name.

The first part may be a single ESC, which `take` has already returned.
"""
_IS_DUE: Final = 10.0
"""Seconds after the queries during which ESC and P may be the start of an answer with the terminal's name.

It is also the maximum time in seconds between two parts of an answer with a color.
"""
_IN_TIME: Final = 0.2
"""Seconds after the queries during which a color sets `is_light`. A later color is only removed."""


class TerminalAnswers:
    """Parser of the terminal's answers.

    Create it when the queries are sent, because times are counted from its creation.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_at = clock()
        self.marks_pastes = False
        self.is_light: bool | None = None
        """True if the terminal's background is light; None if no color arrived in time."""
        self.has_escape = False
        """True if the text of the last `take` continued an answer whose ESC an earlier call had returned."""
        self._last, self._last_at = "", 0.0
        self._begun, self._begun_at = "", 0.0
        """Incomplete answer that is held back, and the time when its last part arrived."""
        self._is_escape_gone = False
        """True if an earlier call has already returned the ESC of the held-back answer."""

    def take(self, text: str) -> str:
        """Return the held-back text and `text`, without answers that have the terminal's name or a color.

        An answer about mode 2004 stays, because Textual's parser reports no key press for it. An
        incomplete answer with the name or a color is held back for the next call.
        """
        now = self._clock()
        self.marks_pastes |= _HAS_MODE.search(self._last + text) is not None
        self.has_escape = not self._begun and self._may_go_on(text, now)
        whole, is_gone = self._begun + text, self._is_escape_gone or self.has_escape
        if self.has_escape:
            whole, self._last = f"\x1b{text}", ""
        elif is_gone and not _is_answer(whole):
            whole, is_gone = whole[1:], False
        self._begun, self._is_escape_gone = "", False
        for answer in _ANSWER.finditer(whole):
            self._read(answer, now)
            is_gone &= answer.start() > 0
        whole = _ANSWER.sub("", whole)
        if (begun := _BEGUN.search(whole)) is not None:
            self._begun, self._begun_at = whole[begun.start() :], now
            self._is_escape_gone = is_gone and begun.start() == 0
            whole = whole[: begun.start()]
        return self._handed_on(_BROKEN.sub("", whole))

    def after_pause(self) -> str:
        """Return the held-back text if the end of the answer is overdue.

        Return "" if the end may still come. The start of an answer with a color is dropped, not returned.
        """
        now = self._clock()
        if self._begun.startswith("\x1b]"):
            is_awaited = now - self._begun_at < _IS_DUE
        else:
            is_awaited = now - self._begun_at < _AWAIT and ("|" in self._begun or self._is_due(now))
        if not self._begun or is_awaited:
            return ""
        begun, self._begun = self._begun[self._is_escape_gone :], ""
        self._is_escape_gone = False
        return "" if "]1" in begun else self._handed_on(begun)

    def _is_due(self, now: float) -> bool:
        return now < self._asked_at + _IS_DUE

    def _may_go_on(self, text: str, now: float) -> bool:
        is_recent = text.startswith("]") or (self._is_due(now) and now < self._last_at + _AWAIT)
        return is_recent and self._last.endswith("\x1b") and _is_answer(f"\x1b{text}")

    def _read(self, answer: re.Match[str], now: float) -> None:
        name, color = answer[1], _RGB.search(answer[0])
        self.marks_pastes |= name is not None and name.startswith("tmux ")
        if color is not None and self.is_light is None and now < self._asked_at + _IN_TIME:
            shares = (int(part, 16) / (16 ** len(part) - 1) for part in color.groups())
            self.is_light = sum(map(mul, shares, _WEIGHTS)) > 0.5

    def _handed_on(self, text: str) -> str:
        if text:
            self._last, self._last_at = (self._last + text)[-_KEPT_BACK:], self._clock()
        return text


def _is_answer(text: str) -> bool:
    return any(form.match(text) is not None for form in (_ANSWER, _BEGUN, _BROKEN))
