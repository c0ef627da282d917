"""Dialog with a form: one line for each field. Fields for secret values are masked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.types.form import Form, FormField, Typed
from tui.model.secret.value import size_text
from tui.ui.base.job import run_job
from tui.ui.commands import BY_ID
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.value_files import load_file
from tui.ui.keymap import DEFAULT, Keys
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.accept_text import file_line
from tui.ui.widgets.value.hidden_field import HiddenField

_NOTHING_SENT: Final = Styled("Nothing is sent before the review.", "muted")


class FormRequest(HiddenRepr, Struct, frozen=True):
    """Title, lines and fields of a form, and the initial texts of the fields (`holds`)."""

    title: str
    lines: tuple[Line, ...]
    form: Form
    holds: Typed
    problem: Callable[[Typed], str | None]
    keys: Keys = DEFAULT
    is_new: bool = True


class FormScreen(Dialog[Typed]):
    """Dialog with a form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", show=False),
        Binding("ctrl+s", "keep", show=False, id="keep_value"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("ctrl+u", "clear", show=False, id="start_over"),
        Binding(BY_ID["load_value"].keys, "load_file", show=False, id="load_value"),
    ]

    def __init__(self, wanted: FormRequest) -> None:
        load = wanted.keys.first("load_value", is_typing=True)
        keys = [("enter", "keep"), ("tab", "next field"), *([(load, "load file")] if load else [])]
        super().__init__(wanted.title, wanted.lines, *keys)
        self._wanted = wanted
        self.left_with: Typed | None = None
        """Texts of the fields when the user canceled the dialog; None if no field had a new text."""
        self._labels = {field.id: Lines(classes="label") for field in wanted.form.fields}
        self._fields: dict[str, HiddenField | Field] = {
            field.id: HiddenField(empties=f"{wanted.keys.of('start_over')} clears it.")
            if field.is_hidden
            else Field(self._given(field), classes="form-field")
            for field in wanted.form.fields
        }
        """Widgets by the id of their form field. This id may be invalid as the id of a widget."""

    def compose_fields(self) -> ComposeResult:
        for field in self._wanted.form.fields:
            yield self._labels[field.id]
            yield self._fields[field.id]

    def on_mount(self) -> None:
        for field in self._wanted.form.fields:
            widget, typed = self._fields[field.id], self._wanted.holds.get(field.id)
            if isinstance(widget, HiddenField) and typed:
                widget.put(typed)
            self._label(field)
        hidden = [field for field in self._wanted.form.fields if field.is_hidden]
        self._focus([*([] if self._wanted.is_new else hidden), *self._wanted.form.fields][0])
        self.query_one("#problem", Lines).show([self._has(), _NOTHING_SENT])

    def on_unmount(self) -> None:
        for field in self.query(HiddenField):
            field.forget()

    def show_below(self, *lines: Line) -> None:
        super().show_below(*([line for line in lines if line] or [self._has()]), _NOTHING_SENT)

    def _has(self) -> Line:
        wanted, typed = self._wanted, dict(self._typed())
        before = {} if wanted.is_new else wanted.holds
        names = [
            field.label.lower() for field in wanted.form.fields if typed.get(field.id) != before.get(field.id)
        ]
        missing = [f"no {field.label.lower()}" for field in self._missing()]
        label = "has    " if wanted.is_new else "changes    "
        yet = " yet" if missing else ""
        return Styled(label, "muted"), f"{', '.join([*names, *missing]) or 'nothing'}{yet}"

    def _label(self, field: FormField) -> None:
        widget = self._fields[field.id]
        is_typed = isinstance(widget, HiddenField) and widget.typed
        is_kept = not self._wanted.is_new and field.id != self._wanted.form.part
        hint = "filled" if is_typed else "stays as it is until you type" if is_kept else ""
        hint = hint or ("optional" if field.is_optional else "")
        label: Line = (field.label, Styled(f"  {hint}", "muted"))
        self._labels[field.id].show([label])

    def _given(self, field: FormField) -> str:
        return self._wanted.holds.get(field.id, field.given if self._wanted.is_new else "")

    def _typed(self) -> Iterator[tuple[str, str]]:
        for field in self._wanted.form.fields:
            widget = self._fields[field.id]
            if text := widget.typed if isinstance(widget, HiddenField) else widget.value:
                yield field.id, text

    def _missing(self) -> list[FormField]:
        typed, form = dict(self._typed()), self._wanted.form
        needed = [field for field in form.fields if self._wanted.is_new or field.id == form.part]
        return [field for field in needed if field.id not in typed and not field.is_optional]

    def _focus(self, field: FormField) -> None:
        self._fields[field.id].focus()

    @on(Input.Changed)
    def forget_problem(self) -> None:
        self.warn("")

    @on(HiddenField.Turned)
    def show_typed_facts(self) -> None:
        for field in self._wanted.form.fields:
            self._label(field)
        if not self._warned:
            self.show_message("")

    @on(Input.Submitted)
    def submit(self) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        typed, missing = dict(self._typed()), self._missing()
        if (problem := self._wanted.problem(typed)) is None:
            self.dismiss(typed)
            return
        self.warn(problem)
        if missing:
            self._focus(missing[0])

    def action_clear(self) -> None:
        if isinstance(self.focused, HiddenField):
            self.focused.put("")

    async def action_load_file(self) -> None:
        await run_job(self, self._load_file())

    async def _load_file(self) -> None:
        field = next(field for field in self._wanted.form.fields if self._fields[field.id].has_focus)
        if (loaded := await load_file(self, field.label)) is None:
            return
        (name, value), widget = loaded, self._fields[field.id]
        accepted = file_line(value.reveal())
        if isinstance(accepted, str):
            why = accepted.removeprefix("Not pasted: ")
            self.warn(f"Not loaded: {name}. {why[:1].upper()}{why[1:]}")
            return
        if isinstance(widget, HiddenField):
            widget.put(accepted.text, f"{name} loaded, {size_text(len(accepted.text.encode()))}")
        else:
            # A later Input.Changed event would clear the line about the loaded file.
            with widget.prevent(Input.Changed):
                widget.value = accepted.text
        self.show_message(f"Loaded {name} without the line break at its end." if accepted.message else "")

    def close_for_cover(self) -> None:
        """Cancel the form before CoverScreen hides it."""
        self.action_leave()

    def action_leave(self) -> None:
        typed = dict(self._typed())
        given = {field.id: field.given for field in self._wanted.form.fields} | dict(self._wanted.holds)
        if any(text != given.get(field) for field, text in typed.items()):
            self.left_with = typed
        super().action_leave()
