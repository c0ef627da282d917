"""The messages of this run, the latest first."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult

from tui.commands import Where
from tui.model.when import clock
from tui.screens.base import TuiScreen
from tui.screens.desk import Desk
from tui.widgets.drawn import Line
from tui.widgets.frame import Pane
from tui.widgets.page import Page
from tui.widgets.text import Styled


class MessagesScreen(TuiScreen[None]):
    """What the status line said, with its times."""

    BINDINGS = TuiScreen.bindings_for(Where.PAGE)
    PLACE = Where.PAGE

    def compose_body(self) -> ComposeResult:
        with Pane(id="page"):
            yield Page(id="page-lines")

    def on_mount(self) -> None:
        self.query_one(Pane).head("Messages of this run", "latest first")
        lines = self.query_one(Page)
        lines.show(list(_lines(self.desk)) or [(Styled("No messages yet.", "muted"),)])
        lines.focus()


def _lines(desk: Desk) -> Iterator[Line]:
    for said in reversed(desk.messages):
        at = clock(said.at, desk.session.clock.tz)
        yield (Styled(f"  {at}  ", "muted"), Styled(said.text, said.tone))
