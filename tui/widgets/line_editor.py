"""LineEditor: a value of one line. Enter keeps it and adds no byte; what has more lines is not cut down."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.model.printable import width
from tui.widgets import intake
from tui.widgets.in_order import InOrder, own_actions
from tui.widgets.text import STAND_IN

_STEPS: Final = 200
_UNDO: Final = "ctrl+z"


class LineEditor(InOrder, Input):
    """One line; blanks at its edges are drawn as `·`, since nobody sees a blank at the end of a password.

    Copy and cut go to `App.copy_to_clipboard`, which the app overrides; not at all while the text is hidden.
    """

    OWN_ACTIONS = own_actions(Input)
    way_back = f"{_UNDO} undoes it"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_UNDO, "undo", "undo", id="editor.undo", show=False),
        Binding("ctrl+y", "redo", "redo", id="editor.redo", show=False),
    ]

    class Kept(Message):
        """Enter was pressed. `text` is exactly what stands in the editor."""

        def __init__(self, editor: LineEditor, text: str) -> None:
            super().__init__()
            self.editor, self.text = editor, text

        @property
        def control(self) -> Widget:
            """The editor."""
            return self.editor

    class PasteRefused(Message):
        """Nothing was applied; `reason` is a sentence, `pasted` what came (for an editor of more lines)."""

        def __init__(self, editor: LineEditor, reason: str, pasted: str) -> None:
            super().__init__()
            self.editor, self.reason, self.pasted = editor, reason, pasted

        @property
        def control(self) -> Widget:
            """The editor."""
            return self.editor

    class PasteFitted(Message):
        """Applied, but not quite as it came; `said` is a sentence about what was done."""

        def __init__(self, editor: LineEditor, said: str) -> None:
            super().__init__()
            self.editor, self.said = editor, said

        @property
        def control(self) -> Widget:
            """The editor."""
            return self.editor

    def __init__(
        self,
        *,
        placeholder: str = "",
        is_hidden: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(
            placeholder=placeholder, password=is_hidden, select_on_focus=False, id=id, classes=classes
        )
        self.cursor_blink = False
        self._past: list[str] = []
        self._future: list[str] = []

    def load(self, text: str) -> str | None:
        """Show this text. Where one line cannot keep it: nothing is loaded, and the reason returned."""
        problem = intake.load_line(text)
        if problem is not None:
            return problem
        self.forget()
        self.value = text
        self.cursor_position = len(text)
        self._past.clear()
        return None

    @property
    def has_edge_blank(self) -> bool:
        """Does it start or end in a blank?"""
        return self.value != self.value.strip(" ")

    def forget(self) -> None:
        """Let go of the text and of what undo keeps."""
        self.value = ""
        self._past.clear()
        self._future.clear()

    def take(self, pasted: str) -> None:
        """Put a paste in the place of the selection, or refuse it whole."""
        if not pasted:
            return
        taken = intake.paste_line(pasted)
        if isinstance(taken, str):
            self.post_message(self.PasteRefused(self, taken, pasted))
            return
        self.replace(taken.text, *self.selection)
        if taken.said:
            self.post_message(self.PasteFitted(self, taken.said))

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the text; undone as one step."""
        before = self.value
        super().replace(text, start, end)
        if self.value != before:
            self._past = [*self._past[-_STEPS:], before]
            self._future.clear()

    def action_undo(self) -> None:
        """Take the last step back."""
        if self._past:
            self._future.append(self.value)
            self._restore(self._past.pop())

    def action_redo(self) -> None:
        """Do again what was taken back."""
        if self._future:
            self._past.append(self.value)
            self._restore(self._future.pop())

    def action_paste(self) -> None:
        """Paste what the app's clipboard gives."""
        self.take(self.app.clipboard)

    def action_copy(self) -> None:
        """Copy the selection; a hidden text is not copied in clear."""
        if self.password:
            raise SkipAction()
        super().action_copy()

    def action_cut(self) -> None:
        """Cut the selection; a hidden text is not copied in clear."""
        if self.password:
            raise SkipAction()
        super().action_cut()

    async def action_submit(self) -> None:
        """Keep what stands here, not a byte more."""
        self.post_message(self.Kept(self, self.value))

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if y or self.password or not self.has_edge_blank:
            return strip
        return _with_dots(strip, self.value, self.scroll_offset.x)

    def _restore(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    async def _on_key(self, event: events.Key) -> None:
        if event.character is None or event.character < intake.FIRST_ODD:
            return
        problem = intake.press_problem(event.character)
        if problem is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.PasteRefused(self, problem, event.character))


def _with_dots(strip: Strip, value: str, scrolled: int) -> Strip:
    """The drawn line with a dot in the place of each blank at the edges of the value."""
    end = width(value)
    leading = len(value) - len(value.lstrip(" "))
    trailing = len(value) - len(value.rstrip(" "))
    dotted = {*range(leading), *range(end - trailing, end)}
    out: list[Segment] = []
    at = scrolled
    for segment in strip:
        style = segment.style or Style()
        for char in segment.text:
            is_dot = at in dotted and char == " "
            out.append(Segment("·", style + STAND_IN) if is_dot else Segment(char, style))
            at += width(char)
    return Strip(Segment.simplify(out), strip.cell_length)
