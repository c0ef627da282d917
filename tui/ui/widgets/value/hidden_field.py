"""A field that takes typed or pasted text and draws none of it.

It draws no character, no dot and no moving cursor: nothing is sent to the terminal between the first key
and the last, so a recording shows neither the text, nor its length, nor its rhythm.
"""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.ui.widgets import text
from tui.ui.widgets.lines import Drawn, paint
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value import accept_text
from tui.ui.widgets.value.accept_text import TextField

_EMPTY: Final = Styled("What you type or paste here is not shown.", "muted")


class HiddenField(TextField, Drawn, can_focus=True):
    """Field that keeps a text until it is taken. Refuses what a visible field refuses, with the reason.

    `keeps_final_break`: true if the line break at the end of a pasted line belongs to it. `empties` is a
    sentence that names the key that empties the field.
    """

    class Turned(Message):
        """Message: the field became empty, or is no longer empty."""

    def __init__(
        self,
        *,
        empties: str = "",
        keeps_final_break: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._empties, self._keeps_final_break = empties, keeps_final_break
        self._text = ""
        self._words = ""
        """Description of a text that was set whole, which closes the field: "24 characters generated"."""

    @property
    def typed(self) -> str:
        """The text; a line break is "\\n"."""
        return self._text

    @property
    def is_closed(self) -> bool:
        """True if it is closed to typing, because its text was set whole."""
        return bool(self._words)

    def put(self, typed: str, words: str = "") -> None:
        """Set the text. `words` describes a text that closes the field: "24 characters generated"."""
        had, former_words, self._text, self._words = self._text, self._words, typed, words
        if words != former_words:
            self.redraw()
        if bool(had) != bool(typed) or words:
            self.post_message(self.Turned())

    def forget(self) -> None:
        self._text = self._words = ""

    def draw(self, width: int, height: int) -> list[Strip]:
        says = Styled(f"{self._words}, unseen") if self._words else _EMPTY
        return [text.to_strip(paint(self, [says]), width, self.tone_style(""))]

    async def _on_key(self, event: events.Key) -> None:
        is_text = event.is_printable and event.character is not None
        if not is_text and event.key != "backspace":
            return
        event.stop()
        event.prevent_default()
        if self.is_closed:
            self.post_message(self.Said(f"Not typed: the field is filled already. {self._empties}"))
        elif event.key == "backspace":
            self.put(self._text[:-1])
        elif (problem := accept_text.press_problem(event.character or "")) is not None:
            self.post_message(self.Said(problem))
        else:
            self.put(self._text + (event.character or ""))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if self.is_closed:
            self.post_message(self.Said(f"Not pasted: the field is filled already. {self._empties}"))
            return
        taken = accept_text.paste(event.text, is_one_line=not self._keeps_final_break)
        if isinstance(taken, str):
            self.post_message(self.Said(taken))
            return
        self.put(self._text + taken.text)
        if taken.said:
            self.post_message(self.Said(taken.said))
