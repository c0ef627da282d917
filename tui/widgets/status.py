"""The one line for messages, above the footer, and the list of those that were said."""

from __future__ import annotations

from collections import deque
from typing import Final

from msgspec import Struct
from textual.strip import Strip

from tui.widgets import text
from tui.widgets.drawn import Drawn
from tui.widgets.text import Styled, Tone

_KEPT: Final = 200
_MARKS: Final[dict[str, str]] = {"warning": "! ", "bad": "! "}


class Said(Struct, frozen=True):
    """One message: what, in which tone, and at what time of day ("" where nobody said)."""

    text: str
    tone: Tone = ""
    at: str = ""


class StatusLine(Drawn):
    """Shows the last message until the next one, or until it is cleared."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._said: Said | None = None
        self._history: deque[Said] = deque(maxlen=_KEPT)

    @property
    def said(self) -> str:
        """The text of the message on screen, "" if none."""
        return self._said.text if self._said else ""

    @property
    def history(self) -> tuple[Said, ...]:
        """Earlier messages and this one, the oldest first."""
        return tuple(self._history)

    def say(self, message: str, tone: Tone = "", *, at: str = "") -> None:
        """Show a message; the same one again is neither repainted nor listed twice."""
        said = Said(message, tone, at)
        if said != self._said:
            self._said = said
            self._history.append(said)
            self.redraw()

    def clear(self) -> None:
        """Nothing to say; the list of earlier messages stays."""
        if self._said is not None:
            self._said = None
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        said = self._said or Said("")
        shown = "  " + _MARKS.get(said.tone, "") + said.text if said.text else ""
        style = self.ink(said.tone)
        return [text.to_strip(text.fit(Styled(shown), width, style), width, style)]
