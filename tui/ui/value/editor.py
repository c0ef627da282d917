"""Edit one value as text, or as bytes in hexadecimal.

Values whose bytes a text field could not keep are edited in hexadecimal. The user can also
choose hexadecimal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from textual import on
from textual.widgets import TextArea

from tui.model.draft.editor_text import parse_hex
from tui.model.secret.copy_formats import without_final_break
from tui.model.secret.formats.registry import changed_problem, describe
from tui.model.secret.generate import Recipe
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value, facts, size_text
from tui.process.threads import looked_into
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.quit import ask_to_quit
from tui.ui.dialogs.value_files import load_file
from tui.ui.value.canceled_edits import Canceled
from tui.ui.value.external_edit import OutsideEdit, edit_outside
from tui.ui.value.find_text import FindTextScreen
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value.accept_text import LARGEST_WINDOW
from tui.ui.widgets.value.value_editor import ValueEditor

_PER_LINE: Final = 16
_MOST_BYTES: Final = 85_000
"""Maximum size in bytes of a value that is edited in hexadecimal, where each byte takes three characters."""


class EditorScreen(FindTextScreen[Value | Canceled | None]):
    """Editor of one value."""

    PLACE = Where.EDITOR
    FOOTER_LINES = 2

    def __init__(
        self,
        shared: ScreenContext,
        ref: SecretRef,
        key: str,
        value: Value,
        warnings: tuple[str, ...] = (),
        *,
        is_new: bool = False,
        is_blank: bool = False,
        hint: str = "",
        words: Callable[[bytes], str] = lambda text: "",
        typed: Canceled | None = None,
        on_server: Value | None = None,
        path: str = "",
    ) -> None:
        """Edit the value of a key. With a `path`, edit only one leaf: a part of the value, e.g. a JSON field.

        `hint`: sentence about what to put into the key. `words`: function that returns a description of the
        typed bytes, for the line "has" below the editor. The function is called only if there is a `hint`.
        """
        super().__init__(shared)
        self.ref, self.key, self._value = ref, key, value
        self._warnings, self._hint, self._words, self._canceled = warnings, hint, words, typed
        self._held = ""
        self._on_server = on_server
        self._is_new, self._is_blank = is_new, is_blank
        self._where = f"{key} / {path}" if path else key
        self._what = path or key
        self._first = b"" if is_blank else value.reveal()
        self._path = path
        self._why_bytes = ""
        self._kind: tuple[bool, bool] | None = None
        self._last_valid = self._first
        """Last valid bytes, used while the typed hexadecimal is invalid."""

    def on_mount(self) -> None:
        self._editor = self.query_one(ValueEditor)
        if (problem := self._load(self._first)) is not None:
            outside, loads = (self.shared.keys.of(id_) for id_ in ("edit_outside", "load_value"))
            hint = f"{outside} edits all keys in $EDITOR, {loads} loads a file."
            self.shared.note(f"{self._what}: {_sentence(problem)}", "warning", hint=hint)
            self.dismiss(None)
            return
        if self._canceled is not None:
            # A paste may have made the canceled text larger than LARGEST_WINDOW.
            self._editor.load(self._canceled.data.reveal(), most=None, is_hex=self._canceled.is_hex)
        self._editor.focus()
        self._show()
        on_server = self._on_server
        if (
            on_server is not None
            and on_server != self._value
            and self._canceled is None
            and not self._editor.is_hex
        ):
            self.run_worker(self._go_to_flaw(on_server))

    async def _go_to_flaw(self, before: Value) -> None:
        flaw = await looked_into(partial(changed_problem, self.key, before, self._value))
        if flaw is None or not is_staying(self) or self._is_changed:
            return
        self._warnings = (*self._warnings, flaw.words)
        if flaw.line and not self._editor.is_one_line:
            self._editor.move_cursor((flaw.line - 1, 0), center=True)
        self._show()

    def on_unmount(self) -> None:
        self._editor.forget()
        self._last_valid = self._first = b""

    def _load(self, data: bytes, most: int | None = LARGEST_WINDOW) -> str | None:
        """Load the data as text or, if that would change a byte, in hexadecimal.

        If the data is too large, or neither works, return the reason.
        """
        if (reason := self._editor.load(data, most)) is None:
            return None
        if most is not None and len(data) > most:
            return reason
        self._why_bytes = reason
        return self._load_bytes(data)

    def _load_bytes(self, data: bytes) -> str | None:
        if len(data) > _MOST_BYTES:
            return "This value is too large to edit here as bytes (over 85 kB)."
        rows = [data[at : at + _PER_LINE].hex(" ") for at in range(0, len(data), _PER_LINE)]
        problem = self._editor.load("\n".join(rows).encode(), is_hex=True)
        self._editor.move_cursor((0, 0))
        return problem

    @property
    def data(self) -> bytes:
        """Bytes that the text in the editor stands for. Raises ValueError for invalid hexadecimal."""
        return parse_hex(self._editor.text) if self._editor.is_hex else self._editor.data

    @property
    def _typed(self) -> bytes:
        return self._editor.text.encode() if self._editor.is_hex else self._editor.data

    @property
    def _is_changed(self) -> bool:
        try:
            return self.data != self._first
        except ValueError:
            return True  # loaded hexadecimal is valid, so this text was typed

    def _show(self) -> None:
        above: list[Line] = []
        if self._hint:
            loads = self.footer_key(BY_ID["load_value"])
            above = [self._hint, (Styled(f"Paste it here, or {loads} loads a file.", "muted"),)]
        above += [(Styled(f"! {warning}", "warning"),) for warning in self._warnings]
        if self._editor.is_hex and self._why_bytes:
            above.append((Styled(f"! Edited as bytes. {_sentence(self._why_bytes)}", "warning"),))
        if not self._editor.is_hex and (stand_ins := self._editor.stand_ins_text):
            above.append((Styled(f"! {stand_ins}", "warning", is_drawn=True),))
        try:
            data = self._last_valid = self.data
            now = describe(data)
            if data.strip(b" \t\r\n") != data.strip(b"\r\n"):
                above.append((Styled("! The value starts or ends with a space or tab", "warning"),))
        except ValueError as error:
            now = str(error)
        was = "none (new key)" if self._is_new else describe(self._value.reveal())
        sizes: list[Line] = [(Styled("was    ", "muted"), was), (Styled("now    ", "muted"), now)]
        if self._held:
            tone: Tone = "warning" if self._held.startswith("!") else "good"
            sizes.append((Styled("has    ", "muted"), Styled(self._held, tone)))
        sizes += [(), (Styled("Nothing is sent before the review.", "muted"),)]
        self.show_around(above, sizes)
        is_one_line = self._editor.is_one_line
        if (self._editor.is_hex, is_one_line) != self._kind:
            self._kind = self._editor.is_hex, is_one_line
            self.refresh_footer()
        self.show_line()

    @on(TextArea.SelectionChanged)
    def show_line(self) -> None:
        """Show the title and the kind of text in the head of the pane.

        For a text of several lines, show the number of the cursor's line, because warnings name line numbers.
        """
        kind = ("bytes, in hexadecimal",) if self._editor.is_hex else self._editor.line_words
        kind = ("empty",) if self._hint and not self._editor.text else kind
        self.query_one(Pane).head(f"Edit {self.ref.name} / {self._where}", kind)

    @on(TextArea.Changed)
    def follow_typing(self) -> None:
        self._show()
        if self._hint:
            self.run_worker(self._look_into(self._last_valid), group="words", exclusive=True)

    async def _look_into(self, data: bytes) -> None:
        held = await looked_into(partial(self._words, data)) or ""
        if is_staying(self) and held != self._held:
            self._held = held
            self._show()

    @on(ValueEditor.Kept)
    def keep_line(self) -> None:
        self.run_keep_value()

    @on(ValueEditor.InputMessage)
    def show_refusal(self, event: ValueEditor.InputMessage) -> None:
        if event.is_refused and not self._editor.is_hex:
            event.prevent_default()
            self.show_message(
                f"{event.message} {self.shared.keys.of('edit_bytes')} edits the value as bytes.", "warning"
            )

    def is_in_footer(self, command: Command) -> bool:
        return super().is_in_footer(command) and not (self._hint and command.id == "generate_text")

    def title_of(self, command: Command) -> str:
        is_back = command.id == "edit_bytes" and self._editor.is_hex
        return "as text" if is_back else super().title_of(command)

    def footer_key(self, command: Command) -> str:
        is_enter = command.id == "keep_value" and self.query_one(ValueEditor).is_one_line
        return "enter" if is_enter else super().footer_key(command)

    def run_keep_value(self) -> None:
        if self._is_blank and not self._is_new and not self._is_changed:
            self.run_leave_editor()
            return
        try:
            self.dismiss(Value(self.data))
        except ValueError as error:
            self.show_message(f"Not kept: {str(error)[:1].lower()}{str(error)[1:]}", "warning")

    def run_leave_editor(self) -> None:
        if self._is_changed:
            self.dismiss(Canceled(Value(self._typed), self._editor.is_hex))
        elif self._is_new:
            keep = self.shared.keys.first("keep_value", is_typing=True)
            self._add_nothing(f"; {keep} adds an empty value" if keep else "")
        else:
            self.shared.note(f"{self._what} is unchanged.", "")
            self.dismiss(None)

    def _add_nothing(self, how: str = "") -> None:
        self.shared.note(f"{self.key} was not added: the value is empty{how}.", "")
        self.dismiss(None)

    def close_for_cover(self) -> None:
        try:
            data = self.data
        except ValueError:
            self.shared.note("The last typed digits were not kept: the text is not hexadecimal.", "warning")
            data = self._last_valid
        if self._is_blank and not self._is_new and not data:
            self.dismiss(None)  # the old value stays
        elif self._is_new and not data:
            self._add_nothing()
        else:
            self.dismiss(Value(data))

    def run_break_line(self) -> None:
        self._editor.break_line()

    async def run_edit_outside(self) -> None:
        def take(after: Value) -> str | None:
            if self._editor.is_hex:
                problem, phrase = self._editor.load(after.reveal(), is_hex=True), ""
            else:
                data, phrase = self._without_added_break(after.reveal())
                problem = self._load(data, most=None)
            if problem is None:
                self._show()
                keep = "enter" if self._editor.is_one_line else self.shared.keys.of("keep_value")
                self.show_message(f"Text taken from the external editor{phrase}. {keep} keeps the text.")
            return problem

        line = self._editor.cursor_location[0] + 1
        handed = OutsideEdit(self.ref, (self.key,), self._what, Value(self._typed), self.key, line)
        await edit_outside(self, handed, take)

    def _without_added_break(self, after: bytes) -> tuple[bytes, str]:
        """Drop a final line break that the external editor added.

        Return the text, and a phrase that tells the user about the dropped line break. The phrase is "" if
        nothing was dropped.
        """
        bare = without_final_break(after)
        if self._editor.has_final_newline or bare is None or without_final_break(bare) is not None:
            return after, ""
        return (
            bare,
            f", without its final line break ({self.shared.keys.of('toggle_final_break')} adds the break)",
        )

    async def run_load_value(self) -> None:
        if (loaded := await load_file(self, self._what)) is None:
            return
        name, value = loaded
        if self._path and not facts(value).is_readable:
            self.show_message(
                f"Not loaded: {name} is not UTF-8 text, but {self._path} must be text.", "warning"
            )
        elif (problem := self._load(value.reveal())) is not None:
            loads = f"{self.shared.keys.of('load_value')} on the key's row loads it"
            self.show_message(f"Not loaded: {name}. {_sentence(problem)[:-1]}; {loads}.", "warning")
        else:
            self._show()
            self.show_loaded(f"{name} ({size_text(value.size)})")

    def _in_bytes(self) -> str | None:
        reason = "In bytes, a final line break is 0a at the end: type or delete it."
        return reason if self._editor.is_hex else None

    @unless(_in_bytes)
    def run_toggle_final_break(self) -> None:
        self._editor.toggle_final_newline()
        ends = "ends" if self._editor.has_final_newline else "no longer ends"
        self.show_message(f"The value {ends} with a line break.")

    def _no_text(self) -> str | None:
        on_key = f"{self.shared.keys.of('set_unseen')} on a key's row generates a value."
        return f"Not generated: you are editing bytes. {on_key}" if self._editor.is_hex else None

    @unless(_no_text)
    def run_generate_text(self) -> None:
        recipe, editor = Recipe(), self._editor
        where = " at the cursor" if editor.selection.is_empty else " in place of the selection"
        if editor.selection.is_empty and editor.document.line_count < 2:
            where = ""
            editor.select_all()
        editor.take(recipe.make())
        unseen = self.shared.keys.of("set_unseen")
        self.show_message(
            f"Generated{where}: {recipe.words}; {unseen} on a key's row generates a hidden value."
        )

    def run_edit_bytes(self) -> None:
        try:
            data = self.data
        except ValueError as error:
            self.show_message(str(error), "warning")
            return
        if not self._editor.is_hex:
            self._why_bytes = ""
            if (problem := self._load_bytes(data)) is not None:
                self.show_message(f"Not edited as bytes. {_sentence(problem)}", "warning")
        elif (problem := self._editor.load(data)) is not None:
            self._why_bytes = problem
            self.show_message(f"Still edited as bytes. {_sentence(problem)}", "warning")
        self._show()

    async def run_quit_program(self) -> None:
        await ask_to_quit(self, typed=f"{self.ref} / {self._where}")


def _sentence(reason: str) -> str:
    whole = reason.removeprefix("Not pasted: ").rstrip(".")
    return f"{whole[:1].upper()}{whole[1:]}."
