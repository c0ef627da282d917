"""Ask for a text to find in values, or for a leaked token. The input field is masked."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult

from tui.model.leak import short_problem
from tui.model.text.counts import counted
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.hidden_field import HiddenField


class FindValueScreen(TuiScreen[str | None]):
    """Screen that asks for a text to find."""

    PLACE = Where.FIND
    IS_TYPING = True
    HEADING = "Find in values"

    def __init__(
        self, shared: ScreenContext, count: int, records: int = 0, typed: str = "", what: str = ""
    ) -> None:
        super().__init__(shared)
        self._count, self._records, self._typed, self._what = count, records, typed, what

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield HiddenField(empties=f"{self.shared.keys.of('start_over')} clears it.", id="unseen")
            yield Lines(id="sizes")

    def on_mount(self) -> None:
        self._field = self.query_one(HiddenField)
        where = self.shared.session.namespace or "all namespaces"
        self.query_one(Pane).head(f"{self.HEADING}: {where}", "masked")
        self._field.put(self._typed, self._what if self._typed else "")
        self._typed = ""
        self._field.focus()
        self.draw_text()

    def on_unmount(self) -> None:
        self._field.forget()

    @on(HiddenField.Turned)
    def draw_text(self) -> None:
        if not self._field.typed:
            self._what = ""
        sought = self._what or ("the typed text" if self._field.typed else "nothing yet")
        looks = (Styled("looks for  ", "muted"), sought)
        lines = ((Styled(line, "muted"),) for line in self.lines())
        self.query_one("#sizes", Lines).show([looks, (), *lines])

    def lines(self) -> Iterator[str]:
        yield self._reads
        yield "Only the names of matching keys and fields are kept. Values leave memory at once."
        yield "Finds the text inside values, also percent-encoded (as in a URL) or in base64. Case matters."
        yield "Decompresses and searches Helm's records, but no other compressed data."

    @property
    def _reads(self) -> str:
        search = self.shared.keys.of("search_values")
        reads = f"{search} reads {self.count_words}."
        if not self.shared.session.secrets.state.is_complete:
            reads = f"{search} reads every listed Secret: {self.count_words} so far, the list still loads."
        return f"{reads}{self.wider}"

    @property
    def count_words(self) -> str:
        records = f", {self._records:,} of them Helm's records" if self._records else ""
        return f"{counted(self._count, 'Secret')}{records}"

    @property
    def wider(self) -> str:
        if self.shared.session.namespace is None:
            return ""
        key = self.shared.keys.of("show_everywhere")
        return f" To search all namespaces, press {key} in the list of Secrets first."

    def problem(self, text: str) -> str | None:
        return None if text else "First type or paste the text to find."

    def run_search_values(self) -> None:
        text = self._field.typed.rstrip("\r\n")
        if (problem := self.problem(text)) is not None:
            self.show_message(problem, "warning")
        else:
            self.dismiss(text)

    def run_start_over(self) -> None:
        self._field.put("")
        self.draw_text()

    def run_leave_dialog(self) -> None:
        self.dismiss(None)


class LeakTokenScreen(FindValueScreen):
    """Screen that asks for a leaked token."""

    HEADING = "Leaked token"

    def lines(self) -> Iterator[str]:
        session, search = self.shared.session, self.shared.keys.of("search_values")
        where = f"namespace {session.namespace}" if session.namespace is not None else "all namespaces"
        secrets = self.count_words if session.secrets.state.is_complete else f"all Secrets of {where}"
        yield f"{search} reads ConfigMaps, and the values of {secrets}."
        kept = "Names of objects and keys are kept, never values."
        yield f"The cluster's audit log shows these reads. {kept}{self.wider}"
        yield "Finds the token in values, URLs and base64. Case matters."
        yield "If the token is base64 itself, the text that it encodes is found too."
        yield "Decompresses and searches Helm's records, but no other compressed data."

    def problem(self, text: str) -> str | None:
        return short_problem(text) if text else "Paste or type the token first."
