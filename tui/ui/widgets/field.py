"""Fields of one line, for a name or a filter."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets import Input

from tui.model.text.printable import has_unseen, printable
from tui.ui.widgets.value import accept_text
from tui.ui.widgets.value.accept_text import TextField

_PROMPT: Final = "/"
_WORD_BACK: Final = ("ctrl+backspace", "alt+backspace")
"""Keys that delete the word before the cursor."""


class Field(TextField, Input):
    """Field of one line for names and filters.

    The field refuses typed or pasted characters that cannot be drawn. In a text that the program sets, such
    as a file's name, stand-ins (e.g. `‹U+00A0›`) replace these characters.
    """

    cursor_blink: Reactive[bool] = Reactive(False, init=False)
    # `keep_value` is also a command of the value editors, so one entry of `keymap` changes ctrl+s in both.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", id="keep_value", show=False),
        Binding(",".join(_WORD_BACK), "delete_left_word", "delete a word", id="field.word_back", show=False),
    ]

    _copied = ""

    @property
    def keeps_on_enter(self) -> bool:
        return True

    def validate_value(self, value: str) -> str:
        return printable(value) if has_unseen(value) or not value.isprintable() else value

    async def action_keep(self) -> None:
        await self.action_submit()

    def action_copy(self) -> None:
        self._copied = self.selected_text or self._copied
        super().action_copy()

    def action_cut(self) -> None:
        if self.selected_text:
            self.action_copy()
            self.delete_selection()

    def action_paste(self) -> None:
        """Paste the text copied or cut in this field, because the app keeps no copied text."""
        if self._copied:
            self.replace(self._copied, *self.selection)
        else:
            self.post_message(self.InputMessage(accept_text.NOTHING_COPIED, is_refused=False))

    async def _on_key(self, event: events.Key) -> None:
        if not event.is_printable or event.character is None or event.character < accept_text.FIRST_ODD:
            return
        if (problem := accept_text.press_problem(event.character)) is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.InputMessage(problem))

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep only the first line of a paste.
        event.stop()
        event.prevent_default()
        accepted = accept_text.paste_line(event.text)
        if isinstance(accepted, str):
            self.post_message(self.InputMessage(accepted))
        elif accepted.text:
            self.replace(accepted.text, *self.selection)


class FilterField(Field):
    """Field with a `/` before its text, as in vim, k9s and `less`."""

    acts_on_enter = True
    """True if Enter acts on the text, e.g. chooses a name; False if Enter only ends the typing."""

    @property
    def keeps_on_enter(self) -> bool:
        return self.acts_on_enter

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if crop.x == crop.y == 0 and strips:
            strips[0] = Strip([Segment(_PROMPT, self.rich_style), *strips[0].crop(1)])
        return strips
