"""Editing one value: on one line, on several, or as bytes; what cannot be kept exactly is never loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, TextArea

from tui.commands import Command, Where
from tui.model.editing import describe, exact_bytes, keep_problem, parse_hex, to_edit
from tui.model.secret import SecretRef
from tui.model.value import Value
from tui.screens.base import TuiScreen
from tui.screens.desk import Desk
from tui.screens.quitting import ask_to_quit
from tui.screens.room import is_cramped
from tui.widgets.drawn import Line, Lines
from tui.widgets.frame import Pane
from tui.widgets.intake import LONGEST_WRAPPED
from tui.widgets.text import Styled
from tui.widgets.value_editor import LineEditor, ValueEditor

Mode = Literal["line", "lines", "bytes"]
_TITLES: Final[dict[Mode, str]] = {
    "line": "one line",
    "lines": "several lines",
    "bytes": "bytes, in hexadecimal",
}
_PER_LINE: Final = 16


@dataclass(frozen=True)
class Editing:
    """What is edited."""

    ref: SecretRef
    key: str
    value: Value
    warnings: tuple[str, ...] = ()
    """What is to be known before the work: sentences."""
    is_new: bool = False
    """Is the key still to be added?"""


class EditorScreen(TuiScreen[Value | None]):
    """Dismissed with the bytes to keep, or None where they are as before."""

    BINDINGS = TuiScreen.bindings_for(Where.EDITOR)
    PLACE = Where.EDITOR
    FOOTER_LINES = 2
    IS_TYPING = True
    IS_NEVER_MASKED = True

    def __init__(self, desk: Desk, editing: Editing) -> None:
        super().__init__(desk)
        self.editing = editing
        """Which key of which Secret."""
        self._mode: Mode = "line"
        self._line_end = "\n"
        self._has_final_newline = False
        self._has_bom = False
        self._why_bytes = ""
        self._whole = editing.value.reveal()
        """What the last press left that was no half of a byte."""
        self._warned_at = -1
        """After how many messages it was last said that esc again leaves without keeping."""

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield Lines(id="above")
            yield LineEditor(id="line")
            yield ValueEditor(id="lines")
            yield Lines(id="sizes")

    def on_mount(self) -> None:
        self._line, self._lines = self.query_one(LineEditor), self.query_one(ValueEditor)
        problem = self._load(self.editing.value.reveal())
        if problem is not None:
            self.desk.note(f"{self.editing.key} cannot be edited here. {_sentence(problem)}", "warning")
            self.dismiss(None)
            return
        self._enter_mode(self._mode)

    def on_unmount(self) -> None:
        self._line.forget()
        self._lines.forget()
        self._whole = b""

    # Loading

    def _load(self, data: bytes) -> str | None:
        """Into the smallest editor that keeps the bytes exactly; the reason if there is none."""
        reason = keep_problem(data)
        if reason is None:
            edit = to_edit(data)
            self._line_end, self._has_bom = edit.line_end, edit.bom
            self._has_final_newline = edit.final_newline
            is_short = "\n" not in edit.text and len(edit.text) <= LONGEST_WRAPPED
            if is_short and self._line.load(edit.text) is None:
                self._mode = "line"
                return None
            reason = self._lines.load(data)
            if reason is None:
                self._mode = "lines"
                return None
        self._why_bytes = reason
        return self._load_bytes(data)

    def _load_text(self, data: bytes) -> str | None:
        """The same; the reason where it came to bytes."""
        return self._load(data) or (self._why_bytes if self._mode == "bytes" else None)

    def _load_bytes(self, data: bytes) -> str | None:
        rows = [data[at : at + _PER_LINE].hex(" ") for at in range(0, len(data), _PER_LINE)]
        problem = self._lines.load("\n".join(rows).encode())
        if problem is None:
            self._mode = "bytes"
        return problem

    def _enter_mode(self, mode: Mode) -> None:
        self._mode = mode
        self._line.display = mode == "line"
        self._lines.display = mode != "line"
        (self._line if mode == "line" else self._lines).focus()
        self.query_one(Pane).head(f"edit  {self.editing.ref.name} / {self.editing.key}", _TITLES[mode])
        self._tell()
        self.refresh_footer()

    # What would be kept

    @property
    def data(self) -> bytes:
        """Exactly the bytes that would be sent. Raises ValueError where hexadecimal is none."""
        if self._mode == "line":
            return exact_bytes(self._line.value, self._line_end, self._has_final_newline, self._has_bom)
        if self._mode == "lines":
            return self._lines.data
        return parse_hex(self._lines.text)

    def _tell(self) -> None:
        above: list[Line] = [(Styled(f"! {said}", "warning"),) for said in self.editing.warnings]
        if self._mode == "bytes" and self._why_bytes:
            above.append((Styled(f"! edited as bytes. {_sentence(self._why_bytes)}", "warning"),))
        try:
            data = self._whole = self.data
            now = describe(data)
            if data.strip(b" \t\r\n") != data.strip(b"\r\n"):
                above.append((Styled("! starts or ends in a blank", "warning"),))
        except ValueError as error:
            now = str(error)
        self.query_one("#above", Lines).show(above)
        keeps = f"{self.desk.keys.of('leave_editor')} keeps what you typed as a draft"
        self.query_one("#sizes", Lines).show(
            [
                (Styled("was    ", "muted"), describe(self.editing.value.reveal())),
                (Styled("now    ", "muted"), now),
                (),
                (Styled(f"Nothing is sent until the review. {keeps}.", "muted"),),
            ]
        )

    @on(Input.Changed)
    @on(TextArea.Changed)
    def follow_typing(self) -> None:
        """What would be kept, after each press."""
        self._warned_at = -1
        self._tell()

    @on(LineEditor.Kept)
    def keep_line(self) -> None:
        """Enter in a one-line editor."""
        self.run_keep_value()

    @on(LineEditor.PasteFitted)
    @on(ValueEditor.PasteFitted)
    def say_fitted(self, event: LineEditor.PasteFitted | ValueEditor.PasteFitted) -> None:
        """The paste was not taken quite as it came."""
        self.say(event.said)

    @on(ValueEditor.PasteRefused)
    def say_refused(self, event: ValueEditor.PasteRefused) -> None:
        """Nothing of the paste was applied."""
        self.say(f"{event.reason} {self.desk.keys.of('edit_bytes')} edits as bytes.", "warning")

    @on(LineEditor.PasteRefused)
    def take_lines(self, event: LineEditor.PasteRefused) -> None:
        """Several lines go to the editor of several lines, if that can keep them."""
        if ("\n" in event.pasted or "\t" in event.pasted) and self._to_lines():
            self._lines.take(event.pasted)
            return
        self.say(event.reason, "warning")

    def _to_lines(self) -> bool:
        """Go on in the editor of several lines, the cursor where it was in the one."""
        at = self._line.cursor_position
        problem = self._lines.load(self.data)
        if problem is not None:
            self.say(f"That cannot be done here. {_sentence(problem)}", "warning")
            return False
        self._enter_mode("lines")
        self._lines.move_cursor((0, at))
        return True

    # Commands

    def is_useful(self, command: Command) -> bool:
        if command.id == "toggle_final_break":
            return self._mode != "bytes"
        return True

    def title_of(self, command: Command) -> str:
        is_back = command.id == "edit_bytes" and self._mode == "bytes"
        return "as text" if is_back else super().title_of(command)

    def run_keep_value(self) -> None:
        """Keep in the draft and go back."""
        self._leave(is_leaving=False)

    def run_leave_editor(self) -> None:
        """Back; what was typed is kept too, unless it is no hexadecimal. A new key needs more than that."""
        if self._holds_nothing():
            keep = self.desk.keys.first("keep_value", is_typing=True)
            self._add_nothing(f"; {keep} adds one that holds nothing" if keep else "")
            return
        self._leave()

    def _holds_nothing(self) -> bool:
        """Is it a new key, for which nothing was typed?"""
        try:
            return self.editing.is_new and not self.data
        except ValueError:
            return False

    def _add_nothing(self, how: str = "") -> None:
        self.desk.note(f"{self.editing.key} was not added: nothing was typed{how}.", "")
        self.dismiss(None)

    def _leave(self, *, is_leaving: bool = True) -> None:
        try:
            after = Value(self.data)
        except ValueError as error:
            # A press that was ignored meanwhile was told: then the first esc may have been a piece of a key.
            # What is not on screen warned nobody.
            if self._warned_at == len(self.desk.messages) and not is_cramped(self):
                self.desk.note("What was typed was not kept: it is no hexadecimal.", "warning")
                self.dismiss(None)
                return
            key = self.desk.keys.of("leave_editor")
            again = " again" if is_leaving else ""
            self.say(f"{error} {key}{again} leaves without keeping it.", "warning")
            self._warned_at = len(self.desk.messages)
            return
        self.dismiss(after)

    def put_away(self) -> None:
        """What was typed is kept, up to where it was hexadecimal: there is nobody to be asked."""
        if self._holds_nothing():
            self._add_nothing()
            return
        try:
            self.dismiss(Value(self.data))
        except ValueError:
            self.desk.note("What was typed last was not kept: it is no hexadecimal.", "warning")
            is_less = self.editing.is_new and not self._whole
            self.dismiss(None if is_less else Value(self._whole))

    def run_break_line(self) -> None:
        """A line break at the cursor; from one line it goes on in several."""
        if self._mode != "line" or self._to_lines():
            self._lines.take("\n")

    def run_toggle_final_break(self) -> None:
        """The final line break, on or off."""
        if self._mode == "bytes":
            self.say("In bytes a final line break is 0a at the end; type it or take it away.", "warning")
            return
        self._has_final_newline = not self._has_final_newline
        if self._mode == "lines":
            self._has_final_newline = not self._lines.has_final_newline
            self._lines.set_final_newline(self._has_final_newline)
        self._tell()
        self.say(
            "It ends in a line break now." if self._has_final_newline else "It ends in no line break now."
        )

    def run_edit_bytes(self) -> None:
        """As bytes, or back as text where that keeps them."""
        try:
            data = self.data
        except ValueError as error:
            self.say(str(error), "warning")
            return
        if self._mode == "bytes":
            problem = self._load_text(data)
            if problem is not None:
                self.say(f"It stays as bytes. {_sentence(problem)}", "warning")
                return
        else:
            problem = self._load_bytes(data)
            if problem is not None:
                self.say(f"Not as bytes. {_sentence(problem)}", "warning")
                return
            self._why_bytes = ""
        self._enter_mode(self._mode)

    def run_quit_program(self) -> None:
        """Quitting from here would lose what is typed, so that is asked about too."""
        ask_to_quit(self, typed=f"{self.editing.ref} / {self.editing.key}")


def _sentence(reason: str) -> str:
    """A reason that may be a part of a sentence, as a whole one."""
    whole = reason.removeprefix("Not pasted: ").rstrip(".")
    return f"{whole[:1].upper()}{whole[1:]}."
