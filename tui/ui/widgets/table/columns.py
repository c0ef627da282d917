"""Choose which columns of a table are shown at a width, and how wide each is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.text.printable import Cut
from tui.ui.widgets import text
from tui.ui.widgets.text import Cell, Styled

ALL_COLUMNS: Final = 99
"""Greater than any column's `drop`."""
LABEL: Final = 63
"""The longest DNS label, so the longest name of a namespace."""
REACH: Final = 99
"""Cells from the start of a row's name to that of its last column: if longer, the eye loses the row."""
_READABLE: Final = 36
"""Cells that a longer text keeps of the texts before a late column is shown."""
_NEAR: Final = 32
"""Cells of a late column or a further pane, and more. A text longer by less is not cut for these."""


class Column(Struct, frozen=True):
    """A column: its widths, its share of spare cells, and when it is dropped."""

    id: str
    title: str
    width: int
    """Minimum cells while it cuts a text. With `grow` 0 it is never narrower."""
    most: int = 0
    """Cells up to which a text is shown whole before longer texts of other columns; 0: `width`."""
    long: int = LABEL
    """Cells up to which a text is never cut for a late column or a further pane."""
    grow: int = 0
    """Share of spare cells. If there are too few, the highest comes first."""
    drop: int = 0
    """Rank: 0 is never dropped; without room the highest is dropped first."""
    is_late: bool = False
    """True if it is added only once the texts of all others are whole, and very long ones can be read."""
    align: Literal["left", "right"] = "left"
    cut: Cut = "end"
    gap: int = 2
    """Blank cells after it."""


class Need(NamedTuple):
    """The width that a column needs for its texts."""

    full: int
    """Cells for its title and all but very long texts; not less than `width` if one of those is cut."""
    want: int
    """Cells for every text."""


class Placed(NamedTuple):
    """Shown column: which of a row's cells it takes, its first terminal cell, its width."""

    nth: int
    column: Column
    start: int
    width: int


def need_of(column: Column, widths: Iterable[int]) -> Need:
    """Need of a column whose texts have these widths."""
    title = text.width(column.title)
    full, longest = title, 0
    for longest in sorted(set(widths)):
        if longest <= max(column.long, column.most, column.width, full + _NEAR):
            full = max(title, longest)
    if longest > full or not column.grow:
        full = max(full, column.width)
    return Need(full, max(full, longest))


def needs_of(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> list[Need]:
    """Needs of the columns for the cells of these rows. Cells that flow need no column."""
    widths: list[list[int]] = [[] for _ in columns]
    last = len(columns) - 1
    for cells in rows:
        for nth, cell in enumerate(cells):
            if nth == last or not (isinstance(cell, Styled) and cell.flows):
                widths[nth].append(text.width(cell))
    return [need_of(column, cell_widths) for column, cell_widths in zip(columns, widths, strict=True)]


def more_of(before: Sequence[Need], now: Sequence[Need]) -> list[Need]:
    """The maximum of both, column by column."""
    return [
        Need(max(old.full, new.full), max(old.want, new.want)) for old, new in zip(before, now, strict=True)
    ]


def whole_width(columns: Sequence[Column], needs: Sequence[Need], *, last: int = ALL_COLUMNS) -> Need:
    """Width at which no column up to `last` is dropped, and none cuts an ordinary text, or any text."""
    kept = [(column, need) for column, need in zip(columns, needs, strict=True) if column.drop <= last]
    gaps = sum(column.gap for column, _ in kept[:-1])
    return Need(gaps + sum(need.full for _, need in kept), gaps + sum(need.want for _, need in kept))


def place(
    columns: Sequence[Column], width: int, needs: Sequence[Need] | None = None, *, last: int = ALL_COLUMNS
) -> list[Placed]:
    """Lay out the columns in `width` cells, from 0. A column that must not be dropped may reach beyond.

    First each column gets the least that it needs, then texts of usual length, then longer ones, then the
    late columns, at last the longest texts; the remaining cells go to the columns that grow, as long as the
    last column is in reach of the first of these. Each step ends before the next one begins, so a wider table
    never drops or cuts what a narrower one showed. Columns whose `drop` is beyond `last` are left out.
    """
    needs = needs or [need_of(column, [column.width]) for column in columns]
    given = [min(column.width, need.full) for column, need in zip(columns, needs, strict=True)]
    full = [need.full for need in needs]
    usual = [min(max(column.most, column.width), most) for column, most in zip(columns, full, strict=True)]
    good = [
        max(need.full, min(_READABLE, column.most, need.want))
        for column, need in zip(columns, needs, strict=True)
    ]
    shown = [nth for nth, column in enumerate(columns) if not column.drop]
    others = [nth for nth, column in enumerate(columns) if 0 < column.drop <= last]
    for nth in sorted(others, key=lambda nth: (columns[nth].is_late, columns[nth].drop, nth)):
        if columns[nth].is_late:
            for wanted in (full, good):
                _widen(columns, given, shown, wanted, width)
            if any(given[at] < good[at] for at in shown):
                break
        more = sorted([*shown, nth])
        if _used(columns, given, more) > width:
            break
        shown = more
    for wanted in (usual, full, [need.want for need in needs]):
        _widen(columns, given, shown, wanted, width)
    left = max(0, width - _used(columns, given, shown))
    if any(columns[nth].grow for nth in shown[:-1]):
        left = min(left, max(0, REACH - _reach(columns, given, shown)))
    extra = _shares([columns[nth].grow for nth in shown], left)
    placed: list[Placed] = []
    start = 0
    for nth, more_cells in zip(shown, extra, strict=True):
        placed.append(Placed(nth, columns[nth], start, given[nth] + more_cells))
        start += given[nth] + more_cells + columns[nth].gap
    return placed


def total(placed: Sequence[Placed]) -> int:
    """Cells from the start to the end of the last column."""
    return placed[-1].start + placed[-1].width if placed else 0


def _used(columns: Sequence[Column], given: Sequence[int], shown: Sequence[int]) -> int:
    return sum(given[nth] for nth in shown) + sum(columns[nth].gap for nth in shown[:-1])


def _reach(columns: Sequence[Column], given: Sequence[int], shown: Sequence[int]) -> int:
    """Cells from the start of the first column that grows, the name, to that of the last column."""
    first = next(at for at, nth in enumerate(shown) if columns[nth].grow)
    return sum(given[nth] + columns[nth].gap for nth in shown[first:-1])


def _widen(
    columns: Sequence[Column], given: list[int], shown: Sequence[int], to: Sequence[int], width: int
) -> None:
    """Widen columns up to `to` as far as `width` allows, one after the other."""
    left = width - _used(columns, given, shown)
    for nth in sorted(shown, key=lambda nth: -columns[nth].grow):
        more = max(0, min(to[nth] - given[nth], left))
        given[nth] += more
        left -= more


def _shares(weights: Sequence[int], free: int) -> list[int]:
    """Split `free` by weight; the remainder of rounding goes to the first columns that grow."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [free * weight // whole for weight in weights]
    left = free - sum(shares)
    for at, weight in enumerate(weights):
        if left and weight:
            shares[at] += 1
            left -= 1
    return shares
