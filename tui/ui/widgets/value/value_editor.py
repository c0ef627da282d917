"""Editor of a value as text. It refuses a value or a paste that it cannot keep exactly."""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from tui.model.draft.editor_text import EditText, exact_bytes
from tui.model.json_decoder import HiddenRepr
from tui.model.text.printable import first_stand_in, lowered, read_back, written_out
from tui.ui.widgets.text import STAND_IN
from tui.ui.widgets.value import accept_text
from tui.ui.widgets.value.accept_text import (
    FIRST_ODD,
    LARGEST_WINDOW,
    LONGEST_WRAPPED,
    TextField,
    longest_line,
)

_TOO_LARGE: Final = "Not pasted: the value would be too large to edit here (over 256 kB)."
_EMPTY: Final = EditText("", "\n", False, False)
_START: Final = Selection()


class _Whole(HiddenRepr, Struct, frozen=True):
    """State of the editor that undo and redo restore."""

    text: str
    edit: EditText
    has_own_line_end: bool
    is_hex: bool
    selection: Selection


class ValueEditor(TextField, TextArea):
    """Text editor. Undo also reverts a call of `load`."""

    keeps_indentation = False
    """True if Enter always breaks the line, and indents the new line like the current one."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+v", "paste", "paste", id="editor.paste", show=False),
        Binding("ctrl+home", "text_start", "first line", id="editor.text_start", show=False),
        Binding("ctrl+end", "text_end", "last line", id="editor.text_end", show=False),
    ]

    class Kept(Message):
        """Enter submitted the text, which has one line."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, tab_behavior="indent", highlight_cursor_line=False)
        self.indent_type = "tabs"
        self.cursor_blink = False
        self._edit = _EMPTY
        self._has_own_line_end = False
        """True if the loaded value has a line break, even if only at its end.

        If False, the first added line break sets the line ending.
        """
        self.is_hex = False
        """True if the text is the value's bytes in hexadecimal."""
        self._is_loaded = False
        self._loaded_over: list[_Whole] = []
        """States that calls of `load` replaced, for undo; the most recent is at the end."""
        self._undone: list[_Whole] = []
        """States for redo; the most recent is at the end.

        Undo replaced each of these states with a state of `_loaded_over`.
        """
        self._copied = ""
        self._cut_lines: list[str] = []
        """Whole lines that were cut one after the other."""
        self._was_last = False
        """True if the most recently cut line was at the end of a text of several lines."""
        self._after_cut: tuple[str, Selection] | None = None
        """Text and selection after the last cut of a whole line."""

    def load(self, data: bytes, most: int | None = LARGEST_WINDOW, *, is_hex: bool = False) -> str | None:
        """Load the bytes. If they are too large or cannot be kept exactly, return the reason instead."""
        edit = accept_text.load(data, most)
        if isinstance(edit, str):
            return edit
        before = self._whole
        self._show_whole(_Whole(edit.text, edit, "\n" in edit.text or edit.final_newline, is_hex, _START))
        if self.text != edit.text:
            self._show_whole(before)
            return "The editor cannot keep this value unchanged."
        if self._is_loaded:
            self._loaded_over.append(before)
            self._undone.clear()
        self._is_loaded = True
        if self.is_one_line:
            self.move_cursor(self.document.end)
        return None

    @property
    def _whole(self) -> _Whole:
        return _Whole(self.text, self._edit, self._has_own_line_end, self.is_hex, self.selection)

    def _show_whole(self, whole: _Whole) -> None:
        self._edit, self._has_own_line_end, self.is_hex = whole.edit, whole.has_own_line_end, whole.is_hex
        self.soft_wrap = longest_line(whole.text) <= LONGEST_WRAPPED
        self.load_text(whole.text)
        self.selection = whole.selection

    def undo(self) -> None:
        if self._loaded_over and not self.history.undo_stack:
            self._undone.append(self._whole)
            self._show_whole(self._loaded_over.pop())
        else:
            super().undo()

    def redo(self) -> None:
        if self._undone and not self.history.undo_stack and not self.history.redo_stack:
            self._loaded_over.append(self._whole)
            self._show_whole(self._undone.pop())
        else:
            super().redo()

    @property
    def data(self) -> bytes:
        edit = self._edit
        return exact_bytes(
            self.text,
            edit.line_end,
            edit.final_newline,
            edit.bom,
            has_stand_ins=bool(edit.why_stand_ins),
        )

    @property
    def stand_ins_text(self) -> str:
        """Sentence about the stand-ins that loading wrote into the text; "" if none.

        A stand-in, such as `‹U+202E›`, replaces an invisible or ambiguous character.
        """
        stand_in = first_stand_in(self.text) if self._edit.why_stand_ins else ""
        return (
            f"{self._edit.why_stand_ins} {stand_in} marks one of them."
            if stand_in
            else self._edit.why_stand_ins
        )

    @property
    def is_one_line(self) -> bool:
        return self.document.line_count == 1

    @property
    def line_words(self) -> tuple[str, ...]:
        return ("one line",) if self.is_one_line else ("several lines", f"line {self.cursor_location[0] + 1}")

    @property
    def keeps_on_enter(self) -> bool:
        return self.is_one_line and not self.keeps_indentation

    @property
    def has_final_newline(self) -> bool:
        return self._edit.final_newline or self.text.endswith("\n")

    def toggle_final_newline(self) -> None:
        edit, end = self._edit, self.document.end
        if self.has_final_newline and not edit.final_newline:
            row = end[0] - 1
            self.delete((row, len(self.document.get_line(row))), end)
            return
        self._edit = replace(edit, line_end=self._line_end("\n"), final_newline=not edit.final_newline)
        self.post_message(self.Changed(self))

    def break_line(self) -> None:
        """Break the line at the cursor, even if Enter would submit the text."""
        self._put("\n", self._line_end("\n"))

    def forget(self) -> None:
        """Drop the text, the undo history, and the drawn lines."""
        self._edit, self._has_own_line_end, self._copied = _EMPTY, False, ""
        self._loaded_over, self._undone = [], []
        self._cut_lines, self._after_cut = [], None
        self.load_text("")

    def take(self, pasted: str) -> None:
        """Replace the selection with a paste, or refuse the whole paste."""
        if self.read_only or not pasted:
            return
        line_end = self._line_end(pasted)
        accepted = accept_text.paste(pasted, line_end, is_one_line=self.is_one_line)
        if isinstance(accepted, str):
            self.post_message(self.InputMessage(accepted))
            return
        if len(self.text) + len(accepted.text) > LARGEST_WINDOW:
            self.post_message(self.InputMessage(_TOO_LARGE))
            return
        lines = map(written_out, accepted.text.split("\n")) if self._edit.why_stand_ins else (accepted.text,)
        self._put("\n".join(lines), line_end)
        if longest_line(self.text) > LONGEST_WRAPPED:
            self.soft_wrap = False
        if accepted.message:
            self.post_message(self.InputMessage(accepted.message, is_refused=False))

    def _put(self, text: str, line_end: str) -> None:
        """Replace the selection, as one step of undo."""
        if "\n" in text:
            self._edit = replace(self._edit, line_end=line_end)
        self.history.checkpoint()
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(result.end_location)

    def _line_end(self, added: str) -> str:
        """Line ending of the value; a value without line breaks takes the line ending of `added`."""
        if self._has_own_line_end or not self.is_one_line or self._edit.final_newline:
            return self._edit.line_end
        return accept_text.line_end_of(added)

    def action_copy(self) -> None:
        """Copy the selection. A stand-in is copied as its original character."""
        if copied := self.selected_text:
            self._copy(copied)

    def _copy(self, text: str) -> None:
        self._copied = text
        self.app.copy_to_clipboard(read_back(text) if self._edit.why_stand_ins else text)

    def action_cut(self) -> None:
        """Cut the selection or, without one, the line. Lines cut one after the other are pasted together."""
        if self.selected_text:
            self.action_copy()
            self._put("", self._edit.line_end)
            return
        row, end = self.cursor_location[0], self.document.end
        line, is_last = self.document.get_line(row), row == end[0]
        earlier_lines, was_last = (self._cut_lines, self._was_last) if self._is_after_cut else ([], False)
        if is_last and row:  # cut the line break before the line too, so that no empty line is left
            self.selection = Selection((row - 1, len(self.document.get_line(row - 1))), end)
        else:
            self.selection = Selection((row, 0), min((row + 1, 0), end))
        if self.selection.is_empty:
            return
        self._put("", self._edit.line_end)
        self._cut_lines = [line, *earlier_lines] if was_last else [*earlier_lines, line]
        self._was_last, self._after_cut = is_last and row > 0, (self.text, self.selection)
        self._copy("\n".join(self._cut_lines) + ("" if is_last and not row else "\n"))

    @property
    def _is_after_cut(self) -> bool:
        return self._after_cut == (self.text, self.selection)

    def action_paste(self) -> None:
        """Paste the text copied or cut in this editor. Programs cannot read the terminal's clipboard."""
        if not self._copied:
            self.post_message(self.InputMessage(accept_text.NOTHING_COPIED, is_refused=False))
        elif len(self.text) + len(self._copied) > LARGEST_WINDOW:
            self.post_message(self.InputMessage(_TOO_LARGE))
        elif self._was_last and self._is_after_cut:
            self._put("\n" + self._copied.removesuffix("\n"), self._edit.line_end)
        else:
            self._put(self._copied, self._line_end(self._copied))

    def action_text_start(self) -> None:
        self.move_cursor((0, 0))

    def action_text_end(self) -> None:
        self.move_cursor(self.document.end)

    def next_place(self, words: str) -> Selection | None:
        """Return the next match of `words` after the cursor, ignoring case; None without a match.

        After the last line, the search goes on from the first line.
        """
        wanted = lowered(words)
        row, column = max(self.selection.start, self.selection.end)
        count = self.document.line_count
        for lines_down in range(count + 1):
            line_number = (row + lines_down) % count
            position = lowered(self.document.get_line(line_number)).find(wanted, 0 if lines_down else column)
            if position >= 0:
                return Selection((line_number, position), (line_number, position + len(wanted)))
        return None

    def select_next(self, words: str) -> None:
        if (place := self.next_place(words)) is not None:
            self.selection = place
            self.scroll_cursor_visible(center=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Height of the text, limited to the room between the widgets above and below."""
        room, columns = container.height, container.width + self.gutter.width
        for sibling in self.siblings:
            lines = sibling.get_content_height(container, viewport, columns - sibling.gutter.width)
            most = sibling.styles.max_height
            room -= lines if most is None else min(lines, int(most.resolve(container, viewport)))
        # Below lines that do not wrap, a scroll bar takes one line.
        lines = self.virtual_size.height + (not self.soft_wrap)
        return max(1, min(lines, room))

    def on_resize(self) -> None:
        self.call_after_refresh(self.scroll_cursor_visible)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor.

        If an undo removed the cursor's line, do nothing, because TextArea moves the cursor later.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def get_cursor_line_start_location(self, smart_home: bool = False) -> Location:
        """Start of the whole line of text, even if the line wraps."""
        return (self.cursor_location[0], 0)

    def get_cursor_line_end_location(self) -> Location:
        row = self.cursor_location[0]
        return (row, len(self.document.get_line(row)))

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        text = line.plain
        if self.is_one_line and text.strip(" ") != text:
            first, last = len(text) - len(text.lstrip(" ")), len(text.rstrip(" "))
            dots = "·" * len(text)
            line = Text(dots[:first] + text[first:last] + dots[max(first, last) :], end="", no_wrap=True)
            line.stylize(STAND_IN, 0, first)
            line.stylize(STAND_IN, last, len(text))
        return line

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            # TextArea would move the focus, but the screen handles Esc.
            event.prevent_default()
        elif event.key == "enter" and self.keeps_indentation:
            event.stop()
            event.prevent_default()
            row, column = self.cursor_location
            before = self.document.get_line(row)[:column]
            self._put("\n" + before[: len(before) - len(before.lstrip(" "))], self._line_end("\n"))
        elif event.key == "enter" and self.is_one_line:
            event.stop()
            event.prevent_default()
            self.post_message(self.Kept())
        elif event.character is not None and event.character >= FIRST_ODD:
            problem = accept_text.press_problem(event.character)
            if problem is not None:
                event.stop()
                event.prevent_default()
                self.post_message(self.InputMessage(problem))
