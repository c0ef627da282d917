"""Rows with the differences of two values, line by line, and a view of these rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from msgspec.structs import replace
from rich.segment import Segment

from tui.model.draft.leaf_changes import LeafChange
from tui.model.draft.line_diff import (
    LINES_AROUND,
    DiffLine,
    OmittedLines,
    first_difference,
    folded,
    line_diff,
)
from tui.model.secret.value import MASK, Value, facts, size_text
from tui.model.text.counts import counted
from tui.model.text.printable import SPACE, cut_middle, printable
from tui.model.text.printable import width as cells
from tui.process.threads import run_in_thread
from tui.ui.widgets import text
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value.value_lines import line_breaks

_MARK: Final = 2
"""Cells for a mark, such as "+", and the space after it."""
_GAP: Final = 2
_LEAST_PATH: Final = 12
"""Minimum width in cells of the path of a changed leaf."""
_MARKS: Final[dict[str, tuple[str, Tone]]] = {
    "changed": ("~", "accent"),
    "added": ("+", "good"),
    "removed": ("-", "bad"),
}
_LINE_END: Final = 2
"""Cells that stay free at the end of a line for the symbols of a line break, e.g. `⏎`."""
_TONES: Final[dict[str, Tone]] = {" ": "", "-": "bad", "+": "good"}


def diff_rows(before: Value, after: Value, width: int, *, is_folded: bool = False) -> list[Styled]:
    """Return rows that compare two values.

    Text is compared line by line, and its lines are broken at `width` cells. If a value is not text, the rows
    tell the sizes and the first difference.

    Call this in a thread if the values together exceed `BYTES_AT_ONCE`, because the comparison may be slow.
    """
    old, new = before.reveal(), after.reveal()
    if not (facts(before).is_readable and facts(after).is_readable):
        offset = first_difference(old, new)
        sizes = f"Not text: {size_text(len(old))} → {size_text(len(new))}"
        differs = f"the first difference is at byte {offset + 1:,} (offset 0x{offset:x})"
        return [Styled(words, "muted", flows=True) for words in (sizes, differs)]
    lines = line_diff(old.decode(), new.decode())
    return [row for line in (folded(lines) if is_folded else lines) for row in _rows(line, width)]


def leaf_rows(changes: Sequence[LeafChange], width: int, *, is_shown: bool) -> list[Styled]:
    """Rows for changed leaves (parts of a value, e.g. JSON fields)."""
    rows = list[Styled]()
    for change in changes:
        mark, tone = _MARKS[change.how]
        sizes = " → ".join(size_text(value.size) for value in (change.before, change.after) if value)
        masks = " → ".join(MASK for value in (change.before, change.after) if value)
        words = "  ".join(filter(None, ("" if is_shown else masks, change.kinds or sizes)))
        path = cut_middle(change.path, max(_LEAST_PATH, width - _MARK - _GAP - cells(words)))
        rows.append(Styled(f"{mark} {path}  {words}", tone, flows=True))
        if is_shown:
            before, after = change.before or Value(b""), change.after or Value(b"")
            rows += map(_indented, diff_rows(before, after, width - _MARK, is_folded=True))
    return rows


def _indented(row: Styled) -> Styled:
    marked = tuple((start + _MARK, end + _MARK) for start, end in row.marked)
    return replace(row, text=f"{' ' * _MARK}{row.text}", marked=marked)


def _rows(line: DiffLine | OmittedLines, width: int) -> Iterator[Styled]:
    if isinstance(line, OmittedLines):
        yield Styled(f"  … {counted(line.count, line.unit)} the same", "muted", flows=True)
        return
    body = line.text.rstrip("\r\n")
    blanks_start = len(body.rstrip(" ")) if line.mark != " " else len(body)
    mark = line.mark
    for start, end in line_breaks(line.text, max(1, width - _MARK - _LINE_END)):
        shown, marked = f"{mark} ", list[tuple[int, int]]()
        for part_start, part_end, is_changed in _parts(start, end, line, blanks_start, len(body)):
            part = (
                SPACE * (part_end - part_start)
                if blanks_start <= part_start < len(body)
                else printable(line.text[part_start:part_end])
            )
            if is_changed:
                marked.append((len(shown), len(shown) + len(part)))
            shown += part
        yield Styled(shown, _TONES[line.mark], flows=True, is_drawn=True, marked=tuple(marked))
        mark = " "


def _parts(start: int, end: int, line: DiffLine, *cuts: int) -> Iterator[tuple[int, int, bool]]:
    """Split the part of a line from `start` to `end`, at `cuts` and at both ends of each change.

    Yields the start and end of each piece, and True if the piece is changed.
    """
    edges = {start, end, *cuts, *(part_start for both in line.changed for part_start in both)}
    edges_inside = sorted(part_start for part_start in edges if start <= part_start <= end)
    for part_start, stop in pairwise(edges_inside):
        yield part_start, stop, any(a <= part_start < b for a, b in line.changed)


BYTES_AT_ONCE: Final = 4_096
"""Maximum total size in bytes of two values that are compared without a thread."""
COMPARING: Final = Styled("Comparing …", "muted", flows=True)


class DiffView(Scroller):
    """View of the differences of two values. It holds the values until `forget`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._values: tuple[Value, Value] | None = None
        self._rows: list[Styled] = []
        self._is_new = False
        """True from `show` until the view goes to the first difference."""

    def show(self, before: Value, after: Value) -> None:
        self._values = before, after
        self._is_new = True
        self.scroll_to(y=0, animate=False)
        self.reflow()

    def forget(self) -> None:
        self._values = None
        self.reflow()

    def reflow(self) -> None:
        super().reflow()
        self._go_to_first()

    def _go_to_first(self) -> None:
        first = next((nth for nth, row in enumerate(self._rows) if row.style in ("bad", "good")), None)
        if first is None or not self._is_new:
            return
        self._is_new = False
        if first + LINES_AROUND >= self.size.height:
            self.scroll_to(y=first - LINES_AROUND, animate=False)

    def lay_out(self, width: int) -> int:
        self._rows = []
        if self._values is not None:
            if sum(value.size for value in self._values) <= BYTES_AT_ONCE:
                self._rows = diff_rows(*self._values, width)
            else:
                self._rows = [COMPARING]
                self.run_worker(self._lay_out_in_thread(width), group="diff", exclusive=True)
        return len(self._rows)

    async def _lay_out_in_thread(self, width: int) -> None:
        if (values := self._values) is None:
            return
        rows = await run_in_thread(partial(diff_rows, *values, width))
        if self._values is values:
            self._rows = rows
            self.virtual_size = self.virtual_size.with_height(len(rows))
            self._count()
            self.refresh()
            self._go_to_first()

    def draw_line(self, number: int, width: int) -> list[Segment]:
        row = self._rows[number]
        return text.segments(row, self.tone_style(row.style))
