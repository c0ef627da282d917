"""Screen of Helm releases, listed from the labels of their records.

A record is the Secret in which Helm stores one revision of a release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.model.draft.helm_release import Release, ReleaseRecord, RevisionFacts, releases
from tui.model.secret.formats.helm_record import status_level
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.text.times import age
from tui.session.several.revisions import read_revisions
from tui.ui.base.job import reading
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.helm.revisions import RevisionsScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

_NAMESPACE = Column("namespace", "NAMESPACE", 10, most=24, grow=1, cut="middle")
_COLUMNS = (
    Column("release", "RELEASE", 12, most=40, grow=3, cut="middle"),
    Column("revision", "REV", 4, align="right"),
    Column("status", "STATUS", 10, most=16),
    Column("chart", "CHART", 12, most=40, grow=2, cut="middle"),
    Column("changed", "CHANGED", 7, align="right"),
)


class ReleasesScreen(RowsScreen[Release]):
    """Table of releases, from the list of Secrets."""

    PLACE = Where.RELEASES
    TOPICS = frozenset({"secrets"})

    def __init__(self, shared: ScreenContext) -> None:
        self._is_everywhere = shared.session.namespace is None
        columns = (_NAMESPACE, *_COLUMNS) if self._is_everywhere else _COLUMNS
        table = TableWithPage[Release](
            columns, key=lambda release: str(release.ref), cells=self._cells, id="changes"
        )
        super().__init__(shared, table, "words in namespace, release, status, chart")
        self._facts = dict[SecretRef, RevisionFacts | str]()
        """Facts by record; a sentence instead if the record could not be read."""

    def on_mount(self) -> None:
        self.shared.session.look_around()

    # Drawing

    def rows(self) -> Sequence[Release]:
        release_list = releases(self.shared.session.secrets.rows)
        return [release for release in release_list if self.has_words(self._words(release))]

    def _words(self, release: Release) -> str:
        return f"{release.ref} {release.newest.status} {self._chart(release)}"

    def _chart(self, release: Release) -> str:
        facts = self._facts.get(release.newest.ref)
        return facts.chart if isinstance(facts, RevisionFacts) else ""

    def head(self) -> tuple[str, str]:
        where = self.shared.session.namespace or "all namespaces"
        return f"Helm releases  {where}", counted(len(self.table.rows), "release")

    def note(self) -> Note | None:
        state, keys = self.shared.session.secrets.state, self.shared.keys
        if self.table.rows:
            return None
        if self.filter_words:
            return Note("empty", (f"No matches. {keys.of('go_back')} clears the filter.",))
        if state.error is not None:
            return Note("refused" if state.kind == "refused" else "broken", (state.error.sentence,))
        if not state.is_complete:
            return Note("loading", (Styled("Loading the list of Secrets …", "muted", is_drawn=True),))
        return Note(
            "empty",
            (
                "No listed Secret is a record of a Helm release.",
                "Records that Helm keeps in ConfigMaps or a database are not listed.",
            ),
        )

    def page(self, row: Release | None) -> RowPage:
        lines: list[Line] = [(), *self._about(row)] if row is not None else []
        lines += [(Styled(f"  {words}", "muted"),) for words in self._not_read()]
        return RowPage(lines)

    def _about(self, row: Release) -> Iterator[Line]:
        newest, facts = row.newest, self._facts.get(row.newest.ref)
        state = Styled(newest.status, status_level(newest.status))
        yield (f"  {row.ref}: revision {newest.revision:,}  ", state)
        if isinstance(facts, str):
            yield (Styled(f"  ! Record not read: {facts}", "warning"),)
        elif facts is not None and facts.description:
            yield (f"  {facts.description}",)
        count = counted(len(row.records), "record")
        opens = f"{self.shared.keys.of('go_in')} reads {count} and lists the revisions. Values stay masked."
        yield (Styled(f"  {opens}", "accent"),)

    def _not_read(self) -> Iterator[str]:
        if unread := self._unread():
            reads = f"{self.shared.keys.of('read_charts')} reads {counted(len(unread), 'record')}"
            yield f"CHART not read yet: {reads}."
        if self.table.rows and not self.shared.session.secrets.state.is_complete:
            yield "The list of Secrets is incomplete: there may be more releases."

    def _cells(self, row: Release) -> tuple[Cell, ...]:
        newest = row.newest
        changed = age(self.shared.server_now() - newest.changed) if newest.changed is not None else ""
        status = Styled(newest.status, status_level(newest.status))
        unread = Styled("not read", "muted")
        chart: Cell = self._chart(row) if newest.ref in self._facts else unread
        where: tuple[Cell, ...] = (row.ref.namespace,) if self._is_everywhere else ()
        return (*where, row.ref.name, f"{newest.revision}", status, chart or unread, changed)

    # Commands

    def open_row(self, row: Release) -> None:
        self.app.push_screen(RevisionsScreen(self.shared, row.ref))

    def _unread(self) -> Sequence[ReleaseRecord]:
        newest = (release.newest for release in self.table.rows)
        return [record for record in newest if record.ref not in self._facts]

    def _all_read(self) -> str | None:
        return None if self._unread() else "The newest record of each release is already read."

    @unless(_all_read)
    async def run_read_charts(self) -> None:
        """Read the newest record of each release. Keep facts such as the chart, but no values."""
        records, stops = self._unread(), self.shared.keys.of("stop_running")

        def take(ref: SecretRef, facts: RevisionFacts | str) -> None:
            self._facts[ref] = facts
            if is_staying(self):
                done = sum(record.ref in self._facts for record in records)
                self.show_status(f"Read {done:,} of {len(records):,} records … ({stops} stops)")
                self.draw()

        await reading(self, read_revisions(self.shared.session, records, take))
        failed = sum(isinstance(self._facts[record.ref], str) for record in records)
        read = f"{counted(len(records), 'record')} read"
        if failed:
            self.show_message(
                f"{len(records) - failed:,} of {read}; {failed:,} could not be read.", "warning"
            )
        else:
            self.show_message(f"{read}.")

    def run_stop_running(self) -> None:
        if not self.stop_reading("Stopped; the table keeps the charts already read."):
            super().run_stop_running()

    def run_go_back(self) -> None:
        if not self.stop_reading("Stopped; the table keeps the charts already read."):
            super().run_go_back()
