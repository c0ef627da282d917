"""Lay out the difference of two values as rows: removed and added lines, with what differs marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from tui.model.draft.line_diff import DiffLine, Same, first_difference, folded, line_diff
from tui.model.secret.value import Value, facts, size_text
from tui.model.text.counts import counted
from tui.model.text.printable import SPACE, printable
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value.line_breaks import line_breaks

_MARK: Final = 2
"""Cells for "-" or "+" before a line."""
_LINE_END: Final = 2
"""Cells kept free for the stand-in of the line end."""
_TONES: Final[dict[str, Tone]] = {" ": "", "-": "bad", "+": "good"}


def diff_rows(before: Value, after: Value, width: int, *, is_folded: bool = False) -> list[Styled]:
    """Rows of at most `width` cells; folded: what differs and a few lines around. Takes a while for 1 MB."""
    was, now = before.reveal(), after.reveal()
    if not (facts(before).is_readable and facts(after).is_readable):
        at = first_difference(was, now)
        sizes = f"{size_text(len(was))} → {size_text(len(now))}"
        said = f"Not text: {sizes}; the first difference is at byte {at + 1:,} (offset 0x{at:x})."
        return [Styled(said, "muted", flows=True)]
    lines = line_diff(was.decode(), now.decode())
    return [row for line in (folded(lines) if is_folded else lines) for row in _rows(line, width)]


def _rows(line: DiffLine | Same, width: int) -> Iterator[Styled]:
    if isinstance(line, Same):
        yield Styled(f"  … {counted(line.count, line.unit)} the same", "muted", flows=True)
        return
    body = line.text.rstrip("\r\n")
    blank = len(body.rstrip(" ")) if line.mark != " " else len(body)
    mark = line.mark
    for start, end in line_breaks(line.text, max(1, width - _MARK - _LINE_END)):
        shown, marked = f"{mark} ", list[tuple[int, int]]()
        for at, stop, is_changed in _parts(start, end, line, blank, len(body)):
            part = SPACE * (stop - at) if blank <= at < len(body) else printable(line.text[at:stop])
            if is_changed:
                marked.append((len(shown), len(shown) + len(part)))
            shown += part
        yield Styled(shown, _TONES[line.mark], flows=True, is_drawn=True, marked=tuple(marked))
        mark = " "


def _parts(start: int, end: int, line: DiffLine, *cuts: int) -> Iterator[tuple[int, int, bool]]:
    """The stretch in parts: start, end, and does it differ?"""
    edges = {start, end, *cuts, *(at for both in line.changed for at in both)}
    inside = sorted(at for at in edges if start <= at <= end)
    for at, stop in pairwise(inside):
        yield at, stop, any(a <= at < b for a, b in line.changed)
