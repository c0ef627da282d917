"""Health screen: problems of Secrets, and of the pods and workloads that read them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, Final, Literal, TypeAlias

from textual.app import ComposeResult

from tui.model.health.checks import CHECKS, judge, states_words
from tui.model.health.evidence import FirstExpiry
from tui.model.health.finding import Finding, order
from tui.model.health.missing_references import not_known, unknown_words
from tui.model.readers.gaps import gap_words
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.session.health.known import writers_of
from tui.session.session import Topic
from tui.ui.base.job import ask
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.health.finding_table import LEVEL_TONES, FindingLine, FindingTable
from tui.ui.health.lines import finding_lines, opens_words, verdict_lines, words_where_opened
from tui.ui.health.panes import HealthPanes
from tui.ui.health.timeline import board_words, due_count, timeline
from tui.ui.health.why import open_finding
from tui.ui.readers.workload import WorkloadScreen
from tui.ui.review.delete import DeleteScreen
from tui.ui.review.delete_several import DeleteSeveralScreen
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.source.screen import SourceScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled

_Order: TypeAlias = Literal["worst", "Secret", "date"]
_ORDERS: Final[dict[_Order, Callable[[Finding], Any]]] = {
    "worst": order,
    "Secret": lambda finding: (str(finding.ref or finding.namespace), *order(finding)),
    "date": lambda finding: (finding.date, *order(finding)),
}
_FOR_MARKED: Final = frozenset(
    ("delete_secret", "restart_readers", "mark_secret", "mark_shown", "go_back", "open_palette")
)
_GROUP: Final = "health"
_APART: Final = 3.0
"""Seconds between a change and the next run of all checks: a watch may report hundreds of changes."""
_NOT_MARKED: Final = "Only findings about old values or unused Secrets can be marked."


class HealthScreen(RowsScreen[FindingLine]):
    """Table of findings. Opening the screen reads no values."""

    PLACE = Where.HEALTH

    def __init__(self, shared: ScreenContext) -> None:
        self._list = FindingTable(self._is_marked, has_namespaces=shared.session.namespace is None)
        super().__init__(shared, self._list, "words in object, secret, key or problem")
        self._panes = HealthPanes(self.pane, self._list, self._timeline)
        self._check = shared.health_check()
        self._findings: Sequence[Finding] = ()
        self._order: _Order = "worst"
        self._states = ""
        self._not_read: Sequence[str] = ()
        self._firsts: Sequence[FirstExpiry] = ()
        self._refused: frozenset[str] = frozenset()
        self._unread = 0
        self._is_judged = self._is_due = False
        """`_is_due`: true if a timer will run the checks again."""
        self._wants_values = False
        self._is_reading_values = False

    def compose_body(self) -> ComposeResult:
        yield self._panes

    def on_mount(self) -> None:
        if not self._check.is_done:
            self._begin(self._check.run)
        elif self._check.has_objects_to_read:
            self._begin(self._check.read_objects)
        else:
            self._judge_now()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if "link" in topics and self._check.has_objects_to_read and not self._check.progress:
            self._begin(self._check.read_objects)
        if topics & {"readers", "secrets", "opened"} and self._check.is_done and not self._is_due:
            self._is_due = True
            self.set_timer(_APART, self._judge_now)

    @property
    def _is_everywhere(self) -> bool:
        return self._check.namespace is None

    # Reading

    def _begin(self, work: Callable[[Callable[[], object]], Coroutine[Any, Any, None]]) -> None:
        self.run_worker(self._read_all(work), group=_GROUP, exclusive=True)

    async def _read_all(self, work: Callable[[Callable[[], object]], Coroutine[Any, Any, None]]) -> None:
        await self._read(work)
        wants, self._wants_values = self._wants_values, False
        if wants and self._is_judged and is_staying(self):
            await self._read_values()

    async def _read(self, work: Callable[[Callable[[], object]], Coroutine[Any, Any, None]]) -> None:
        await work(self._show_progress)
        if self._check.is_done:
            await self._judge()

    def _show_progress(self) -> None:
        """Draw the parts around the table. The findings in the table change only after all reads."""
        if is_staying(self):
            self.draw_around()

    def _nothing_to_read(self) -> str | None:
        if self._check.progress:
            if self._is_reading_values:
                return "Already reading values."
            return "Already waiting to read values." if self._wants_values else None
        if not self._is_judged:
            return "Cannot check values: Secrets, pods or workloads were not listed."
        has_more = self._unread or not self._check.has_read_plain
        return None if has_more else "No Secret or ConfigMap is left to read."

    @unless(_nothing_to_read)
    def run_check_values(self) -> None:
        """Read values, so that more checks can run. Only facts about the values are kept."""
        if self._check.progress:
            self._wants_values = True
            self.show_message("Values are read when the current read ends.")
        else:
            self.run_worker(self._read_values(), group=_GROUP, exclusive=True)

    async def _read_values(self) -> None:
        count, before = self._unread, {finding.id for finding in self._findings}
        was_on = self.table.cursor_key
        self._is_reading_values = True
        try:
            await self._read(self._check.read_values)
        finally:
            self._is_reading_values = False
        if is_staying(self):
            new_findings = [finding for finding in self._findings if finding.id not in before]
            new_count = len(new_findings)
            if new_findings and self.table.cursor_key == was_on:
                self.table.move_to(new_findings[0].id)
            words = counted(new_count, "new finding") if new_count else "no new finding"
            read = counted(max(0, count - self._unread), "Secret")
            self.show_message(f"{read} checked: {words}.")

    def run_refresh_now(self) -> None:
        self._begin(self._check.run)

    def run_stop_running(self) -> None:
        running = [worker for worker in self.workers if worker.group == _GROUP and worker.is_running]
        for worker in running:
            worker.cancel()
        self._wants_values = False
        self.shared.session.stop_lists()
        refresh = self.shared.keys.of("refresh_now")
        self.refresh_footer()
        self.show_message(f"Stopped. Press {refresh} to read again." if running else "Nothing to stop here.")

    # Drawing

    def _judge_now(self) -> None:
        self.run_worker(self._judge(), group="judge", exclusive=True)

    async def _judge(self) -> None:
        """Run all checks again. A pause after each check lets the screen handle key presses."""
        self._is_due = False
        evidence, findings = self._check.evidence(), list[Finding]()
        for name in CHECKS:
            findings += judge(evidence, (name,))
            await asyncio.sleep(0)
        self._findings, self._states = sorted(findings, key=order), states_words(evidence)
        unknown = not_known(evidence.infos, evidence.keys_of)
        self._not_read = [*gap_words(evidence.gaps), *unknown_words(unknown)]
        self._refused = frozenset(gap.what for gap in evidence.gaps if gap.why == "refused")
        self._unread = len(self._check.to_read(unknown))
        self._firsts = self._check.first_ends()
        self._check.keep_problems(self._findings)
        self._panes.certificate_count = len(self._firsts)
        self._panes.has_due_times = bool(due_count(self._firsts, self.shared.server_now()))
        self._is_judged = True
        if is_staying(self):
            self.draw()

    def rows(self) -> list[FindingLine]:
        findings = [finding for finding in self._findings if self._matches(finding)]
        words = board_words(self._firsts, self.shared.server_now())
        has_board = self._is_judged and self.has_words(f"certificates {words}")
        return self._list.lines(sorted(findings, key=_ORDERS[self._order]), words if has_board else "")

    def head(self) -> tuple[str, list[Cell]]:
        left = f"{self._list.finding_count:,} of " if self.filter_words else ""
        count = f"{left}{counted(len(self._findings), 'finding')}" if self._is_judged else "not read"
        right: list[Cell] = [self._check.progress or count]
        if self._order != "worst":
            right.append(f"by {self._order}")
        if marked := len(self._marked()):
            right.insert(0, Styled(f"{marked:,} marked", "accent"))
        return f"Health of {self._check.namespace or 'all namespaces'}", right

    def note(self) -> Note | None:
        if self._list.finding_count:
            return None
        if self._check.progress or (self._check.is_done and not self._is_judged):
            words = self._check.progress or "Checking …"
            return Note("loading", (Styled(words, "muted", is_drawn=True),))
        if not self._is_judged:
            again = f"Press {self.shared.keys.of('refresh_now')} to read again."
            return Note("empty", ("Not everything was read.", again))
        if self._findings:
            return Note("empty", (f"No matches. {self.shared.keys.of('go_back')} clears the filter.",))
        if {"secrets", "pods"} <= self._refused:
            asks = f"{self.shared.keys.of('show_access')} shows the rights to ask for."
            return Note("refused", ("Nothing could be checked: you may list neither Secrets nor pods.", asks))
        if self._not_read or self._unread or not self._check.has_read_plain:
            return Note("empty", ("No findings so far.", "Some lists or values were not read."))
        return Note("empty", ("No findings. Everything was read.",))

    def page(self, row: FindingLine | None) -> RowPage:
        lines = list[Line]()
        if row is not None and row.finding is not None:
            steps = [(self.shared.keys.of(command), does) for command, does in self._steps(row.finding)]
            lines += finding_lines(row.finding, steps, is_beside=self.has_class("-full"))
        elif row is not None:
            lines += [
                (Styled(f"  {self.shared.keys.of('go_in')} opens the table of certificates.", "accent"),),
                (),
            ]
        if self._is_judged:
            lines += [(Styled(f"  {line}", "muted"),) for line in self._last_lines()]
        return RowPage(lines)

    def place_page(self, page: RowPage) -> None:
        finding, title = self.finding, "What was read"
        if finding is not None:
            title = finding.ref.name if finding.ref is not None else finding.object
        unread = ""
        if self._is_judged and self._unread and not self._check.progress:
            checks = f"{self.shared.keys.of('check_values')} checks certificates, logins, passwords"
            unread = f"{counted(self._unread, 'Secret')} not read: {checks}"
        elif self._is_judged and not (self._check.has_read_plain or self._check.progress):
            unread = (
                f"ConfigMaps not read: {self.shared.keys.of('check_values')} searches them for credentials"
            )
        self.pane.show_lines(list(verdict_lines(self._findings, unread)))
        level = Styled(finding.level, LEVEL_TONES[finding.level]) if finding is not None else ""
        self._panes.finding.show(title, level, page.text)
        self._panes.share()

    def _steps(self, finding: Finding) -> Iterator[tuple[str, str]]:
        if finding.check == "source" or (finding.is_missing and self._no_source() is None):
            yield "show_source", "shows the source"
        if finding.check == "missing":
            yield "go_in", "drafts the Secret" if finding.is_missing else "goes to the Secret, to add the key"
        elif finding.ref is not None and finding.check != "source":
            if (listed := self.shared.session.secrets.get(finding.ref)) is not None and listed.manager:
                yield "show_source", f"shows {listed.manager}"
            yield "go_in", opens_words(finding, self.shared.keys)
        if self._keeps_old(finding):
            yield "restart_readers", "restarts the workload"
        if finding.level == "unused":
            yield "delete_secret", "deletes the Secret"
        if self._reader is not None:
            yield "show_readers", "shows the reader's inputs"

    def _timeline(self, columns: int) -> Sequence[Line]:
        if not (firsts := self._firsts):
            return ()
        return list(timeline(firsts, self.shared.server_now(), columns, is_everywhere=self._is_everywhere))

    def _last_lines(self) -> Iterator[str]:
        yield f"Secrets: {self._states}"
        yield from self._not_read

    def _matches(self, finding: Finding) -> bool:
        words = f"{finding.level} {finding.namespace}/{finding.object} {finding.ref} {finding.place}"
        return self.has_words(f"{words} {finding.says} {finding.short} {finding.risk}")

    # Commands

    @property
    def finding(self) -> Finding | None:
        return self.row.finding if self.row is not None else None

    @property
    def subject(self) -> SecretRef | None:
        return self.finding.ref if self.finding is not None else None

    @property
    def about(self) -> None:
        return None

    def _no_finding(self) -> str | None:
        return None if self.finding is not None else "No finding selected."

    @property
    def _reader(self) -> ReaderInfo | None:
        return self._reader_of(self.finding) if self.finding is not None else None

    def _reader_of(self, finding: Finding) -> ReaderInfo | None:
        return self.shared.session.readers.get(finding.reader) if finding.reader else None

    def _no_reader(self) -> str | None:
        return self._no_finding() or (None if self._reader is not None else "This finding has no reader.")

    def run_go_in(self) -> None:
        self.table.open_row()

    def open_row(self, row: FindingLine) -> Coroutine[Any, Any, None] | None:
        if (finding := row.finding) is None:
            self.run_if_possible("show_certificates")
        elif (ref := finding.ref) is None and finding.risk:
            self.show_message(f"{finding.do}.")
        elif ref is None:
            self.run_if_possible("show_readers")
        elif finding.check == "source":
            return self.go_on_with("show_source")
        elif finding.check == "missing":
            open_finding(self, finding)
        else:
            main = self.shared.app.navigator
            main.follow(partial(main.open_secret, ref, finding.key))
            words = words_where_opened(finding, self.shared.keys)
            main.show_message(words, "warning" if finding.level != "unused" else "")
        return None

    def _no_source(self) -> str | None:
        if (finding := self.finding) is None or finding.ref is None:
            return self._no_finding() or "This finding names no Secret."
        is_unknown = finding.is_missing and not writers_of(self.shared.session, finding.ref)
        return f"No known object writes {finding.ref}." if is_unknown else None

    @unless(_no_source)
    async def run_show_source(self) -> None:
        if (ref := self.subject) is None:
            return
        runs = self.shared.session.sources.requests
        former = runs.get(ref)
        await ask(self, SourceScreen(self.shared, ref))
        if runs.get(ref) is not former:
            self._begin(self._check.read_objects)

    # Marks, and commands that act on several findings

    def _is_marked(self, finding: Finding) -> bool:
        return self.marks.get(finding.id, False)

    def _marked(self) -> list[Finding]:
        return [finding for finding in self._findings if self._is_marked(finding)]

    def _chosen(self, is_fit: Callable[[Finding], bool]) -> list[Finding]:
        """Return the marked findings that pass `is_fit`.

        If none is marked, test the finding under the cursor instead.
        """
        here = [self.finding] if self.finding is not None else []
        return [finding for finding in self._marked() or here if is_fit(finding)]

    def _not_markable(self) -> str | None:
        finding = self.finding
        can = finding is not None and (_is_unused(finding) or self._keeps_old(finding))
        return self._no_finding() or (None if can else _NOT_MARKED)

    @unless(_not_markable)
    def run_mark_secret(self) -> None:
        if (finding := self.finding) is not None:
            self.marks[finding.id] = not self._is_marked(finding)
            self.table.action_move(1)
            self._draw_marks()

    def _none_to_mark(self) -> str | None:
        can = any(_is_unused(finding) or self._keeps_old(finding) for finding in self._findings)
        return None if can else _NOT_MARKED

    @unless(_none_to_mark)
    def run_mark_shown(self) -> None:
        for finding in filter(self._matches, self._findings):
            if _is_unused(finding) or self._keeps_old(finding):
                self.marks[finding.id] = True
        self._draw_marks()

    def _none_marked(self) -> str | None:
        return None if self._marked() else "No finding is marked."

    @unless(_none_marked)
    def run_clear_marks(self) -> None:
        self.marks.clear()
        self._draw_marks()

    def _draw_marks(self) -> None:
        self.table.repaint_rows()
        self.draw_around()

    def is_in_footer(self, command: Command) -> bool:
        return command.id in _FOR_MARKED if self._marked() else super().is_in_footer(command)

    def title_of(self, command: Command) -> str:
        if command.id == "go_back" and self._marked():
            return "unmark"
        fits = {"delete_secret": _is_unused, "restart_readers": self._keeps_old}
        title = super().title_of(command)
        if (fit := fits.get(command.id)) is not None and self._marked():
            return f"{title} {len(self._chosen(fit))}"
        return title

    def run_go_back(self) -> None:
        if self._marked() and not self.is_typing:
            self.run_clear_marks()
        else:
            super().run_go_back()

    def _not_unused(self) -> str | None:
        if self._chosen(_is_unused):
            return None
        deletes = f"{self.shared.keys.of('delete_secret')} deletes only Secrets without a known reader."
        return self._no_finding() or f"On this screen, {deletes}"

    @unless(_not_unused)
    async def run_delete_secret(self) -> None:
        refs = [finding.ref for finding in self._chosen(_is_unused) if finding.ref is not None]
        if len(refs) > 1:
            await ask(self, DeleteSeveralScreen(self.shared, refs))
        else:
            await ask(self, DeleteScreen(self.shared, refs[0]))

    @unless(_no_reader)
    def run_show_readers(self) -> None:
        if self._reader is not None:
            self.app.push_screen(WorkloadScreen(self.shared, self._reader))

    def _keeps_old(self, finding: Finding) -> bool:
        return finding.check == "old value" and self._reader_of(finding) is not None

    def _not_old(self) -> str | None:
        if self._chosen(self._keeps_old):
            return None
        return self._no_finding() or "A restart does not fix this finding."

    @unless(_not_old)
    def run_restart_readers(self) -> None:
        refs, owners = list[SecretRef](), set[tuple[str, str]]()
        for finding in self._chosen(self._keeps_old):
            if finding.ref is not None and (info := self._reader_of(finding)) is not None:
                refs.append(finding.ref)
                owners.add(info.workload)
        self.app.push_screen(RolloutScreen(self.shared, *refs, only=owners))

    # The order

    def run_order_list(self) -> None:
        orders = list(_ORDERS)
        self._order_by(orders[(orders.index(self._order) + 1) % len(orders)])

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        self._order_by("Secret" if column == "secret" else "worst")

    def _order_by(self, name: _Order) -> None:
        self._order = name
        self.draw()
        self.show_message(f"Ordered by {'severity, the worst first' if name == 'worst' else name}.")

    def again(self) -> HealthScreen:
        screen = HealthScreen(self.shared)
        screen.pane.begin_as(self.pane)
        screen._findings, screen._states, screen._is_judged = self._findings, self._states, self._is_judged
        screen._not_read, screen._unread, screen._refused = self._not_read, self._unread, self._refused
        screen._firsts, screen._order, screen.marks = self._firsts, self._order, self.marks
        return screen


def _is_unused(finding: Finding) -> bool:
    return finding.level == "unused"
