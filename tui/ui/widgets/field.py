"""A one-line field for a name or a filter."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.ui.widgets.text_field import TextField
from tui.ui.widgets.value import accept_text

_CUT_LEFT: Final = "‹"
_CUT_RIGHT: Final = "›"
_PROMPT: Final = "/"
_WORD_BACK: Final = ("ctrl+backspace", "alt+backspace")
"""Keys that delete the word before the cursor, as in other editors (Input deletes the one after it)."""


class Field(TextField, Input):
    """A one-line field for names and filters. A longer text scrolls; `‹` and `›` mark its cut ends."""

    cursor_blink: Reactive[bool] = Reactive(False, init=False)
    # The id of the command that keeps in every editor: a keymap changes both.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", id="keep_value", show=False),
        Binding(",".join(_WORD_BACK), "delete_left_word", "delete a word", id="field.word_back", show=False),
    ]

    @property
    def keeps_on_enter(self) -> bool:
        return True

    def watch_selection(self, selection: Selection) -> None:
        """Keep the cursor, and a cell on each side of it for the marks, in view."""
        self._show_cursor()

    def on_resize(self) -> None:
        """Scroll again once the width is known."""
        self._show_cursor()

    def _show_cursor(self) -> None:
        if not self.is_mounted:
            return
        at = cell_len(self.value[: self.cursor_position])
        self.scroll_to_region(Region(max(0, at - 2), 0, 5, 1), force=True, animate=False)

    def render_line(self, y: int) -> Strip:
        strip, width = super().render_line(y), self.scrollable_content_region.width
        if y or not self.value or width < 3:
            return strip
        scrolled, wide = self.scroll_offset.x, self.content_width
        if scrolled > 0:
            strip = Strip([Segment(_CUT_LEFT, self.rich_style), *strip.crop(1)])
        if wide - scrolled > width:
            strip = Strip([*strip.crop(0, width - 1), Segment(_CUT_RIGHT, self.rich_style)])
        return strip.extend_cell_length(width, self.rich_style)

    async def action_keep(self) -> None:
        """As enter."""
        await self.action_submit()

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep only the first line of a paste.
        event.stop()
        event.prevent_default()
        taken = accept_text.paste_line(event.text)
        if isinstance(taken, str):
            self.post_message(self.Said(taken))
        elif taken.text:
            self.replace(taken.text, *self.selection)


class FilterField(Field):
    """A field with a `/` in its padding, as in less, vim and k9s."""

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if crop.x == crop.y == 0 and strips:
            strips[0] = Strip([Segment(_PROMPT, self.rich_style), *strips[0].crop(1)])
        return strips
