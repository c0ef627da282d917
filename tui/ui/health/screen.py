"""Health: what is wrong with the Secrets of a namespace or a cluster and with their readers, worst first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, Final

from tui.model.api_object import SHORT_NAMES
from tui.model.health.checks import CHECKS, judge, states_words
from tui.model.health.finding import Finding, Level, order
from tui.model.health.missing_references import not_known, unknown_words
from tui.model.readers.gaps import gap_words
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.why import Asked
from tui.session.health.check import HealthCheck
from tui.session.health.known import writers_of
from tui.session.session import Topic
from tui.ui.base.job import ask
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.health.why import explain
from tui.ui.readers.screen import ReadersScreen
from tui.ui.review.delete import DeleteScreen
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.source.screen import SourceScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import LABEL, Column, Need
from tui.ui.widgets.table.table import MEASURED, VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone, width

_TONES: Final[dict[Level, Tone]] = {
    "fails": "bad",
    "will fail": "bad",
    "old value": "warning",
    "old value?": "warning",
    "care": "warning",
    "unused": "muted",
}
_NAMESPACE: Final = Column("namespace", "NAMESPACE", 12, most=16, long=32, grow=1, cut="middle")
_COLUMNS: Final = (
    Column("level", "STATE", 10),
    Column("secret", "SECRET", 12, most=24, grow=3, cut="middle"),
    Column("object", "OBJECT", 12, most=28, grow=4, cut="middle"),
    Column("says", "WHAT", 15, grow=4),
)
_GROUP: Final = "health"
_APART: Final = 3.0
"""Seconds between two judgments: a watch may bring hundreds of changes in each."""


class FindingTable(VirtualTable[Finding]):
    """Findings. The name of a Secret without a reader extends over the column of readers."""

    def measure(self) -> list[Need]:
        """A name that extends needs both columns, of which that of readers is measured by its own texts."""
        ids = [column.id for column in self.columns]
        at, readers = ids.index("secret"), ids.index("object")
        needs = super().measure()
        names = (width(one.ref.name) for one in self.rows[:MEASURED] if one.ref and not one.object)
        own = max(names, default=0) - needs[readers].full - self.columns[at].gap
        full, want = needs[at]
        needs[at] = Need(max(full, min(own, LABEL)), max(want, own))
        return needs


class HealthScreen(RowsScreen[Finding]):
    """The findings. It asks for lists only; values are fetched by a command of their own."""

    PLACE = Where.HEALTH

    def __init__(self, shared: ScreenContext) -> None:
        is_everywhere = shared.session.namespace is None
        columns = (_COLUMNS[0], _NAMESPACE, *_COLUMNS[1:]) if is_everywhere else _COLUMNS
        table = FindingTable(columns, key=lambda one: one.id, cells=self._cells, id="finding-table")
        super().__init__(shared, table, "words in object, secret, key or what")
        if shared.health is None or shared.health.namespace != shared.session.namespace:
            shared.health = HealthCheck(shared.session)
        self._check = shared.health
        self._findings: Sequence[Finding] = ()
        self._states = ""
        self._not_read: Sequence[str] = ()
        self._refused: frozenset[str] = frozenset()
        """The kinds that may not be listed."""
        self._unread = 0
        """How many Secrets there are whose contents would tell more."""
        self._is_judged = self._is_due = False
        """Was what was read judged, and will it be again soon?"""
        self._wants_values = False
        """Are the values to be read once the lists are?"""
        self._is_reading_values = False
        self._has_objects = False
        """Does any finding name a reader? Where one does not, the Secret's name extends over that column."""

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
        await work(self._tell_progress)
        if self._check.is_done:
            await self._judge()

    def _tell_progress(self) -> None:
        """Of each list and each Secret that is read: the findings stay as they are."""
        if is_staying(self):
            self.draw_around()

    def _nothing_to_read(self) -> str | None:
        if self._check.progress:
            return "Reading them already." if self._wants_values or self._is_reading_values else None
        if not self._is_judged:
            return "Not read to the end."
        return None if self._unread else "Every Secret with a certificate or a login was read."

    @unless(_nothing_to_read)
    def run_check_values(self) -> None:
        """Fetch the Secrets whose values tell more; only what is public in them is kept."""
        if self._check.progress:
            self._wants_values = True
            self.say("Certificates, logins and keys are read next.")
        else:
            self.run_worker(self._read_values(), group=_GROUP, exclusive=True)

    async def _read_values(self) -> None:
        count, before = self._unread, {one.id for one in self._findings}
        was_on = self.table.cursor_key
        self._is_reading_values = True
        try:
            await self._read(self._check.read_values)
        finally:
            self._is_reading_values = False
        if is_staying(self):
            found = [one for one in self._findings if one.id not in before]
            new = len(found)
            if found and self.table.cursor_key == was_on:
                self.table.move_to(found[0].id)
            what = counted(new, "new finding") if new else "nothing more found"
            read = counted(max(0, count - self._unread), "Secret")  # of the others it is said below why not
            self.say(f"{read} checked: {what}.")

    def run_refresh_now(self) -> None:
        """All once more."""
        self._begin(self._check.run)

    def run_stop_running(self) -> None:
        """What was read stays."""
        running = [one for one in self.workers if one.group == _GROUP and one.is_running]
        for one in running:
            one.cancel()
        self._wants_values = False
        self.shared.session.stop_lists()
        refresh = self.shared.keys.of("refresh_now")
        self.refresh_footer()
        self.say(f"Stopped; {refresh} begins again." if running else "Nothing to stop here.")

    # Drawing

    def _judge_now(self) -> None:
        self.run_worker(self._judge(), group="judge", exclusive=True)

    async def _judge(self) -> None:
        """Check by check, so that a press is answered between them."""
        self._is_due = False
        evidence, found = self._check.evidence(), list[Finding]()
        for name in CHECKS:
            found += judge(evidence, (name,))
            await asyncio.sleep(0)
        self._findings, self._states = sorted(found, key=order), states_words(evidence)
        unknown = not_known(evidence.infos, evidence.keys_of)
        self._not_read = [*gap_words(evidence.gaps), *unknown_words(unknown)]
        self._refused = frozenset(gap.what for gap in evidence.gaps if gap.why == "refused")
        self._unread = len(self._check.to_read(unknown))
        self._is_judged = True
        if is_staying(self):
            self.draw()

    def rows(self) -> list[Finding]:
        self._has_objects = any(one.object for one in self._findings)
        return [one for one in self._findings if self._matches(one)]

    def head(self) -> tuple[str, list[str]]:
        left = f"{len(self.table.rows):,} of " if self.filter_words else ""
        count = f"{left}{counted(len(self._findings), 'finding')}" if self._is_judged else "not read"
        return f"Health of {self._check.namespace or 'all namespaces'}", [self._check.progress or count]

    def note(self) -> Note | None:
        if self.table.rows:
            return None
        if self._check.progress or (self._check.is_done and not self._is_judged):
            words = self._check.progress or "Checking …"
            return Note("loading", (Styled(words, "muted", is_drawn=True),))
        if not self._is_judged:
            again = f"{self.shared.keys.of('refresh_now')} begins again."
            return Note("empty", ("Not read to the end.", again))
        if self._findings:
            return Note("empty", (f"No matches. {self.shared.keys.of('go_back')} clears the filter.",))
        if {"secrets", "pods"} <= self._refused:
            asks = f"{self.shared.keys.of('show_access')} shows the rights to ask for."
            return Note("refused", ("Nothing could be checked: you may list neither Secrets nor pods.", asks))
        if self._not_read or self._unread:
            return Note("empty", ("Nothing found in what was read.", "What was not read is below."))
        return Note("empty", ("Nothing found: everything was read.",))

    def page(self, row: Finding | None) -> RowPage:
        lines = list[Line]()
        if row is not None:
            name = " · ".join(part for part in (row.object, str(row.ref or ""), row.key) if part)
            lines += [(Styled(row.level, _TONES[row.level]), f"  {name}")]
            is_there = (row.check == "source" or row.is_missing) and self._no_source() is None
            source = f" ({self.shared.keys.of('show_source')} goes there)" if is_there else ""
            lines += [(f"  {row.says}.",), ("  ", Styled(f"{row.do}{source}.", "accent"))]
        if self._is_judged:
            lines += [(Styled(f"  {line}", "muted"),) for line in self._last_lines()]
        return RowPage(lines)

    def _last_lines(self) -> Iterator[str]:
        """The states of use, and what was not read."""
        yield f"Secrets: {self._states}"
        yield from self._not_read
        if self._unread and not self._check.progress:
            reads = f"{self.shared.keys.of('check_values')} fetches certificates, logins, keys"
            yield f"not checked: the contents of {counted(self._unread, 'Secret')} ({reads})"

    def _matches(self, one: Finding) -> bool:
        return self.has_words(f"{one.level} {one.namespace}/{one.object} {one.ref} {one.key} {one.says}")

    def _cells(self, one: Finding) -> tuple[Cell, ...]:
        kind, slash, name = one.object.partition("/")
        title = f"{SHORT_NAMES.get(kind, kind)}{slash}{name}"
        secret = one.ref.name if one.ref is not None else ""
        flows = self._has_objects and not title
        cells: tuple[Cell, ...] = (Styled(secret, flows=flows), title, one.short or one.says)
        place: tuple[Cell, ...] = (one.namespace,) if self._is_everywhere else ()
        return (Styled(one.level, _TONES[one.level]), *place, *cells)

    # Commands

    @property
    def subject(self) -> SecretRef | None:
        return self.row.ref if self.row is not None else None

    @property
    def about(self) -> None:
        return None

    def _no_finding(self) -> str | None:
        return None if self.row is not None else "No finding selected."

    @property
    def _reader(self) -> ReaderInfo | None:
        one = self.row
        return self.shared.session.readers.get(one.reader) if one is not None and one.reader else None

    def _no_reader(self) -> str | None:
        return self._no_finding() or (None if self._reader is not None else "This finding has no reader.")

    @unless(_no_finding)
    def run_go_in(self) -> None:
        """To the Secret and the key, or to the reader."""
        self.table.open_row()

    def open_row(self, row: Finding) -> Coroutine[Any, Any, None] | None:
        """Go to the Secret; one that is missing can be begun there."""
        if row.ref is None:
            self.run_if_possible("show_readers")
        elif row.check == "source":
            return self.go_on_with("show_source")
        elif row.check == "missing":
            kind = "Pod" if row.reader is not None else ""
            name = row.reader[2] if row.reader is not None else ""
            asked = Asked(namespace=row.ref.namespace, secret=row.ref.name, key=row.key, kind=kind, name=name)
            explain(self, asked)
        else:
            main = self.shared.app.navigator
            main.follow(partial(main.open_secret, row.ref, row.key))
            main.say(f"{row.says}. {row.do}.", "warning" if row.level != "unused" else "")
        return None

    def _no_source(self) -> str | None:
        if (one := self.row) is None or one.ref is None:
            return self._no_finding() or "This finding names no Secret."
        is_unknown = one.is_missing and not writers_of(self.shared.session, one.ref)
        return f"Nothing is known that is to write {one.ref}." if is_unknown else None

    @unless(_no_source)
    async def run_show_source(self) -> None:
        """What manages the Secret, or is to write it; what was asked there may have mended the finding."""
        if (ref := self.subject) is None:
            return
        runs = self.shared.session.sources.requests
        former = runs.get(ref)
        await ask(self, SourceScreen(self.shared, ref))
        if runs.get(ref) is not former:
            self._begin(self._check.read_objects)

    def _not_unused(self) -> str | None:
        one = self.row
        is_unused = one is not None and one.level == "unused"
        return self._no_finding() or (None if is_unused else "From here only unused Secrets are deleted.")

    @unless(_not_unused)
    def run_delete_secret(self) -> None:
        """Readers first, then the name typed."""
        if (ref := self.subject) is not None:
            self.app.push_screen(DeleteScreen(self.shared, ref))

    @unless(_no_reader)
    def run_show_readers(self) -> None:
        """The reader, and all that it reads."""
        if self._reader is not None:
            self.app.push_screen(ReadersScreen(self.shared, info=self._reader))

    def _not_old(self) -> str | None:
        one = self.row
        is_old = one is not None and one.check == "old value" and self._reader is not None
        return self._no_finding() or (None if is_old else "A restart does not mend this finding.")

    @unless(_not_old)
    def run_restart_readers(self) -> None:
        """The workload that has an old value, marked for a restart."""
        one, info = self.row, self._reader
        if one is not None and one.ref is not None and info is not None:
            self.app.push_screen(RolloutScreen(self.shared, one.ref, only=info.workload))

    def again(self) -> HealthScreen:
        screen = HealthScreen(self.shared)
        screen.pane.begin_as(self.pane)
        screen._findings, screen._states, screen._is_judged = self._findings, self._states, self._is_judged
        screen._not_read, screen._unread = self._not_read, self._unread
        return screen
