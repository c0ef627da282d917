"""ValueEditor: several lines of a value, kept byte for byte. What a text area cannot keep is refused."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from tui.model.editing import EditText, exact_bytes
from tui.widgets import intake
from tui.widgets.in_order import InOrder, own_actions, press_of
from tui.widgets.intake import FIRST_ODD, LARGEST_WINDOW, LONGEST_WRAPPED, longest_line
from tui.widgets.line_editor import LineEditor

__all__ = ["LineEditor", "ValueEditor"]

_TOO_LARGE: Final = "Not pasted: the value would be too large for a window (over 256 kB)."


class ValueEditor(InOrder, TextArea):
    """Edits text whose line end, final line break and byte order mark are kept beside it.

    Copy and cut go to `App.copy_to_clipboard`, which the app overrides; nothing is kept in Textual's own.
    """

    OWN_ACTIONS = own_actions(TextArea)
    way_back = f"{press_of(OWN_ACTIONS, 'undo')} undoes it"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+v", "paste", "paste", id="editor.paste", show=False),
    ]

    class PasteRefused(Message):
        """Nothing was applied; `reason` is a sentence."""

        def __init__(self, editor: Widget, reason: str) -> None:
            super().__init__()
            self.editor, self.reason = editor, reason

        @property
        def control(self) -> Widget:
            """The editor."""
            return self.editor

    class PasteFitted(Message):
        """Applied, but not quite as it came; `said` is a sentence about what was done."""

        def __init__(self, editor: Widget, said: str) -> None:
            super().__init__()
            self.editor, self.said = editor, said

        @property
        def control(self) -> Widget:
            """The editor."""
            return self.editor

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes, tab_behavior="indent", highlight_cursor_line=False)
        self.indent_type = "tabs"
        self.cursor_blink = False
        self._edit = EditText("", "\n", False, False)

    def load(self, data: bytes) -> str | None:
        """Show these bytes. Where they cannot be kept exactly: nothing is loaded, and the reason returned."""
        edit = intake.load(data)
        if isinstance(edit, str):
            return edit
        self.soft_wrap = longest_line(edit.text) <= LONGEST_WRAPPED
        self.load_text(edit.text)
        if self.text != edit.text:
            self.forget()
            return "A text area does not give this value back as it is."
        self._edit = edit
        return None

    @property
    def data(self) -> bytes:
        """Exactly what would be sent."""
        return exact_bytes(self.text, self._edit.line_end, self.has_final_newline, self._edit.bom)

    @property
    def has_final_newline(self) -> bool:
        """Does the value end in a line break?"""
        return self._edit.final_newline

    def set_final_newline(self, is_wanted: bool) -> None:
        """End the value in a line break, or not."""
        edit = self._edit
        self._edit = EditText(edit.text, edit.line_end, is_wanted, edit.bom)
        self.post_message(self.Changed(self))

    def forget(self) -> None:
        """Let go of the text, of what undo keeps, and of the lines drawn."""
        self._edit = EditText("", "\n", False, False)
        self.load_text("")

    def take(self, pasted: str) -> None:
        """Put a paste in the place of the selection, or refuse it whole."""
        if self.read_only or not pasted:
            return
        taken = intake.paste(pasted)
        if isinstance(taken, str):
            self.post_message(self.PasteRefused(self, taken))
            return
        if len(self.text) + len(taken.text) > LARGEST_WINDOW:
            self.post_message(self.PasteRefused(self, _TOO_LARGE))
            return
        result = self.replace(taken.text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        if longest_line(self.text) > LONGEST_WRAPPED:
            self.soft_wrap = False
        if taken.said:
            self.post_message(self.PasteFitted(self, taken.said))

    def action_paste(self) -> None:
        """Paste what the app's clipboard gives."""
        self.take(self.app.clipboard)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            # TextArea would move the focus on; it belongs to the screen.
            event.prevent_default()
        elif event.character is not None and event.character >= FIRST_ODD:
            problem = intake.press_problem(event.character)
            if problem is not None:
                event.stop()
                event.prevent_default()
                self.post_message(self.PasteRefused(self, problem))
