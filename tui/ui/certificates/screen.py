"""Screen of certificates: a table, the faults of the selected certificate, and a timeline of expiry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Final

from msgspec import Struct

from tui.model.certificates.held import CertificatePlace, HeldCertificates
from tui.model.certificates.rows import RENEWED_BY_HAND, CertificateRow
from tui.model.health.certificates import CertificateFinding
from tui.model.health.evidence import FirstExpiry
from tui.model.readers.gaps import Gap, gap_words
from tui.model.secret.formats.certificate_lines import chain_lines
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, joined, sentence_case
from tui.session.certificate_search import CertificateSearch
from tui.session.session import Topic
from tui.ui.base.job import reading, start_job
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.value_facts import fact_line
from tui.ui.command_types import Where, unless
from tui.ui.health.finding_table import LEVEL_SIGNS, LEVEL_TONES
from tui.ui.health.timeline import timeline
from tui.ui.readers.screen import ReadersScreen
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.source.screen import SourceScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("sign", "", 1, gap=1),
    Column("names", "CERTIFICATE", 12, most=40, grow=2, cut="middle"),
    Column("secret", "SECRET", 10, most=32, grow=1, cut="middle"),
    Column("fault", "FAULT", 18, most=36, cut="middle"),
    Column("expires", "EXPIRES", 15),
    Column("served", "SERVED BY", 12, most=40, grow=1, drop=1, is_late=True, cut="middle"),
    Column("issuer", "ISSUER", 16, most=32, drop=2, is_late=True, cut="middle"),
    Column("namespace", "NAMESPACE", 8, most=24, drop=3, is_late=True, cut="middle"),
    Column("renews", "RENEWS", 8, most=24, drop=4, is_late=True),
    Column("key", "KEY", 8, most=16, drop=5, is_late=True),
)
_MARGIN: Final = 6
"""Width of the frame and the scroll bar of a page, in terminal cells."""
_MOST_SERVING: Final = 6
_NOTHING_FOUND: Final = "No fault found, but not everything was read."
_NOT_SEARCHED: Final = "not checked: files on nodes, certificates inside texts such as YAML"


class BoardLine(Struct, frozen=True):
    """Row of the table: a certificate, or one of its copies."""

    row: CertificateRow
    copy: HeldCertificates | None = None
    number: int = 0
    """Index of `copy` in `row.copies`.

    The property `key` contains this index, because a keystore may contain the same certificate twice.
    """

    @property
    def key(self) -> str:
        """Key of the row in the table.

        It contains the serial number, because certificates of one keystore may differ in nothing else.
        """
        row = self.row
        serial = row.leaf.serial if row.leaf is not None else ""
        certificate = f"{row.first.place} {row.title} {row.issuer} {serial}"
        return f"{certificate} {self.copy.place} {self.number}" if self.copy is not None else certificate

    @property
    def ref(self) -> SecretRef | None:
        return self.copy.place.ref if self.copy is not None else next(iter(self.row.refs), None)


class CertificatesScreen(RowsScreen[BoardLine]):
    """Table of certificates."""

    PLACE = Where.CERTIFICATES
    TOPICS = frozenset({"secrets"})

    def __init__(self, shared: ScreenContext) -> None:
        is_everywhere = shared.session.namespace is None
        shown = [nth for nth, column in enumerate(_COLUMNS) if is_everywhere or column.id != "namespace"]
        table = TableWithPage[BoardLine](
            [_COLUMNS[nth] for nth in shown],
            key=lambda line: line.key,
            cells=lambda line: itemgetter(*shown)(self._cells(line)),
            id="changes",
        )
        super().__init__(shared, table, "words in name, Secret, issuer, server or fault")
        self._health = shared.health_check()
        self._search = CertificateSearch(shared.session, self._health)
        self._board: Sequence[CertificateRow] = ()
        self._firsts: Sequence[FirstExpiry] = ()
        self._gaps: Sequence[Gap] = ()
        self._judged = 0
        self._start: CertificatePlace | None = None
        """Certificate under the cursor when the reading began; None if the cursor was moved since."""
        self._last_key: str | None = None
        """Key of the row under the cursor after the last call of `_judge`."""
        self._shows_chain = False
        self._unfolded: str | None = None

    async def run_check_values(self) -> None:
        self._start = self.row.row.first.place if self.row is not None else None
        self._last_key = self.table.cursor_key
        try:
            await reading(self, self._read())
        finally:
            if is_staying(self):
                self._judge()
                self._go_to(self._start)
        faults = sum(bool(row.findings) for row in self._board)
        count = counted(len(self._board), "certificate")
        if faults:
            self.show_message(f"{count}, {faults:,} with a fault.")
        else:
            self.show_message(f"{count}. {_NOTHING_FOUND}" if self._gaps else f"{count}, none with a fault.")

    def _go_to(self, place: CertificatePlace | None) -> None:
        """Move the cursor to the first row of the certificate at `place`.

        If the cursor is already in a row of this certificate, it stays there. `place` identifies the
        certificate, because a renewal changes the row key.
        """
        keys = [line.key for line in self.table.rows if line.row.first.place == place]
        if keys and self.table.cursor_key not in keys:
            self.table.move_to(keys[0])

    async def _read(self) -> None:
        if not self._health.is_done:
            await self._health.run(self._show_progress)
        await self._search.run(self._show_progress)

    def _show_progress(self) -> None:
        if is_staying(self):
            stops = self.shared.keys.of("stop_running")
            if words := self._health.progress or self._search.progress:
                self.show_status(f"{words} ({stops} stops)")
            if self._search.count != self._judged:
                self._judge()
            else:
                self.draw_around()

    def _judge(self) -> None:
        self._board, self._judged = self._search.rows(), self._search.count
        self._gaps = self._search.gaps
        self._firsts = [
            FirstExpiry(ref, row.first.place.key, row.times[0])
            for row in sorted(self._board, key=lambda row: row.ends)
            for ref in row.refs[:1]
            if row.times
        ]
        if self.table.cursor_key != self._last_key:
            self._start = None
        is_at_top = self.table.cursor_key in [line.key for line in self.table.rows[:1]]
        self.draw()
        if is_at_top:  # more certificates may sort above, and the worst one is the first
            self.table.action_jump("first")
        self._last_key = self.table.cursor_key

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & self.TOPICS and not self._board and not self._search.is_done:
            self.draw_around()

    def run_refresh_now(self) -> None:
        if not self._board and not self._search.is_done:
            self.show_message(
                f"No certificates to refresh; {self.shared.keys.of('check_values')} reads certificates."
            )
            return
        self._health.is_done = False
        start_job(self, self.run_check_values())

    def run_stop_running(self) -> None:
        if not self.stop_reading("Stopped; certificates found so far stay."):
            super().run_stop_running()

    def run_go_back(self) -> None:
        if self.stop_reading("Stopped; certificates found so far stay."):
            return
        if self._unfolded is not None and not self.is_typing and not self.is_filtered:
            self._unfold(None)
        else:
            super().run_go_back()

    def rows(self) -> list[BoardLine]:
        lines = list[BoardLine]()
        for row in self._board:
            if not self.has_words(self._words(row)):
                continue
            line = BoardLine(row)
            lines.append(line)
            if line.key == self._unfolded:
                lines += [BoardLine(row, copy, number) for number, copy in enumerate(row.copies)]
        return lines

    def _words(self, row: CertificateRow) -> str:
        says = " ".join(f"{finding.short} {finding.says}" for finding in row.findings)
        places = " ".join(str(copy.place) for copy in row.copies)
        return f"{' '.join(row.names)} {places} {row.issuer} {' '.join(row.served_by)} {row.renewal} {says}"

    def head(self) -> tuple[str, list[Cell]]:
        where = self._health.namespace or "all namespaces"
        faults = sum(bool(row.findings) for row in self._board)
        right: list[Cell] = [counted(len(self._board), "certificate")]
        if faults:
            right.insert(0, Styled(f"{faults:,} with a fault", "warning"))
        if not self._search.is_done:
            right = [*right[-1:], "not all read"] if self._board else ["not read"]
        return f"Certificates of {where}", right

    def note(self) -> Note | None:
        keys = self.shared.keys
        if self.table.rows:
            return None
        if words := self._health.progress or self._search.progress:
            return Note("loading", (Styled(words, "muted", is_drawn=True),))
        if self._board:
            return Note("empty", (f"No matches. {keys.of('go_back')} clears the filter.",))
        if not self._search.is_done:
            reads = self._search.says_what_is_read
            return Note("empty", (reads, f"{keys.of('check_values')} reads the values. No value is shown."))
        if self._gaps:
            return Note(
                "empty", ("No certificate found, but not everything was read.", *gap_words(self._gaps))
            )
        return Note("empty", ("No certificate found.",))

    def page(self, row: BoardLine | None) -> RowPage:
        lines: list[Line] = []
        if row is not None:
            lines = [*self._about(row.row, row.copy or row.row.first)]
        if self._firsts:
            is_everywhere = self._health.namespace is None
            now, columns = self.shared.server_now(), self.size.width - _MARGIN
            shown = timeline(self._firsts, now, columns, is_everywhere=is_everywhere)
            lines += [(), (Styled("  By expiry", "muted"),), *shown]
        if self._search.is_done:
            unread = [*gap_words(self._gaps), _NOT_SEARCHED]
            lines += [(), *((Styled(f"  {words}", "muted"),) for words in unread)]
        return RowPage(lines, lead=4)

    def _about(self, row: CertificateRow, copy: HeldCertificates) -> Iterator[Line]:
        for finding in row.findings:
            sign, tone = LEVEL_SIGNS[finding.level], LEVEL_TONES[finding.level]
            yield ("  ", Styled(f"{sign} ", tone), f"{sentence_case(finding.sentence)}.")
            yield (Styled(f"    {finding.do}{self._helps(row, finding)}.", "accent"),)
        if not row.findings and self._search.is_done:
            is_whole = not self._gaps
            words = "This certificate has no fault." if is_whole else _NOTHING_FOUND
            yield (Styled(f"  {words}", "good" if is_whole else "muted"),)
        elif not row.findings:
            yield (Styled("  Faults are shown once everything has been read.", "muted"),)
        if self._shows_chain:
            yield from self._chain(copy)
            return
        facts = {
            "For": joined(row.names, most=_MOST_SERVING),
            "Served by": joined(row.served_by, most=_MOST_SERVING),
            "Renews": row.renewal,
            "Copies": joined([str(copy.place) for copy in row.copies], most=_MOST_SERVING),
        }
        for name, words in facts.items():
            if words:
                yield (Styled(f"  {name:<10}", "muted"), words)

    def _chain(self, copy: HeldCertificates) -> Iterator[Line]:
        now, ref = self.shared.server_now(), copy.place.ref
        issued = self.shared.session.certificates.issued.get(ref) if ref is not None else None
        facts = copy.certificates, copy.chain, copy.roots
        for fact in chain_lines(copy.place.key, *facts, now, issued):
            yield fact_line(fact, "  ")

    def _helps(self, row: CertificateRow, finding: CertificateFinding) -> str:
        keys = self.shared.keys
        if finding.workloads:
            return f": {keys.of('restart_readers')} restarts"
        if finding.ref is None:
            return ""
        if finding.is_renewal and row.renewal != RENEWED_BY_HAND:
            return f": {keys.of('show_source')} shows {row.renewal.partition(' ')[0]}"
        return f": {keys.of('go_in')} opens the Secret"

    def _cells(self, line: BoardLine) -> tuple[Cell, ...]:
        row, place = line.row, (line.copy or line.row.first).place
        if line.copy is not None:
            return (
                "",
                Styled(f"  {place.key}", "muted"),
                place.title,
                "",
                "",
                "",
                "",
                place.namespace,
                "",
                "",
            )
        level, left = row.level, row.left(self.shared.server_now())
        more = f" +{len(row.copies) - 1}" if len(row.copies) > 1 else ""
        tone = LEVEL_TONES[level] if level is not None else ""
        sign = LEVEL_SIGNS[level] if level is not None else ""
        leaf = row.leaf
        return (
            Styled(sign, tone),
            row.title,
            f"{place.title}{more}",
            Styled(row.fault, tone),
            Styled(left, tone if row.findings and not math.isinf(row.findings[0].ends) else ""),
            first_of(row.served_by),
            row.issuer,
            place.namespace,
            row.renewal,
            leaf.key if leaf is not None and not row.is_bundle else "",
        )

    @property
    def subject(self) -> SecretRef | None:
        return self.row.ref if self.row is not None else None

    def _no_secret(self) -> str | None:
        if self.row is None:
            return "No certificate selected."
        return None if self.subject is not None else "The selected row names no Secret."

    def run_go_in(self) -> None:
        self.table.open_row()

    def open_row(self, row: BoardLine) -> None:
        if row.copy is None and len(row.row.copies) > 1:
            self._unfold(None if row.key == self._unfolded else row.key)
            return
        place = (row.copy or row.row.first).place
        if (ref := place.ref) is None:
            self.show_message(f"{place} is not a Secret. Use kubectl to show it.")
            return
        main = self.shared.app.navigator
        main.follow(partial(main.open_secret, ref, place.key))

    def _unfold(self, key: str | None) -> None:
        self._unfolded, former_key = key, self._unfolded
        self.draw()
        if key is None and former_key is not None:
            self.table.move_to(former_key)

    def _no_chain(self) -> str | None:
        if self.row is None:
            return "No certificate selected."
        copy = self.row.copy or self.row.row.first
        return None if copy.certificates else f"No certificate in {copy.place.key} could be read."

    @unless(_no_chain)
    def run_show_chain(self) -> None:
        self._shows_chain = not self._shows_chain
        self.draw_around()

    @unless(_no_secret)
    def run_show_readers(self) -> None:
        if self.subject is not None:
            self.app.push_screen(ReadersScreen(self.shared, ref=self.subject))

    @unless(_no_secret)
    def run_show_source(self) -> None:
        if self.subject is not None:
            self.app.push_screen(SourceScreen(self.shared, self.subject))

    @unless(_no_secret)
    def run_restart_readers(self) -> None:
        if self.row is not None:
            row = self.row.row
            only = {workload for finding in row.findings for workload in finding.workloads}
            self.app.push_screen(RolloutScreen(self.shared, *row.refs, only=only))

    def again(self) -> CertificatesScreen:
        screen = CertificatesScreen(self.shared)
        screen.pane.begin_as(self.pane)
        screen._search, screen._board, screen._judged = self._search, self._board, self._judged
        screen._shows_chain = self._shows_chain
        screen._firsts, screen._gaps, screen._unfolded = self._firsts, self._gaps, self._unfolded
        return screen
