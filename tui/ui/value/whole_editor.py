"""Edit all keys, labels and annotations of a Secret as one text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from textual import on
from textual.widgets import TextArea

from tui.model.draft.draft import Draft, draft_problem
from tui.model.draft.whole_text import (
    FieldChanges,
    TextProblem,
    changes,
    first_line,
    key_at,
    to_text,
    with_fields,
)
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.fields import is_key
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value, size_text
from tui.model.text.counts import listed
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.dialogs.quit import ask_to_quit
from tui.ui.dialogs.value_files import load_value
from tui.ui.value.canceled_edits import Canceled
from tui.ui.value.external_edit import OutsideEdit, Take, edit_outside
from tui.ui.value.find_text import FindTextScreen
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.accept_text import load
from tui.ui.widgets.value.value_editor import ValueEditor


def cannot_load(text: Value) -> bool:
    """True if the built-in editor would change bytes of the text."""
    return isinstance(load(text.reveal(), most=None), str)


class WholeText:
    """Text of a Secret at the start of an edit. The changes of the draft are included."""

    def __init__(self, ref: SecretRef, secret: Secret | None, draft: Draft | None) -> None:
        self.secret = secret
        former = secret or Secret(ref, "", "", draft.type if draft is not None else "", {})
        self.shown = with_fields(former, draft.fields(secret)) if draft is not None else former
        self.text = Value(to_text(self.shown).encode())

    def read(self, text: str) -> FieldChanges:
        """Find the changes that `text` makes. Raises TextProblem for invalid text or forbidden changes."""
        fields = changes(text, self.shown)
        if self.secret is not None and (why_not := draft_problem(self.secret, fields)) is not None:
            raise TextProblem(why_not, first_line(text))
        return fields

    def with_values(self, text: str, values: Mapping[str, Value]) -> str:
        """Return `text` with each key in `values` set to its value. Raises TextProblem as `read` does."""
        fields = {**self.shown.fields, **self.read(text), **values}
        return to_text(with_fields(self.shown, {name: to for name, to in fields.items() if to is not None}))


async def edit_whole_outside(
    screen: TuiScreen[Any],
    whole: WholeText,
    take: Take,
    text: Value | None = None,
    line: int = 0,
    hold: Callable[[str, Callable[[], Awaitable[bool]]], object] | None = None,
) -> None:
    """Edit the text of a Secret in the user's editor.

    `line`: line of the cursor, counted from 1; 0 for the line of the first key.
    """
    ref, keys, text = whole.shown.ref, tuple(whole.shown.data), text or whole.text
    line = line or first_line(text.reveal().decode())
    await edit_outside(screen, OutsideEdit(ref, keys, "all keys", text, "secret.yaml", line, hold=hold), take)


class WholeEditorScreen(FindTextScreen[FieldChanges | Canceled | None]):
    """Editor of a whole Secret."""

    PLACE = Where.WHOLE

    def __init__(self, shared: ScreenContext, whole: WholeText, typed: Canceled | None = None) -> None:
        super().__init__(shared)
        self._whole, self._typed = whole, typed

    def on_mount(self) -> None:
        self._editor, whole, secret = self.query_one(ValueEditor), self._whole, self._whole.secret
        if (problem := self._editor.load(whole.text.reveal())) is not None:
            more = f"{self.shared.keys.of('edit_outside')} edits the text in $EDITOR"
            self.shared.note(f"Not opened: {problem.rstrip('.')}; {more}.", "warning")
            self.dismiss(None)
            return
        self._editor.indent_type, self._editor.indent_width = "spaces", 2  # YAML forbids tab indentation
        self._editor.keeps_indentation = True
        sentences = manager_warnings(secret, whole.shown.data) if secret is not None else ()
        warnings = [(Styled(f"! {sentence}", "warning"),) for sentence in sentences]
        self.show_around(warnings, [(Styled("Nothing is sent before the review.", "muted"),)])
        self._go_to(first_line(self._editor.text))
        if self._typed is not None:
            self._editor.load(self._typed.data.reveal(), most=None)
            self._read()
        self._editor.focus()

    def on_unmount(self) -> None:
        self._editor.forget()

    @on(TextArea.SelectionChanged)
    def show_line(self) -> None:
        """Show the number of the cursor's line, because messages name line numbers."""
        line = f"line {self._editor.cursor_location[0] + 1}"
        self.query_one(Pane).head(f"Edit {self._whole.shown.ref.name}", ("all keys", line))

    @property
    def _is_changed(self) -> bool:
        return self._editor.data != self._whole.text.reveal()

    def _read(self, otherwise: str = "Not kept") -> FieldChanges | None:
        try:
            return self._whole.read(self._editor.data.decode())
        except TextProblem as problem:
            if problem.line:
                self._go_to(problem.line)
            self.show_message(f"{otherwise}. {problem}", "warning")
            return None

    def _go_to(self, line: int) -> None:
        self._editor.move_cursor((min(line, self._editor.document.line_count) - 1, 0), center=True)

    def run_keep_value(self) -> None:
        if (fields := self._read()) is not None:
            self.dismiss(fields)

    def run_leave_editor(self) -> None:
        self.dismiss(Canceled(Value(self._editor.data)) if self._is_changed else None)

    def close_for_cover(self) -> None:
        fields = self._read() if self._is_changed else None
        if fields is None:
            self.run_leave_editor()
        else:
            self.dismiss(fields)

    async def run_load_value(self) -> None:
        if (fields := self._read("Not loaded")) is None:
            return
        text, line = self._editor.data.decode(), self._editor.cursor_location[0] + 1
        held = {**self._whole.shown.fields, **fields}
        data = {name: value for name, value in held.items() if value is not None and is_key(name)}
        values = await load_value(self, key_at(text, line), lambda: data)
        if values is None:
            return
        loaded = self._whole.with_values(text, values)
        if (problem := self._editor.load(loaded.encode())) is not None:
            self.show_message(f"Not loaded: {problem}", "warning")
            return
        rows = enumerate(loaded.splitlines(), 1)
        self._go_to(next((row for row, _ in rows if key_at(loaded, row) in values), line))
        self.show_loaded(listed([f"{key} ({size_text(value.size)})" for key, value in values.items()]))

    async def run_edit_outside(self) -> None:
        def take(after: Value) -> str | None:
            problem = self._editor.load(after.reveal(), most=None)
            if problem is None and self._read() is not None:
                keep = self.shared.keys.of("keep_value")
                self.show_message(f"Text taken from the external editor. {keep} keeps the text.")
            return problem

        text, line = Value(self._editor.data), self._editor.cursor_location[0] + 1
        await edit_whole_outside(self, self._whole, take, text, line)

    async def run_quit_program(self) -> None:
        await ask_to_quit(self, typed=f"{self._whole.shown.ref}")
