"""Decode the terminal's bytes into Textual messages.

Textual's own parser would remove NUL and escape sequences from a paste. Textual's decoder would end the
program at a byte that is not UTF-8.

Upstream: for bytes that are not UTF-8, https://github.com/Textualize/textual/issues/6456 (open); for NUL,
https://github.com/Textualize/textual/issues/1661 (closed). Seen in Textual 8.2.8.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Key, Paste
from textual.message import Message

from tui.ui.textual_fixes.terminal_answers import TerminalAnswers

LONE_BRACKET: Final = "alt+left_square_bracket"
"""Name of the key press for a `[` after an ESC, if the two do not begin an escape sequence."""
_FIRST_BAD, _LAST_BAD = "\udc80", "\udcff"
"""First and last character that Python's `surrogateescape` uses for bytes that are not UTF-8."""
_KEPT_BACK: Final = len(BRACKETED_PASTE_START) - 1
"""Number of earlier characters to search again: a paste's start or end mark may begin in them."""
_SWALLOWED: Final = "[I"
"""Text that completes an escape sequence after an ESC. `_keys` drops the messages for this sequence.

The terminal's answers to queries are removed from the input. If Textual's parser already has the ESC of an
answer, the parser gets this text instead of the rest of the answer.
"""


class PastesMarked(Message):
    """Message: the terminal marks pastes, so unmarked input is never a paste."""


@dataclass
class BackgroundSeen(Message):
    """Message: the terminal reported its background color soon after it was asked."""

    is_light: bool


class TerminalInput:
    """Decoder from the terminal's bytes to Textual's `Key`, `Paste` and mouse messages.

    Outside a paste, bytes that are not UTF-8 are dropped. A paste keeps such bytes, so that
    widgets refuse the paste.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._answers = TerminalAnswers()
        self._is_marking = self._is_background_seen = False
        self._last = ""
        """Last characters received outside a paste. A paste's start mark may begin in them."""
        self._pasted: str | None = None
        """Received part of a paste whose end has not arrived yet."""

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages for the data, and for an earlier incomplete sequence that the data completes."""
        text = self._decoder.decode(data)
        while text:
            if self._pasted is None:
                at = (self._last + text).find(BRACKETED_PASTE_START)
                end = at + len(BRACKETED_PASTE_START) - len(self._last) if at >= 0 else len(text)
                yield from self._keys(text[:end])
                self._last = (self._last + text)[-_KEPT_BACK:]
                text = text[end:]
                if at >= 0:
                    self._pasted, self._last = "", ""
                continue
            searched = max(0, len(self._pasted) - _KEPT_BACK)
            self._pasted += text
            at = self._pasted.find(BRACKETED_PASTE_END, searched)
            if at < 0:
                return
            pasted, text = self._pasted[:at], self._pasted[at + len(BRACKETED_PASTE_END) :]
            self._pasted = None
            yield from self._keys(BRACKETED_PASTE_END)
            if pasted:
                yield Paste(pasted)

    def tick(self) -> Iterator[Message]:
        """Yield the messages that are due after a pause, such as a lone escape."""
        yield from self._parsed(self._answers.after_pause())
        yield from self._known(self._parser.tick())

    def _keys(self, text: str) -> Iterator[Message]:
        if not text:
            return
        rest = self._answers.take(text)
        if self._answers.has_escape:
            for _ in self._parser.feed(_SWALLOWED):
                pass
        if self._answers.marks_pastes and not self._is_marking:
            self._is_marking = True
            yield PastesMarked()
        if self._answers.is_light is not None and not self._is_background_seen:
            self._is_background_seen = True
            yield BackgroundSeen(self._answers.is_light)
        yield from self._parsed(rest)

    def _parsed(self, text: str) -> Iterator[Message]:
        for char in text:
            yield from self._known(self._parser.feed(char), char)

    def _known(self, messages: Iterable[Message], fed: str = "") -> Iterator[Message]:
        """Yield the messages except pastes, and except keys whose bytes are not UTF-8.

        If the parser yields the key `[` but `fed` is not `[`, the key becomes LONE_BRACKET.
        """
        for message in messages:
            is_bad = isinstance(message, Key) and any(
                _FIRST_BAD <= char <= _LAST_BAD for char in message.character or message.key
            )
            if is_bad or isinstance(message, Paste):  # the parser's pastes are empty; `feed` yields the text
                continue
            if isinstance(message, Key) and message.character == "[" != fed:
                message = Key(LONE_BRACKET, "[")
            yield message
