"""Screen that proposes workloads to restart, then follows each restart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct
from textual import on

from tui.model.api_object import ObjectRef
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, listed
from tui.session.cache.readers import Readers
from tui.session.rollouts.record import RecordEntry, entries, record
from tui.session.rollouts.rollout import RESTART_ORDERS, Order, Rollout, owner_name
from tui.session.source import SourceRequest
from tui.session.writes.audit import who_of
from tui.ui.base.list_state import note_of
from tui.ui.base.reader_words import not_checked, readers_word
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.dialogs.confirm_context import confirm_context
from tui.ui.pages.messages import MessagesScreen
from tui.ui.rollout.lines import (
    Proposal,
    about_left,
    about_proposal,
    about_step,
    after_failure,
    goes_to,
    left_lines,
    left_out,
    pods_bar,
    proposal,
    proposed_state,
    record_lines,
    step_state,
    whole_bar,
)
from tui.ui.widgets.bars.frame import class_at, is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line, cells_of, part_line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone, text_of

_WORKLOAD: Final = Column("workload", "WORKLOAD", 16, most=50, grow=1, cut="middle")
_STATE: Final = Column("state", "STATE", 20, grow=3)
_PROPOSED: Final = (
    Column("mark", "", 3, gap=1),
    _WORKLOAD,
    Column("pods", "PODS", 6, most=10, drop=1),
    _STATE,
)
_BAR, _WIDE_BAR, _WIDE = 8, 16, 100
"""Widths, in cells: narrow bar, wide bar, and the narrowest terminal that shows the wide bar."""
_SIGN: Final = Column("sign", "", 2, gap=1)
_FOLLOWED: Final = {
    bar: (_SIGN, _WORKLOAD, Column("pods", "PODS", bar + 4, most=bar + 8, drop=1), _STATE)
    for bar in (_BAR, _WIDE_BAR)
}
_SPARE: Final = 16
"""Number of lines above and below table and page, plus a reserve for wrapped lines."""
_PADDING: Final = 3


class _Workload(Struct, frozen=True, eq=False):
    name: str
    cells: tuple[Cell, ...]
    about: tuple[Line, ...]
    counts: str
    new_pods: tuple[int, int] = (0, 0)
    proposal: Proposal | None = None
    is_long: bool = False


class RolloutScreen(RowsScreen[_Workload]):
    """Screen that proposes and follows restarts of the workloads that read the given Secrets.

    Leaving the screen does not stop the restarts.
    """

    PLACE = Where.RESTART
    TOPICS = frozenset({"rollouts", "readers", "writes", "opened"})

    def __init__(
        self, shared: ScreenContext, *secrets: SecretRef, only: Collection[tuple[str, str]] = ()
    ) -> None:
        """Open the screen for `secrets`.

        If the end of the latest rollout for `secrets` was not shown yet, the screen also opens for the other
        Secrets of that rollout.

        `only`: kind and name of each workload to mark at first; () to mark workloads whose restart is due.
        """
        super().__init__(
            shared, TableWithPage(_PROPOSED, key=lambda row: row.name, cells=self._cells, id="changes")
        )
        latest_run = shared.session.rollouts.latest(*secrets)
        unseen = latest_run.secrets if latest_run is not None and not latest_run.is_shown else ()
        self._secrets, self._only = tuple(dict.fromkeys((*secrets, *unseen))), only
        self._namespaces = sorted({ref.namespace for ref in self._secrets})
        self._order: Order = RESTART_ORDERS[0]
        self._is_again = latest_run is not None and latest_run.is_shown
        self._auto_row: str | None = None
        """Key of the cursor's row, while the screen moves the cursor to the row of each new restart.

        None if no restart runs, or after the user moved the cursor.
        """

    def on_mount(self) -> None:
        self.shared.session.want_readers(*self._namespaces)
        self.shared.session.rollouts.looked.clear()
        for message in self.shared.messages.recent[-1:]:  # usually about the write that led to this screen
            self.draw_message(message.text, message.tone)

    def on_unmount(self) -> None:
        self.shared.session.rollouts.looked.clear()

    @property
    def subject(self) -> SecretRef:
        proposal = self._proposal
        reads = proposal.owner.reads if proposal is not None else ()
        return (*reads, *self._secrets)[0]

    @property
    def _held(self) -> list[Readers]:
        readers_of = self.shared.session.readers_of
        return list(dict.fromkeys(readers_of(namespace) for namespace in self._namespaces))

    @property
    def _is_complete(self) -> bool:
        return all(readers.state.is_complete for readers in self._held)

    @property
    def _readers_of(self) -> str:
        return self._secrets[0].name if len(self._secrets) == 1 else counted(len(self._secrets), "Secret")

    @property
    def run(self) -> Rollout | None:
        run = self.shared.session.rollouts.latest(*self._secrets)
        return None if run is not None and run.is_over and self._is_again else run

    def title_of(self, command: Command) -> str:
        run = self.run
        if command.id == "send_restarts":
            return f"restart {len(self.marked())}" if run is None else "restart the others"
        if run is not None and not run.is_over:
            if command.id == "go_back":
                return "leave it running"
            if command.id == "stop_running":
                has_more = any(step.state == "queued" for step in run.steps)
                return "stop after this" if has_more else "stop following"
        return super().title_of(command)

    def is_in_footer(self, command: Command) -> bool:
        is_running = self.run is not None and not self.run.is_over
        if command.id == "stop_running":
            return is_running
        return super().is_in_footer(command) and not (
            is_running and command.id in ("undo_write", "copy_record")
        )

    # Drawing

    def draw(self) -> None:
        columns = _PROPOSED if self.run is None else _FOLLOWED[self._bar_cells]
        if columns is not self.table.columns:
            self.table.start_over(self.table.cursor_key or "")
            self.table.set_columns(columns)
        self.table.show(self.rows())
        if self._is_following:
            self._follow()
        self.draw_around()

    def on_resize(self) -> None:
        if is_staying(self):
            self.draw()

    @property
    def _bar_cells(self) -> int:
        return _WIDE_BAR if self.app.size.width >= _WIDE else _BAR

    def first_key(self) -> str:
        run = self.run
        self._auto_row = (
            run.name(run.steps[run.number - 1].ref) if run is not None and not run.is_over else None
        )
        return self._auto_row or ""

    @on(VirtualTable.Highlighted)
    def stop_following(self) -> None:
        if not self._is_following:
            self._auto_row = None

    @property
    def _is_following(self) -> bool:
        return self._auto_row is not None and self._auto_row == self.table.cursor_key

    def _follow(self) -> None:
        self.table.move_to(self.first_key())

    def rows(self) -> list[_Workload]:
        if (run := self.run) is None:
            return self._proposed()
        run.is_shown = run.is_shown or run.is_over
        return self._followed(run)

    def _cells(self, row: _Workload) -> tuple[Cell, ...]:
        return (self.mark(row), *row.cells) if self.run is None else row.cells

    def head(self) -> tuple[str, Sequence[str]]:
        return f"Restart: readers of {self._readers_of}", self._words(self.run)

    def note(self) -> Note | None:
        if self.run is not None:
            return None
        states = [readers.state for readers in self._held]
        state_to_show = next((state for state in states if not state.is_complete), states[0])
        read = f"{'any of the ' if len(self._secrets) > 1 else ''}{self._readers_of}"
        empty = f"No known pod reads {read}, so no workload needs a restart."
        return note_of(self.shared, state_to_show, "pods", has_rows=bool(self.table.rows), empty=empty)

    def _proposed(self) -> list[_Workload]:
        rollouts = self.shared.session.rollouts
        rows = []
        for owner in rollouts.owners(*self._secrets):
            if owner.ref is not None and owner.idle is None and owner.ref not in rollouts.looked:
                rollouts.look(owner.ref)
            proposed = proposal(self.shared, self._secrets, owner)
            cells = (proposed.name, counted(len(owner.pods), "pod"), proposed_state(proposed))
            about = tuple(about_proposal(self.shared, proposed))
            rows.append(_Workload(proposed.name, cells, about, owner.counts, proposal=proposed))
        return rows

    def _followed(self, run: Rollout) -> list[_Workload]:
        owners = {owner.ref: owner for owner in self.shared.session.rollouts.owners(*run.secrets)}
        all_pods = self.shared.session.rollouts.pods(run)
        rows = []
        for step in run.steps:
            name, pods = run.name(step.ref), all_pods[step.ref]
            (new, count), (sign, state) = step.new_pods(pods), step_state(step)
            bar = Styled(f"{pods_bar(new, count, self._bar_cells)} {new}/{count}", sign.style)
            about = tuple(about_step(self.shared, run, step, owners.get(step.ref), pods))
            is_long = step.detail not in ("", step.message)
            cells: tuple[Cell, ...] = (sign, name, bar, state)
            rows.append(_Workload(name, cells, about, f"{new} of {count} new", (new, count), is_long=is_long))
        for left in run.left:
            cells = (Styled("!", "warning"), left.title, "", Styled(f"not restarted: {left.why}", "warning"))
            rows.append(_Workload(left.title, cells, tuple(about_left(left)), ""))
        return rows

    @property
    def _proposal(self) -> Proposal | None:
        return self.row.proposal if self.row is not None else None

    def starts_marked(self, row: _Workload) -> bool | None:
        if (proposed := row.proposal) is None or proposed.cannot:
            return None
        return (proposed.owner.kind, proposed.owner.name) in self._only if self._only else proposed.is_due

    @property
    def _marked(self) -> list[Proposal]:
        return [row.proposal for row in self.marked() if row.proposal is not None]

    def _words(self, run: Rollout | None) -> Sequence[str]:
        if run is None:
            if not self.table.rows:
                return ["nothing to restart" if self._is_complete else "not known"]
            state = "read-only" if self.shared.session.read_only else "nothing sent yet"
            return [f"{len(self._marked)} of {len(self.table.rows)} marked · {state}"]
        if run.is_over:
            return [run.word()]
        since = f"since {self.shared.session.clock.moment(run.begun)}"
        return [run.line().partition(":")[0], *([] if run.waits_for_go else [since])]

    def page(self, row: _Workload | None) -> RowPage:
        run = self.run
        # Lines that say which kinds of objects were searched for readers, and which were not.
        unseen = self._not_checked("search_readers")
        if row is None:
            return RowPage([*left_lines(self.shared, self._secrets), *unseen], lead=0)
        order = self._order if self._none_can() is None else None
        cells = self.app.size.width - (0 if class_at(self.app.size.width) == "-narrow" else 2)
        text = [part_line(row.name, row.counts, cells - THUMB), *row.about]
        below = goes_to(self.shared, self._secrets, order, self._first()) if run is None else self._next(run)
        record: list[Line] = []
        if run is not None and (done := self._done()):
            copies = f"{self.shared.keys.of('copy_record')} copies"
            title = part_line("Record", copies, cells - THUMB)
            record = [title, *record_lines(self.shared, done)]
        lines = len(self.table.rows) + len(text) + len(record) + len(unseen) + len(below)
        if lines + _SPARE <= self.app.size.height:  # all lines fit, so put `below` directly after `text`
            text, below = [*text, *below], []
        counts = [each.new_pods for each in self.table.rows]
        bar = whole_bar(counts, cells - _PADDING) if run is not None else []
        return RowPage([*text, *record, *unseen], [below], lead=4, head=bar)

    def _not_checked(self, command: str = "") -> list[Line]:
        keys, clock = self.shared.keys, self.shared.session.clock
        lines = (
            line for readers in self._held for line in not_checked(readers, keys, clock, command=command)
        )
        return list(dict.fromkeys(lines))

    def _next(self, run: Rollout) -> list[Line]:
        keys = self.shared.keys
        lines = left_lines(self.shared, self._secrets)
        if self.row is not None and self.row.is_long:
            lines.insert(0, (f"  {keys.of('go_in')} shows the whole message.",))
        if run.waits_for_go:
            restarts, skips = keys.of("send_restarts"), keys.of("stop_running")
            does = f"  {restarts} restarts the other workloads, {skips} skips them."
            lines.append((Styled(does, "accent"),))
        if run.is_over and run.has_failed:
            lines.append(after_failure(self.shared, self._secrets, run))
        return lines

    def draw_message(self, text: str, tone: Tone = "") -> None:
        super().draw_message(self.shared.messages[-1].text, tone)

    # Choosing

    def _no_choice(self) -> str | None:
        return None if self.run is None else "These restarts were started already."

    def _none_can(self) -> str | None:

        can_mark = any(self.starts_marked(row) is not None for row in self.table.rows)
        return None if can_mark or self.run is not None else "No listed workload can be restarted."

    def _no_row(self) -> str | None:
        if (proposal := self._proposal) is None:
            return self._no_choice() or "No workload selected."
        return f"Not marked: {proposal.cannot}." if proposal.cannot else None

    @unless(_no_row)
    def run_mark_restart(self) -> None:
        self.toggle_mark()

    def open_row(self, row: _Workload) -> None:
        self.app.push_screen(MessagesScreen(self.shared, row.name, row.about))

    def _first(self) -> str:
        names, cursor_key = [proposed.name for proposed in self._marked], self.table.cursor_key
        return cursor_key if isinstance(cursor_key, str) and cursor_key in names else next(iter(names), "")

    @unless(_no_choice, _none_can)
    def run_change_order(self) -> None:
        self._order = RESTART_ORDERS[(RESTART_ORDERS.index(self._order) + 1) % len(RESTART_ORDERS)]
        self.draw()

    # Sending

    def _not_sendable(self) -> str | None:
        if (run := self.run) is not None:
            return None if run.waits_for_go else "These restarts were started already."
        if (refusal := self._none_can()) is not None:
            return f"Nothing sent: {refusal[0].lower()}{refusal[1:]}"
        marked = self._marked
        if not marked:
            mark = self.shared.keys.of("mark_restart")
            return f"Nothing sent: no workload is marked. {mark} marks a workload."
        waits = sum(proposed.looked.dry_run is None for proposed in marked)
        return f"Nothing sent: still waiting for {counted(waits, 'dry run')}." if waits else None

    @unless(_not_sendable)
    async def run_send_restarts(self) -> None:
        if (run := self.run) is not None:
            self.show_status("")
            self.shared.session.rollouts.go_on(run)
            return
        marked = self._marked
        if self._order == "one first":
            marked.sort(key=lambda proposed: proposed.name != self._first())
        targets = [
            (proposed.owner.ref, proposed.owner.stale)
            for proposed in marked
            if proposed.owner.ref is not None
        ]
        effect = f"Restarts {listed([proposed.name for proposed in marked])}."
        if (typed := await confirm_context(self, "restart", effect, self._namespaces)) is not None:
            self._send(targets, typed)

    def _send(self, targets: list[tuple[ObjectRef, frozenset[str]]], typed: str) -> None:
        sent = {ref for ref, _ in targets}
        proposals = (row.proposal for row in self.table.rows)
        left = [
            left_out(proposed)
            for proposed in proposals
            if proposed is not None and proposed.owner.needs_restart and proposed.owner.ref not in sent
        ]
        rollouts = self.shared.session.rollouts
        problem = rollouts.start(self._secrets, targets, self._order, typed=typed, left=left)
        if problem is not None:
            self.show_message(problem, "warning")
            return
        self._is_again, self._auto_row = False, self.table.cursor_key
        self.show_status("")
        self.draw()

    def run_stop_running(self) -> None:
        """Send no further restarts. If all were sent already, stop following them."""
        if (run := self.run) is None or run.is_over:
            super().run_stop_running()
            return
        self.show_message(self.shared.session.rollouts.stop(run), "warning")

    # After the restarts

    def _not_over(self) -> str | None:
        run = self.run
        is_over = run is not None and run.is_over
        return None if is_over else "This screen shows no restart, or restarts still run."

    @unless(_not_over)
    def run_restart_readers(self) -> None:
        self._is_again, self._only = True, ()
        self.marks.clear()
        self.shared.session.rollouts.looked.clear()
        self.draw()

    def _no_record(self) -> str | None:
        session, secrets = self.shared.session, self._secrets
        acts = session.rollouts.writes.of(*secrets), session.rollouts.latest(*secrets), self._asked
        return (
            None
            if any(acts)
            else f"Nothing to record for {self._readers_of}: no write, restart or request in this run."
        )

    @unless(_no_record)
    async def run_copy_record(self) -> None:
        """Copy a record without values, e.g. for a ticket.

        It lists writes of the Secrets, requests to objects that manage them, and restarts of workloads.
        """
        self.show_message(await self.shared.clipboard.send(self._record().encode(), "the record"))

    @property
    def _asked(self) -> list[SourceRequest]:
        runs = self.shared.session.sources.requests
        return [runs[ref] for ref in self._secrets if ref in runs]

    def _done(self) -> list[RecordEntry]:
        session, secrets = self.shared.session, self._secrets
        written, runs = session.rollouts.writes.of(*secrets), session.rollouts.all_runs(*secrets)
        return entries(written, self._asked, runs, are_several=len(secrets) > 1)

    def _record(self) -> str:
        session, secrets = self.shared.session, self._secrets
        who = who_of(session.cluster.target, session.access.identity)
        owners = session.rollouts.owners(*secrets)
        names = [owner_name(owner.title, owner.namespace, secrets) for owner in owners]
        readers = [
            f"{name} ({counted(len(owner.pods), 'pod')})" for name, owner in zip(names, owners, strict=True)
        ]
        unread = [] if readers else [held for held in self._held if not held.state.is_complete]
        keys, clock = self.shared.keys, self.shared.session.clock
        unknown = [f"readers {readers_word(held, secrets[0], keys, clock)}" for held in unread[:1]]
        searched = ["".join(map(text_of, cells_of(line))).strip() for line in self._not_checked()]
        states = [f"{name} {owner.state}" for name, owner in zip(names, owners, strict=True) if owner.state]
        run = session.rollouts.latest(*secrets)
        return record(
            secrets,
            self._done(),
            who,
            sorted(readers),
            [*unknown, *searched],
            sorted(states),
            session.clock.now(),
            run.line() if run is not None else "",
        )

    def run_search_readers(self) -> None:
        for readers in self._held:
            self.shared.session.search_more(readers.namespace)

    def run_refresh_now(self) -> None:
        self.shared.session.rollouts.looked.clear()
        super().run_refresh_now()
        self.draw()
