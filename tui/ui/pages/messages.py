"""Screen of the messages that this run showed, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.model.text.times import clock
from tui.session.rollouts.record import record_of_run
from tui.session.writes.audit import who_of
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import Page
from tui.ui.widgets.text import Styled


class MessagesScreen(TuiScreen[None]):
    """Page of all messages since the program started. If `title` is given, a page of `lines` instead."""

    PLACE = Where.MESSAGES

    def __init__(self, shared: ScreenContext, title: str = "", lines: Sequence[Line] = ()) -> None:
        super().__init__(shared)
        self._title, self._lines = title, lines

    def on_mount(self) -> None:
        is_own = not self._title
        self.query_one(Pane).head(self._title or "Messages of this run", "latest first" if is_own else "")
        page = self.query_one(Page)
        messages = list(_lines(self.shared)) or [(Styled("  No messages yet.", "muted"),)]
        page.show(messages if is_own else self._lines)
        page.focus()

    def _no_record(self) -> str | None:
        session = self.shared.session
        is_any = session.writes.outcomes or session.rollouts.runs or session.sources.requests
        return None if is_any else "Nothing to record: no write, restart or request in this run."

    @unless(_no_record)
    async def run_copy_record(self) -> None:
        """Copy a record of this run to the clipboard: its writes, its restarts and its requests.

        A request asks the object that manages a Secret, such as an ExternalSecret, for a refresh or another
        action. The record has no values.
        """
        session = self.shared.session
        outcomes, requests = session.writes.outcomes, list(session.sources.requests.values())
        runs = session.rollouts.all_runs(*session.rollouts.runs, *{outcome.ref for outcome in outcomes})
        who = who_of(session.cluster.target, session.access.identity)
        text = record_of_run(outcomes, session.writes.later, requests, runs, who, session.clock.now())
        self.show_message(await self.shared.clipboard.send(text.encode(), "the record"))


def _lines(shared: ScreenContext) -> Iterator[Line]:
    for message in reversed(shared.messages):
        at = clock(message.at, shared.session.clock.tz)
        text = message.text.replace(f" at {at}", "", 1)  # the line begins with this time already
        day = shared.session.clock.moment(message.at).removesuffix(at[:5])
        yield (Styled(f"  {day}{at}  ", "muted"), Styled(text, message.tone))
