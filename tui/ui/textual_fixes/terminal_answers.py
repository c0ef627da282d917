"""Ask the terminal whether it marks pastes, and take its answers out of its input.

Most terminals know whether they have mode 2004 (DECRQM). tmux 3.3 does not answer that; it tells its name
(XTVERSION), which Textual's parser would take for keys.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

ASK: Final = "\x1b[?2004$p\x1b[>q"
"""The questions."""
_HAS_MODE: Final = re.compile(r"\x1b\[\?2004;[123]\$y")
_NAME: Final = re.compile(r"\x1bP>\|([^\x1b]{0,200})\x1b\\")
_NAME_BEGUN: Final = re.compile(r"\x1bP(>(\|[^\x1b]{0,200}\x1b?)?)?\Z")
_KEPT_BACK: Final = len("\x1b[?2004;1$y") - 1
_AWAIT: Final = 1.0
"""Seconds after which what comes is no rest of a name."""
_IS_DUE: Final = 10.0
"""Seconds in which a slow line brings the answers."""


class TerminalAnswers:
    """Is told of all text outside pastes, as it arrives. Made when the terminal is asked."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due_until = clock() + _IS_DUE
        self.marks_pastes = False
        """Did an answer say so?"""
        self.has_escape = False
        """Did the last text show that the escape at the end of the one before belongs to an answer?"""
        self._last, self._last_at = "", 0.0
        """The end of what was handed on."""
        self._begun, self._begun_at = "", 0.0
        """The beginning of a name, kept back; without its escape, if that was handed on."""

    def take(self, text: str) -> str:
        """The text without answers. The beginning of one is kept back."""
        now = self._clock()
        self.marks_pastes |= _HAS_MODE.search(self._last + text) is not None
        may_be_split = self._last.endswith("\x1b") and now < min(self._due_until, self._last_at + _AWAIT)
        escape = "\x1b" if may_be_split else ""
        whole, self._begun = escape + self._begun + text, ""
        self.has_escape = False
        if escape and _NAME.match(whole):
            self.has_escape, escape, self._last = True, "", ""
        for name in _NAME.findall(whole):
            self.marks_pastes |= name.startswith("tmux ")
        whole = _NAME.sub("", whole)
        begun = _NAME_BEGUN.search(whole)
        if begun is not None and escape and begun.start() == 0:
            self.has_escape, self._begun, self._begun_at = True, whole[1:], now
            return ""
        if begun is not None:
            self._begun, self._begun_at = whole[begun.start() :], now
            whole = whole[: begun.start()]
        return self._handed_on(whole[len(escape) :])

    def after_pause(self) -> str:
        """What was kept back, and is no beginning of a name."""
        now = self._clock()
        is_awaited = now - self._begun_at < _AWAIT and ("|" in self._begun or now < self._due_until)
        if not self._begun or is_awaited:
            return ""
        begun, self._begun = self._begun, ""
        return self._handed_on(begun)

    def _handed_on(self, text: str) -> str:
        if text:
            self._last, self._last_at = (self._last + text)[-_KEPT_BACK:], self._clock()
        return text
