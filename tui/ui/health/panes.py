"""Layout of the health screen: findings, the text about one finding, and the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from tui.model.text.counts import counted
from tui.ui.health.finding_table import FindingTable
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.lists.picker import FilteredPane
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.text_pane import TextPane

_LEAST_ROWS: Final = 5
_LOWEST_ROWS: Final = 3
_LEAST_TEXT: Final = 4
_LEAST_TIMES: Final = 3
"""Minimum height in lines of a shortened timeline.

A timeline with less room is hidden. If a certificate is due, the table and the text shrink instead.
"""
_LEAST_BESIDE: Final = 8


class HealthPanes(Vertical):
    """Table, text and timeline. From 120 columns up, the text is beside the table."""

    def __init__(
        self, rows: FilteredPane, table: FindingTable, times_at: Callable[[int], Sequence[Line]]
    ) -> None:
        super().__init__(id="health")
        self._rows, self._table, self._times_at = rows, table, times_at
        self._tallest = 0
        """Height in lines of the longest text since the last resize, kept so that the timeline moves less."""
        self.certificate_count = 0
        self.has_due_times = False
        self.finding, self._times = TextPane(id="finding"), TextPane(id="times")

    def compose(self) -> ComposeResult:
        with Container(id="findings"):
            yield self._rows
            yield self.finding
        yield self._times

    def on_mount(self) -> None:
        self._rows.move_child(self._verdict, before=self._table)
        self.share()

    @property
    def _verdict(self) -> Lines:
        return self._rows.query_one("#pods-about", Lines)

    def on_resize(self) -> None:
        self._tallest = 0
        self.share()

    def share(self) -> None:
        """Give each pane its height.

        If the text is below the table and the screen is too low, shrink the timeline first, then the table,
        then the text.
        """
        width, height = self.size
        if not height or not self._rows.is_mounted:
            return
        lines = self._times_at(width - self._times.gutter.width - THUMB)
        self._times.display = bool(lines)
        self._times.show("Certificates by expiry", counted(self.certificate_count, "Secret"), lines)
        times, frames = len(lines), self._times.gutter.height if lines else 0
        findings = self.query_one("#findings")
        if self.screen.has_class("-full"):
            self._share_beside(findings, times + frames)
            return
        findings.styles.height = "auto"
        frames += self._above(width) + self.finding.gutter.height + self._rows.gutter.height
        text = self.finding.needed(width)
        needs = [times, 1 + self._table.most_lines, max(_LEAST_TEXT, text)]
        room = height - frames
        rows = min(_LEAST_ROWS, max(_LOWEST_ROWS, room // 2))
        least = [_LEAST_TIMES if self.has_due_times else 0, rows, max(1, min(_LEAST_TEXT, room - rows))]
        given = _given(needs, least, room)
        if given[0] < min(times, _LEAST_TIMES):  # the timeline is too low to read, and no certificate is due
            self._times.display = False
            given = _given([0, *needs[1:]], least, room + self._times.gutter.height)
        self._times.give(given[0])
        self._table.styles.height = given[1]
        self.finding.give(given[2])

    def _share_beside(self, findings: Widget, times: int) -> None:
        width, height = self.size
        self.finding.give("1fr")
        self._times.give("1fr")
        # Without findings, the table is as high as its header, so that the note of `_rows` is right below it.
        self._table.styles.height = "1fr" if self._table.finding_count else "auto"
        columns = self.finding.outer_size.width or width // 3
        self._tallest = max(self._tallest, self.finding.needed(columns))
        rows = self._above(width - columns) + 1 + self._table.most_lines
        wanted = max(rows, self._tallest, _LEAST_BESIDE) + self._rows.gutter.height
        findings.styles.height = min(wanted, height - min(times, height // 3)) if times else "1fr"

    def _above(self, width: int) -> int:
        verdict = self._verdict
        columns = width - self._rows.gutter.width - verdict.gutter.width
        return verdict.get_content_height(self.size, self.size, columns) + self._rows.is_typing


def _given(needs: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return the height of each part: what it needs, or less if `room` is too small.

    The first part shrinks first. No part shrinks below its `least`.
    """
    given = list(needs)
    for nth, lowest in enumerate(least):
        over = sum(given) - room
        if over > 0:
            given[nth] = max(min(lowest, needs[nth]), given[nth] - over)
    return given
