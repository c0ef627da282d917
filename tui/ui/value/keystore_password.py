"""Ask for the password of a keystore. The typed password is masked, and is not kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import on
from textual.app import ComposeResult

from tui.model.secret.formats.registry import DecodedValue
from tui.model.secret.value import Value
from tui.process.threads import looked_into
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value.hidden_field import HiddenField


class KeystorePasswordScreen(TuiScreen[DecodedValue | None]):
    """Screen that asks for the password of a keystore."""

    PLACE = Where.PASSWORD
    IS_TYPING = True

    def __init__(self, shared: ScreenContext, what: str, decode: Callable[[Value], DecodedValue]) -> None:
        super().__init__(shared)
        self._what, self._decode = what, decode

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield HiddenField(empties=f"{self.shared.keys.of('start_over')} clears it.", id="unseen")
            yield Lines(id="sizes")

    def on_mount(self) -> None:
        self._field = self.query_one(HiddenField)
        self.query_one(Pane).head(f"Open {self._what}", "masked")
        self._field.focus()
        self._show_state("nothing typed yet")

    def on_unmount(self) -> None:
        self._field.forget()

    def _show_state(self, state: str, tone: Tone = "") -> None:
        lines = (
            "The password is used once, to open the keystore, then removed from memory.",
            "Private keys are not read. Nothing is sent or written.",
        )
        state_line = (Styled("state  ", "muted"), Styled(state, tone))
        self.query_one("#sizes", Lines).show([state_line, (), *((Styled(line, "muted"),) for line in lines)])

    @on(HiddenField.Turned)
    def follow_typing(self) -> None:
        if self._field.typed:
            self._show_state(f"typed; {self.shared.keys.of('try_password')} opens the keystore")

    async def run_try_password(self) -> None:
        if not self._field.typed:
            self.show_message("Type or paste the password first.", "warning")
            return
        password = Value(self._field.typed.encode())
        self._field.forget()
        decoded = await looked_into(partial(self._decode, password))
        if not self.is_attached:
            return  # the screen was closed meanwhile
        if decoded is None:
            self._show_state("Opening the keystore took too long. Try again.", "warning")
        elif decoded.needs_password:
            self._show_state("Wrong password, or the keystore is damaged. Try again.", "warning")
        else:
            self.dismiss(decoded)

    def run_start_over(self) -> None:
        self._field.forget()
        self._show_state("the field is empty")

    def run_leave_dialog(self) -> None:
        self.dismiss(None)
