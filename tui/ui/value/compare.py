"""Compare a typed or pasted text with a value without showing either. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import on
from textual.app import ComposeResult

from tui.model.secret.compare import SENTENCES, likeness
from tui.model.secret.value import Value
from tui.process.threads import looked_into
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value.hidden_field import HiddenField


class CompareScreen(TuiScreen[None]):
    """Screen that compares each entered text with one value."""

    PLACE = Where.CHECK
    IS_TYPING = True

    def __init__(
        self, shared: ScreenContext, what: str, value: Callable[[], Value | None], whose: str = ""
    ) -> None:
        super().__init__(shared)
        self._what, self._value, self._whose = what, value, whose

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield HiddenField(keeps_final_break=True, id="unseen")
            yield Lines(id="sizes")

    def on_mount(self) -> None:
        self._field = self.query_one(HiddenField)
        self.query_one(Pane).head(f"Check {self._what}", self._whose)
        self._field.focus()
        self._answer("nothing checked yet")

    def on_unmount(self) -> None:
        self._field.forget()

    def _answer(self, answer: str, tone: Tone = "") -> None:
        explanation = (
            f"{self._key} tells whether text and value are the same. If they differ only in a final line "
            "break, letter case, look-alike or invisible characters, the answer says so. The answer never "
            "tells where they differ, or the length of the value."
        )
        self.query_one("#sizes", Lines).show(
            [(Styled("answer  ", "muted"), Styled(answer, tone)), (), (Styled(explanation, "muted"),)]
        )

    @property
    def _key(self) -> str:
        return self.shared.keys.of("compare_value")

    @on(HiddenField.Turned)
    def follow_typing(self) -> None:
        if self._field.typed:
            self._answer(f"text entered; {self._key} checks it")

    async def run_compare_value(self) -> None:
        value, typed = self._value(), self._field.typed
        if value is None:
            self.show_message("The value to check no longer exists.", "warning")
            return
        self._field.forget()
        result = await looked_into(partial(likeness, value, typed))
        if not self.is_attached:
            return  # the screen was closed meanwhile
        if result is None:
            self._answer("The comparison timed out. Try again.", "warning")
            return
        self._answer(SENTENCES[result], "good" if result == "same" else "warning")

    def run_start_over(self) -> None:
        self._field.forget()
        self._answer("the field is empty")

    def run_leave_dialog(self) -> None:
        self.dismiss()
