"""Recognize pieces of split escape sequences (an arrow, F3, a terminal's reply). Pure.

A terminal sends such a key as several bytes. If they arrive too far apart, Textual reports an `escape` and
letters: a left arrow as escape, `[` and `D`.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

AWAIT: Final = 1.0
"""Seconds after which what comes is no piece of what came before."""
LONE_O: Final = "alt+shift+o"
"""As Textual calls an `O` that came with its escape and without its letter."""
_MOUSE_BYTES: Final = 3
"""After `[M`, in the oldest kind of mouse report."""


class EscapeFragments(Struct, eq=False):
    """Is told of every press in order, and recognizes pieces of split keys."""

    _escaped_at: float = float("-inf")
    _last_at: float = float("-inf")
    _begun: str = ""
    """What came of the one that is not whole yet, without its escape."""
    _left: int = 0
    """How many more belong to it, whatever they are."""

    def takes(self, key: str, character: str | None, at: float, *, is_typing: bool) -> bool:
        """Is this press a piece, to be swallowed? `at` is when it came, in seconds.

        `is_typing`: does it go into a text? There a bracket that no escape came before is one.
        """
        last, self._last_at = self._last_at, at
        if at - last > AWAIT:
            self._begun, self._left = "", 0
        if key == "escape":
            self._escaped_at, self._begun, self._left = at, "", 0
            return False
        char = character if character is not None and len(character) == 1 and character.isprintable() else ""
        if self._begun:
            return self._goes_on(char)
        is_escaped = at - self._escaped_at <= AWAIT
        self._escaped_at = float("-inf")
        if key == LONE_O or (char == "O" and is_escaped) or (char == "[" and (is_escaped or not is_typing)):
            self._begun = char or "O"
            return True
        return False

    @property
    def is_beginning(self) -> bool:
        """Was the last one the first piece after the escape?"""
        return len(self._begun) == 1

    def _goes_on(self, char: str) -> bool:
        begun, self._begun = self._begun, ""
        if self._left:
            self._left -= 1
            self._begun = begun if self._left else ""
            return True
        if not char.isascii() or not char:
            return False
        if begun == "[" and char == "M":
            self._left, self._begun = _MOUSE_BYTES, begun + char
        elif char < "@" or (begun == "[" and char == "["):
            self._begun = begun + char
        return True
