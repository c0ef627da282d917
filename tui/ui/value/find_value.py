"""Type or paste a text, unseen, to find the Secrets that hold it in a value."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from tui.model.text.counts import counted
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.hidden_field import HiddenField


class FindValueScreen(TuiScreen[str | None]):
    """Dismissed with the text to look for, or None."""

    PLACE = Where.FIND
    IS_TYPING = True

    def __init__(
        self, shared: ScreenContext, count: int, records: int = 0, typed: str = "", what: str = ""
    ) -> None:
        """`count` Secrets would be read, `records` of them Helm's. `typed` is in the field at first.

        `what` says what that is.
        """
        super().__init__(shared)
        self._count, self._records, self._typed, self._what = count, records, typed, what

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield HiddenField(empties=f"{self.shared.keys.of('start_over')} clears it.", id="unseen")
            yield Lines(id="sizes")

    def on_mount(self) -> None:
        self._field = self.query_one(HiddenField)
        where = self.shared.session.namespace or "all namespaces"
        self.query_one(Pane).head(f"Find in values: {where}", "masked")
        self._field.put(self._typed, self._what if self._typed else "")
        self._typed = ""
        self._field.focus()
        self.tell()

    def on_unmount(self) -> None:
        self._field.forget()

    @on(HiddenField.Turned)
    def tell(self) -> None:
        """Show what is looked for, and how many Secrets the search reads."""
        if not self._field.typed:
            self._what = ""
        what = self._what or ("what you typed" if self._field.typed else "nothing yet")
        keys = self.shared.keys
        search, count = keys.of("search_values"), counted(self._count, "Secret")
        count += f", {self._records:,} of them Helm's records" if self._records else ""
        reads = f"{search} reads {count}."
        if not self.shared.session.secrets.state.is_complete:
            reads = f"{search} reads every Secret of the list, which still loads: {count} so far."
        if self.shared.session.namespace is not None:
            reads += f" For all namespaces press {keys.of('show_everywhere')} in the list first."
        lines = (
            reads,
            "Only the names of keys and parts that hold it are kept; values are removed from memory at once.",
            "A part of a value is enough, also percent-encoded as in a URL, or in base64. Case matters.",
            "In Helm's records it searches values, notes and objects, not compressed values.",
        )
        looks = (Styled("looks for  ", "muted"), what)
        self.query_one("#sizes", Lines).show([looks, (), *((Styled(line, "muted"),) for line in lines)])

    def run_search_values(self) -> None:
        """Begin, once there is something to look for."""
        if self._field.typed:
            self.dismiss(self._field.typed)
        else:
            self.say("Type or paste first what to look for.", "warning")

    def run_start_over(self) -> None:
        """Clear the field."""
        self._field.put("")
        self.tell()

    def run_leave_dialog(self) -> None:
        self.dismiss(None)
