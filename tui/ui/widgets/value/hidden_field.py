"""A field that takes typed or pasted text and draws none of it.

A recording of the terminal does not show the text, its length, or the rhythm of typing.
"""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.ui.widgets import text
from tui.ui.widgets.lines import DrawnWidget, paint
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value import accept_text
from tui.ui.widgets.value.accept_text import TextField

_EMPTY: Final = Styled("Typed or pasted text is not shown here.", "muted")


class HiddenField(TextField, DrawnWidget, can_focus=True):
    """Field that keeps a text without showing it."""

    class Turned(Message):
        """Message: `put` emptied the field, filled the empty field, or set a generated or loaded text."""

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
        """Note about a generated or loaded text, e.g. "24 characters generated"."""

    @property
    def typed(self) -> str:
        """The text, with "\\n" for each line break."""
        return self._text

    @property
    def is_closed(self) -> bool:
        """True if the user cannot type, because the text was generated or loaded."""
        return bool(self._words)

    def put(self, typed: str, words: str = "") -> None:
        former_text, former_words, self._text, self._words = self._text, self._words, typed, words
        if words != former_words:
            self.redraw()
        if bool(former_text) != bool(typed) or words:
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
            self.post_message(self.InputMessage(f"Not typed: the field is filled already. {self._empties}"))
        elif event.key == "backspace":
            self.put(self._text[:-1])
        elif (problem := accept_text.press_problem(event.character or "")) is not None:
            self.post_message(self.InputMessage(problem))
        else:
            self.put(self._text + (event.character or ""))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if self.is_closed:
            self.post_message(self.InputMessage(f"Not pasted: the field is filled already. {self._empties}"))
            return
        accepted = accept_text.paste(event.text, is_one_line=not self._keeps_final_break)
        if isinstance(accepted, str):
            self.post_message(self.InputMessage(accepted))
            return
        self.put(self._text + accepted.text)
        if accepted.message:
            self.post_message(self.InputMessage(accepted.message))
