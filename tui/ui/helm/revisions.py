"""Screen of the revisions of one Helm release. A record is the Secret in which Helm stores one revision."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, Final

from tui.model.draft.helm_release import ReleaseRecord, RevisionFacts
from tui.model.errors import ClusterError, Forbidden
from tui.model.secret.formats.helm_record import NOT_WRITTEN, RECORD_KEY, status_level
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import size_text
from tui.model.text.counts import counted
from tui.model.text.times import in_utc
from tui.session.several.revisions import compare_values, read_revisions, release_records
from tui.ui.base.job import is_still_here, reading, start_job
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.review.comparison import ComparisonScreen
from tui.ui.value.viewer import ValueScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("mark", "", 3, gap=1),
    Column("revision", "REV", 4, align="right"),
    Column("status", "STATUS", 10, most=16),
    Column("chart", "CHART", 12, most=40, grow=3, cut="middle"),
    Column("deployed", "DEPLOYED", 20),
    Column("values", "VALUES", 8, drop=1),
)
_NOT_READ: Final = Styled("not read", "muted")


class RevisionsScreen(RowsScreen[ReleaseRecord]):
    """Table of revisions, the newest first. The screen keeps no values."""

    PLACE = Where.REVISIONS

    def __init__(self, shared: ScreenContext, release: SecretRef) -> None:
        """`release`: namespace and name of the release, not of a Secret."""
        table = TableWithPage[ReleaseRecord](
            _COLUMNS, key=lambda record: f"{record.revision}", cells=self._cells, id="changes"
        )
        super().__init__(shared, table)
        self._release = release
        self._records: Sequence[ReleaseRecord] = ()
        self._facts = dict[SecretRef, RevisionFacts | str]()
        """Facts of each record, by the record's Secret; a sentence if the record could not be read."""
        self._error: ClusterError | None = None
        self._is_reading = False

    def on_mount(self) -> None:
        start_job(self, self._read())

    # Reading

    async def _read(self) -> None:
        """Drop the facts of earlier reads, and read all records.

        If the user stops the read, the facts from the records read so far stay.
        """
        self._facts, self._error, self._is_reading = {}, None, True
        try:
            await reading(self, self._read_all())
        except ClusterError as error:
            self._error = error
            if self._records:
                self.show_message(f"Records not read again. {error.sentence}", "bad")
        finally:
            self._is_reading = False
            self._draw_if_staying()

    async def _read_all(self) -> None:
        self._draw_if_staying()
        self._records = await release_records(self.shared.session, self._release)
        self._draw_if_staying()
        await read_revisions(self.shared.session, self._records, self._take)

    def _take(self, ref: SecretRef, facts: RevisionFacts | str) -> None:
        self._facts[ref] = facts
        self._draw_if_staying()

    def _draw_if_staying(self) -> None:
        if is_staying(self):
            self.draw()

    def run_refresh_now(self) -> None:
        start_job(self, self._read())

    def run_stop_running(self) -> None:
        if not self.stop_reading(self._stopped):
            super().run_stop_running()

    def run_go_back(self) -> None:
        if not self.stop_reading(self._stopped):
            super().run_go_back()

    @property
    def _stopped(self) -> str:
        return f"Stopped. Press {self.shared.keys.of('refresh_now')} to read the records again."

    # Drawing

    def rows(self) -> Sequence[ReleaseRecord]:
        return self._records

    def starts_marked(self, row: ReleaseRecord) -> bool:
        return False

    def head(self) -> tuple[str, str]:
        count, total = len(self._facts), len(self._records)
        title = f"Revisions of {self._release.name}  {self._release.namespace}"
        if not self._is_reading:
            return title, counted(total, "revision")
        return title, f"reading {count:,} of {total:,} records, {self.shared.keys.of('stop_running')} stops"

    def note(self) -> Note | None:
        if self._records:
            return None
        if self._is_reading:
            return Note("loading", (Styled("Listing the records …", "muted", is_drawn=True),))
        if self._error is not None:
            is_refused = isinstance(self._error, Forbidden)
            return Note("refused" if is_refused else "broken", (self._error.sentence,))
        return Note("empty", (f"{self._release.namespace} has no record of release {self._release.name}.",))

    def page(self, row: ReleaseRecord | None) -> RowPage:
        return RowPage([(), *self._about(row)] if row is not None else [])

    def _about(self, row: ReleaseRecord) -> Iterator[Line]:
        keys, facts = self.shared.keys, self._facts.get(row.ref)
        yield (f"  Revision {row.revision:,}  ", Styled(row.status, status_level(row.status)))
        if isinstance(facts, str):
            yield (Styled(f"  ! Record not read: {facts}", "warning"),)
        elif facts is not None:
            if facts.description:
                yield (f"  {facts.description}",)
            values_words = f"{counted(facts.values, 'value')} given, {size_text(facts.size)} of JSON"
            yield (f"  {values_words if facts.values else 'No values given: defaults of the chart apply'}",)
        yield (Styled(f"  Secret {row.ref}", "muted"),)
        marks, compare = keys.of("mark_revision"), keys.of("compare_revisions")
        compares = f"{marks} marks a revision, {compare} compares two"
        opens = f"{keys.of('go_in')} opens a record"
        yield (Styled(f"  {compares}, {opens}. Values stay masked.", "accent"),)

    def _cells(self, row: ReleaseRecord) -> tuple[Cell, ...]:
        facts, status = self._facts.get(row.ref), Styled(row.status, status_level(row.status))
        at = row.changed
        if isinstance(facts, RevisionFacts):
            at = facts.deployed or at
            columns: tuple[Cell, Cell] = (
                facts.chart,
                size_text(facts.size) if facts.values else "none",
            )
        else:
            columns = (_NOT_READ if isinstance(facts, str) or not self._is_reading else "", "")
        when = in_utc(at) if at is not None else ""
        return (self.mark(row), f"{row.revision}", status, columns[0], when, columns[1])

    # Commands

    def open_row(self, row: ReleaseRecord) -> Coroutine[Any, Any, None]:
        return self._open(row.ref)

    async def _open(self, ref: SecretRef) -> None:
        self.show_status(f"Reading {ref} …")
        try:
            record = await reading(self, self.shared.session.read(ref))
        except ClusterError as error:
            self.show_message(f"Record not opened. {error.sentence}", "bad")
            return
        if not is_still_here(self):
            return
        self.show_status("")
        if (value := record.data.get(RECORD_KEY)) is None:
            self.show_message(f"{ref} has no key {RECORD_KEY}.", "warning")
            return
        screen = ValueScreen(
            *(self.shared, ref, RECORD_KEY, lambda: value), is_shown=False, why_not_edit=NOT_WRITTEN
        )
        self.app.push_screen(screen)

    def _no_revision(self) -> str | None:
        return None if self.row is not None else "No revision selected."

    @unless(_no_revision)
    def run_mark_revision(self) -> None:
        self.toggle_mark()
        self.table.action_move(1)

    @property
    def _pair(self) -> Sequence[ReleaseRecord]:
        """Marked revisions; without marks, the revision under the cursor and the next older one."""
        if marked := self.marked():
            return marked
        here = next((nth for nth, record in enumerate(self._records) if record == self.row), 0)
        return self._records[here : here + 2]

    def _no_pair(self) -> str | None:
        if len(self._pair) == 2:
            return None
        count, marks = len(self.marked()), self.shared.keys.of("mark_revision")
        if not count:
            return (
                self._no_revision() or f"No older revision to compare with. Mark two revisions with {marks}."
            )
        return f"Mark two revisions with {marks}; {count} {'is' if count == 1 else 'are'} marked."

    @unless(_no_pair)
    async def run_compare_revisions(self) -> None:
        newer, older = self._pair
        self.show_status(f"Reading revisions {older.revision} and {newer.revision} …")
        try:
            place = await reading(self, compare_values(self.shared.session, newer.ref, older.ref))
        except (ClusterError, UnreadableValue) as error:
            why = error.sentence if isinstance(error, ClusterError) else str(error)
            self.show_message(f"Revisions not compared. {why}", "bad")
            return
        if not is_still_here(self):
            return
        self.show_status("")
        if place.comparison.changes:
            self.app.push_screen(ComparisonScreen(self.shared, place))
        else:
            self.show_message(f"Revisions {older.revision} and {newer.revision} have the same values.")
