"""Recognize pieces of split escape sequences (an arrow, F3, a terminal's reply). Pure.

A terminal sends such a key as several bytes. If they arrive too far apart, Textual reports an `escape` and
letters: a left arrow as escape, `[` and `D`.
"""

from __future__ import annotations

import re
from math import inf
from typing import Final

from msgspec import Struct
from textual.events import Key

AWAIT: Final = 1.0
"""Seconds after which what comes is no piece of what came before."""
_LONE_O: Final = "alt+shift+o"
"""As Textual calls an `O` that came with its escape and without its letter."""
_GOES_ON: Final = re.compile(r"O[0-?]*|\[(\[|[0-?]*[ -/]*|M.{0,2})", re.DOTALL)
"""What is not whole yet, without its escape: the old mouse report `[M` has three bytes more."""


class EscapeFragments(Struct, eq=False):
    """Is told of every press in order, and recognizes pieces of split keys."""

    _is_escaped: bool = False
    """Was the last press an escape?"""
    _last_at: float = -inf
    _begun: str = ""
    """What came of the one that is not whole yet, without its escape."""

    def takes(self, event: Key, *, is_typing: bool) -> bool:
        """Is this press a piece, to be swallowed?

        `is_typing`: does it go into a text? There a bracket that no escape came before is one.
        """
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
        if (
            event.key == _LONE_O
            or (char == "O" and is_escaped)
            or (char == "[" and (is_escaped or not is_typing))
        ):
            self._begun = "O" if event.key == _LONE_O else char
        return bool(self._begun)
