"""Screen of the contexts in the kubeconfig. Choosing a context logs in and switches to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.worker import Worker

from tui.model.errors import ClusterError
from tui.model.kube_context import ContextFacts, ContextList
from tui.model.text.printable import ascii_only
from tui.session.session import Topic
from tui.ui.base.job import reading, run_job
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import READING, ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.confirm_context import person_at
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.picker import Picker
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("name", "CONTEXT", 16, most=40, grow=3, cut="middle"),
    Column("badge", "", 9, grow=1),
    Column("here", "", 9, grow=1),
    Column("server", "SERVER", 18, grow=2, drop=1, cut="middle"),
    Column("namespace", "NAMESPACE", 12, grow=1, drop=2, cut="middle"),
    Column("user", "USER", 10, grow=1, drop=3, is_late=True, cut="middle"),
    Column("cluster", "CLUSTER", 10, grow=1, drop=4, is_late=True, cut="middle"),
)


class ContextsScreen(TuiScreen[None]):
    """Table of contexts. Listing runs no login command and reads no certificate; choosing a row logs in."""

    PLACE = Where.CONTEXTS

    def __init__(self, shared: ScreenContext, at: str = "") -> None:
        super().__init__(shared)
        self._at = at
        self._found: ContextList | None = None
        self._error: ClusterError | None = None
        self._refusals: dict[str, ClusterError] = {}
        self._picker = Picker[ContextFacts](
            _COLUMNS,
            key=lambda facts: facts.name,
            cells=self._cells,
            words=lambda facts: f"{ascii_only(facts.name)} {facts.cluster} {facts.server} {facts.user}",
            placeholder="words in context, cluster, server, user",
        )

    def compose_body(self) -> ComposeResult:
        yield self._picker

    def on_mount(self) -> None:
        self._picker.table.focus()
        self._draw()
        self.run_worker(self._read(), group="list", exclusive=True)

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"drafts", "writes"}:
            self._show_row_facts()

    # Reading and drawing

    async def _read(self) -> None:
        is_first = self._found is None
        try:
            self._found, self._error = await self.shared.contexts.list(), None
        except ClusterError as error:
            self._error = error
        await self.look_at_kubeconfig()
        if not is_staying(self):
            return
        self._draw()
        if is_first:
            self._picker.table.move_to(self._at or self._here)
        self._show_row_facts()

    @property
    def _here(self) -> str:
        return self.shared.session.cluster.target.context

    def _moved(self, facts: ContextFacts) -> Cell:
        target = self.shared.session.cluster.target
        is_other = facts.name == target.context and facts.home[1] != target.server
        return Styled("changed", "warning") if is_other else ""

    def _rows(self) -> Sequence[ContextFacts]:
        target = self.shared.session.cluster.target
        listed = self._found.contexts if self._found is not None else ()
        if any(facts.name == target.context for facts in listed):
            return listed
        here = ContextFacts(target.context, target.cluster, target.server, target.user, target.namespace)
        return (here, *listed)

    def _draw(self) -> None:
        rows = self._rows()
        self._picker.head(f"Contexts  {len(rows):,}", "choosing a context logs in; listing does not")
        self._picker.show(rows)

    def _cells(self, facts: ContextFacts) -> tuple[Cell, ...]:
        badge = self.shared.app.settings_of(facts).guarded
        is_here = facts.name == self._here
        is_current = self._found is not None and facts.name == self._found.current
        server = ascii_only(facts.place) if facts.server else Styled("no server", "warning")
        return (
            Styled(ascii_only(facts.name), "accent" if is_here else ""),
            Styled(f" {badge} ", "badge") if badge else "",
            self._moved(facts)
            or (Styled("here", "accent") if is_here else Styled("kubectl's", "muted") if is_current else ""),
            server,
            ascii_only(facts.namespace),
            ascii_only(facts.user) if facts.user else Styled("no user", "muted"),
            ascii_only(facts.cluster),
        )

    @on(VirtualTable.Highlighted)
    def _show_row_facts(self) -> None:
        facts = self._picker.table.cursor_row_value
        self._picker.show_page(RowPage(list(self._about(facts)) if facts is not None else []))

    def _about(self, facts: ContextFacts) -> Iterator[Line]:
        if self._error is not None:
            yield (Styled(f"  ! {self._error.sentence}", "bad"),)
        yield (
            Styled("  cluster ", "muted"),
            ascii_only(facts.cluster) or "none",
            Styled("  server ", "muted"),
            ascii_only(facts.server) or "none",
            Styled("  user ", "muted"),
            ascii_only(facts.user) or "none",
        )
        if facts.name in self._refusals:
            yield (Styled(f"  ! {self._refusals[facts.name].sentence}", "bad"),)
        waiting = [str(draft.ref) for (name, _), draft in self.shared.session.parked if name == facts.name]
        if waiting:
            yield (Styled(f"  * drafts kept in this context: {', '.join(waiting)}", "accent"),)
        if self._moved(facts):
            server = ascii_only(self.shared.session.cluster.target.server)
            warning = f"  ! the kubeconfig changed; secret-tui is still logged in to {server}"
            yield (Styled(warning, "warning"),)
        elif facts.name == self._here:
            yield (Styled("  secret-tui shows this context", "muted"),)
        elif watched := self.shared.session.writes.aftermath.watched:
            prefix = "  after a switch, these writes are no longer watched: "
            yield (Styled(prefix + "; ".join(watched), "warning"),)

    # Switching to a context

    @property
    def is_filtered(self) -> bool:
        return bool(self._picker.filter)

    def _no_context(self) -> str | None:
        return "No context selected." if self._picker.table.cursor_key is None else None

    @unless(_no_context)
    def run_go_in(self) -> None:
        self._picker.table.open_row()

    @on(Picker.Chosen)
    async def choose(self, event: Picker.Chosen) -> None:
        """Log in to the chosen context, and switch to it. Refuse while another login runs."""
        event.stop()
        if (why_not := self._logging_in()) is not None:
            self.show_message(why_not, "warning")
            return
        self._picker.leave_field()
        await run_job(self, reading(self, self._go_there(event.key)))

    @on(Picker.Typed)
    def refuse_typed(self, event: Picker.Typed) -> None:
        event.stop()
        self.show_message(
            f"No context matches; {self.shared.keys.of('go_back')} clears the filter.", "warning"
        )

    @on(Worker.StateChanged)
    def show_other_keys(self) -> None:
        self.refresh_footer()

    def _logging_in(self) -> str | None:
        logins = (worker for worker in self.workers if worker.group == READING and worker.node is self)
        is_over = all(worker.is_finished for worker in logins)
        return None if is_over else f"Already logging in; {self.shared.keys.of('go_back')} stops the login."

    async def _go_there(self, to: str) -> None:
        shared, name = self.shared, ascii_only(to)
        if to == self._here and not await shared.contexts.is_changed():
            self.show_message(f"Already in {name}.")
            return
        if (why_not := shared.session.writes.unsettled) is not None:
            self.show_message(f"Cannot switch during a write. {why_not}", "warning")
            return
        if (run := shared.session.rollouts.running) is not None:
            key = shared.keys.of("restart_readers")
            self.show_message(
                f"Cannot switch during restarts: {run.line()}. {key} on {run.secrets[0]} shows the restarts.",
                "warning",
            )
            return
        if (why_not := shared.session.actions.unsettled) is not None:
            self.show_message(f"Cannot switch during a request. {why_not}", "warning")
            return
        stays = f"{shared.keys.of('go_back')} stays in {ascii_only(self._here)}"
        self.show_status(f"Logging in to {name} … {stays}.")
        try:
            session = await shared.contexts.open(to, person_at(self))
        except ClusterError as error:
            self._refusals[to] = error
            self._show_row_facts()
            self.show_message(f"Still in {ascii_only(self._here)}: {error.sentence}", "bad")
            return
        shared.app.enter(session)

    # Commands

    @unless(_logging_in)
    def run_filter_list(self) -> None:
        """Focus the filter field.

        The filter cannot be opened during a login, because the login may ask the user for text.
        """
        self._picker.start_filter()

    def run_refresh_now(self) -> None:
        self.run_worker(self._read(), group="list", exclusive=True)

    def run_stop_running(self) -> None:
        if not self._stop():
            super().run_stop_running()

    def run_go_back(self) -> None:
        if self._stop():
            return
        if self._picker.clear_filter():
            self.refresh_footer()
        else:
            self.dismiss()

    def _stop(self) -> bool:
        return self.stop_reading(f"Login stopped; still in {ascii_only(self._here)}.")
