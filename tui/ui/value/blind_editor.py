"""Set a value that is never shown: it is typed, pasted, generated, or loaded from a file."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from tui.model.draft.editor_text import exact_bytes
from tui.model.secret.formats.registry import describe
from tui.model.secret.generate import Recipe
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value, facts, size_text
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.dialogs.quit import ask_to_quit
from tui.ui.dialogs.value_files import load_file
from tui.ui.value.canceled_edits import Canceled
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.hidden_field import HiddenField


def masked_facts(value: Value) -> str:
    """Facts that may be shown about a masked value."""
    blank = ", starts or ends with a space or tab" if facts(value).has_edge_blank else ""
    return describe(value.reveal()) + blank


class BlindEditorScreen(TuiScreen[Value | Canceled | None]):
    """Editor that masks the value."""

    PLACE = Where.UNSEEN
    FOOTER_LINES = 2
    IS_TYPING = True

    def __init__(
        self,
        shared: ScreenContext,
        ref: SecretRef,
        key: str,
        was: Value | None,
        warnings: tuple[str, ...] = (),
        typed: Canceled | None = None,
        *,
        title: str = "",
    ) -> None:
        """`key`: key to edit; "" to edit a value in several Secrets. `was`: old value; None for a new key.

        `typed`: text of a canceled edit, which this editor continues.
        """
        super().__init__(shared)
        self._canceled = typed
        self._key, self._warnings = key, warnings
        self._where = f"{ref} / {key}" if key else "the new value"
        self._title = title or f"Set unseen: {ref.name} / {key}"
        self._was = masked_facts(was) if was is not None else "none (new key)"
        self._recipe = Recipe()
        self._has_final_newline = typed is not None and typed.adds_final_break
        self._was_warned = False
        self._made = ""
        """Recipe of the generated value, in words; "" if the value was not generated."""
        self._file: Value | None = None

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield Lines(marks_rest=True, id="above")
            yield HiddenField(empties=f"{self.shared.keys.of('start_over')} clears it.", id="unseen")
            yield Lines(id="sizes")

    def on_mount(self) -> None:
        self._field = self.query_one(HiddenField)
        self.query_one(Pane).head(self._title, "masked")
        if self._canceled is not None:
            self._field.put(self._canceled.data.reveal().decode())
            self._canceled = None
        self.query_one("#above", Lines).show(
            [(Styled(f"! {warning}", "warning"),) for warning in self._warnings]
        )
        self._field.focus()
        self._draw_facts()

    def on_unmount(self) -> None:
        self._field.forget()

    def _draw_facts(self) -> None:
        """Show facts about the old and the new value.

        The length of a typed value is left out, because the length changes with each key press.
        """
        final_break_words = f", {'a' if self._has_final_newline else 'no'} final line break"
        if not self._field.typed:
            now = f"nothing yet{final_break_words}"
        elif self._file is not None:
            now = masked_facts(self._kept)
        else:
            generated = f"generated: {self._made}" if self._made else ""
            now = (generated or "typed; its size is shown once you keep it") + final_break_words
        lines: list[Line] = [(Styled("was    ", "muted"), self._was), (Styled("now    ", "muted"), now)]
        if not self._field.typed:
            generates = f"{self.shared.keys.of('generate_value')} generates {self._recipe.words}"
            lines.append((Styled(f"       {generates}", "muted"),))
        lines += [(), (Styled("Nothing is sent before the review.", "muted"),)]
        self.query_one("#sizes", Lines).show(lines)

    @on(HiddenField.Turned)
    def follow_typing(self) -> None:
        self._was_warned = False
        if self._field.typed:
            self.clear_message("The field is empty.")
        self._draw_facts()

    def run_keep_unseen(self) -> None:
        if not self._field.typed and not self._was_warned:
            self._was_warned = True
            again = f"{self.shared.keys.of('keep_unseen')} again"
            self.show_message(f"The field is empty. {again} keeps an empty value.", "warning")
            return
        self.dismiss(self._kept)

    @property
    def _kept(self) -> Value:
        if self._file is not None:
            return Value(self._file.reveal() + b"\n" * self._has_final_newline)
        return Value(exact_bytes(self._field.typed, "\n", self._has_final_newline, False))

    def run_generate_value(self) -> None:
        self.show_status("")
        self._made, self._file = self._recipe.words, None
        self._field.put(self._recipe.make(), f"{self._recipe.length} characters generated")

    async def run_load_value(self) -> None:
        if (loaded := await load_file(self, self._key or "the new value")) is not None:
            self.show_status("")
            self._made, self._has_final_newline, (name, self._file) = "", False, loaded
            self._field.put(name, f"{name} loaded, {size_text(self._file.size)}")

    def run_longer_value(self) -> None:
        self._change(self._recipe.resized(1))

    def run_shorter_value(self) -> None:
        self._change(self._recipe.resized(-1))

    def run_other_letters(self) -> None:
        self._change(self._recipe.with_next_alphabet())

    def _change(self, recipe: Recipe) -> None:
        self._recipe = recipe
        if self._made:
            self.run_generate_value()
        self._draw_facts()

    def run_toggle_final_break(self) -> None:
        self._has_final_newline = not self._has_final_newline
        self._draw_facts()

    def run_start_over(self) -> None:
        self._made, self._file = "", None
        self._field.put("")
        self.show_message("The field is empty.")

    def close_for_cover(self) -> None:
        """Close the editor without a value, e.g. before `CoverScreen` hides all screens.

        Typed text is dropped, because it may be incomplete.
        """
        self.shared.note(f"{self._key or 'The new value'} was not set.", "")
        self.dismiss(None)

    def run_leave_dialog(self) -> None:
        if self._field.typed and not self._field.is_closed:
            typed = Value(exact_bytes(self._field.typed, "\n", False, False))
            self.dismiss(Canceled(typed, adds_final_break=self._has_final_newline))
        else:
            self.close_for_cover()

    async def run_quit_program(self) -> None:
        await ask_to_quit(self, typed=self._where if self._field.typed and not self._field.is_closed else "")
