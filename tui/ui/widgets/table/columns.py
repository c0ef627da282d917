"""Choose which columns of a table are shown in a given width, and how wide each column is.

A text is "very long" if it and all longer texts are much longer than the rest of their column: by more than
`_NEAR` cells. A text that fits into the `long`, `most` or `width` of its `Column` is never very long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.text.printable import Cut
from tui.ui.widgets import text
from tui.ui.widgets.text import Cell, Styled

ALL_COLUMNS: Final = 99
"""A `drop` greater than that of any column."""
LABEL: Final = 63
"""Maximum length of a DNS label, and therefore of the name of a namespace."""
REACH: Final = 99
"""Maximum cells from the start of the first column with `grow` to the start of the last column.

Wide rows are hard to read, so no spare cells are given beyond this maximum. Long texts may exceed it.
"""
_READABLE: Final = 36
"""A column with `is_late` appears only after very long texts have this many cells.

If `Column.most` is less, very long texts need only `Column.most` cells.
"""
_NEAR: Final = 32
"""A very long text is more than this many cells longer than each text of its column that is not very long."""


class Column(Struct, frozen=True):
    """A column with its minimum width, its share of spare cells, and when it is dropped."""

    id: str
    title: str
    width: int
    """Minimum width in cells. A column with `grow` may be narrower, if its title and all its texts fit."""
    most: int = 0
    """Texts up to this width get their cells before longer texts of any column.

    A `most` below `width` means `width`.
    """
    long: int = LABEL
    """Texts up to this width are never very long."""
    grow: int = 0
    """Weight by which the columns share spare cells; 0 if this column gets none.

    Before spare cells are shared, columns whose texts do not fit get cells. The column with the greatest
    `grow` is served first.
    """
    drop: int = 0
    """Columns with a greater `drop` are dropped earlier; 0 if the column is never dropped.

    Columns with `is_late` are dropped before all other columns.
    """
    is_late: bool = False
    """True if the column appears only after the other columns show all texts except very long ones."""
    align: Literal["left", "right"] = "left"
    cut: Cut = "end"
    gap: int = 2
    """Blank cells after the column."""


class ColumnNeed(NamedTuple):
    """Width that a column needs for its texts."""

    full: int
    """Cells for the title and all texts except very long ones."""
    want: int
    """Cells for the title and all texts."""


class PlacedColumn(NamedTuple):
    """A shown column: index of its cell in a row, first terminal cell, and width."""

    nth: int
    column: Column
    start: int
    width: int


def need_of(column: Column, widths: Iterable[int]) -> ColumnNeed:
    title = text.width(column.title)
    full, longest = title, 0
    for longest in sorted(set(widths)):
        if longest <= max(column.long, column.most, column.width, full + _NEAR):
            full = max(title, longest)
    if longest > full or not column.grow:
        full = max(full, column.width)
    return ColumnNeed(full, max(full, longest))


def needs_of(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> list[ColumnNeed]:
    """Measure the rows, and return the need of each column.

    A cell with `flows` may be drawn over empty cells to its right, so it counts only in the last column.
    """
    widths: list[list[int]] = [[] for _ in columns]
    last = len(columns) - 1
    for cells in rows:
        for nth, cell in enumerate(cells):
            if nth == last or not (isinstance(cell, Styled) and cell.flows):
                widths[nth].append(text.width(cell))
    return [need_of(column, cell_widths) for column, cell_widths in zip(columns, widths, strict=True)]


def more_of(before: Sequence[ColumnNeed], now: Sequence[ColumnNeed]) -> list[ColumnNeed]:
    """Return, for each column, the greater `full` and the greater `want` of both needs."""
    return [
        ColumnNeed(max(old.full, new.full), max(old.want, new.want))
        for old, new in zip(before, now, strict=True)
    ]


def whole_width(
    columns: Sequence[Column], needs: Sequence[ColumnNeed], *, last: int = ALL_COLUMNS
) -> ColumnNeed:
    """Total width of the columns whose `drop` is at most `last`, with the gaps between these columns."""
    kept = [(column, need) for column, need in zip(columns, needs, strict=True) if column.drop <= last]
    gaps = sum(column.gap for column, _ in kept[:-1])
    return ColumnNeed(gaps + sum(need.full for _, need in kept), gaps + sum(need.want for _, need in kept))


def place(
    columns: Sequence[Column],
    width: int,
    needs: Sequence[ColumnNeed] | None = None,
    *,
    last: int = ALL_COLUMNS,
) -> list[PlacedColumn]:
    """Lay out the columns in `width` cells.

    Cells are given in this order: the minimum of each column, texts up to `Column.most`, longer texts, the
    first `_READABLE` cells of very long texts, late columns, the rest of very long texts. Each item gets
    cells only after all items before it have enough. A wider table therefore shows every text that a narrower
    table shows.
    """
    needs = needs or [need_of(column, [column.width]) for column in columns]
    given = [min(column.width, need.full) for column, need in zip(columns, needs, strict=True)]
    full = [need.full for need in needs]
    usual = [
        min(max(column.most, column.width), full_width)
        for column, full_width in zip(columns, full, strict=True)
    ]
    readable = [
        max(need.full, min(_READABLE, column.most, need.want))
        for column, need in zip(columns, needs, strict=True)
    ]
    shown = [nth for nth, column in enumerate(columns) if not column.drop]
    droppable = [nth for nth, column in enumerate(columns) if 0 < column.drop <= last]
    for nth in sorted(droppable, key=lambda nth: (columns[nth].is_late, columns[nth].drop, nth)):
        if columns[nth].is_late:
            for wanted in (full, readable):
                _widen(columns, given, shown, wanted, width)
            if any(given[at] < readable[at] for at in shown):
                break
        more = sorted([*shown, nth])
        if _used(columns, given, more) > width:
            break
        shown = more
    for wanted in (usual, full, [need.want for need in needs]):
        _widen(columns, given, shown, wanted, width)
    cells_left = max(0, width - _used(columns, given, shown))
    if any(columns[nth].grow for nth in shown[:-1]):
        cells_left = min(cells_left, max(0, REACH - _reach(columns, given, shown)))
    extra = _shares([columns[nth].grow for nth in shown], cells_left)
    placed: list[PlacedColumn] = []
    start = 0
    for nth, more_cells in zip(shown, extra, strict=True):
        placed.append(PlacedColumn(nth, columns[nth], start, given[nth] + more_cells))
        start += given[nth] + more_cells + columns[nth].gap
    return placed


def total(placed: Sequence[PlacedColumn]) -> int:
    """Width of all placed columns in cells, with the gaps between them."""
    return placed[-1].start + placed[-1].width if placed else 0


def _used(columns: Sequence[Column], given: Sequence[int], shown: Sequence[int]) -> int:
    return sum(given[nth] for nth in shown) + sum(columns[nth].gap for nth in shown[:-1])


def _reach(columns: Sequence[Column], given: Sequence[int], shown: Sequence[int]) -> int:
    """Cells from the start of the first column with `grow` to the start of the last column."""
    first = next(at for at, nth in enumerate(shown) if columns[nth].grow)
    return sum(given[nth] + columns[nth].gap for nth in shown[first:-1])


def _widen(
    columns: Sequence[Column], given: list[int], shown: Sequence[int], to: Sequence[int], width: int
) -> None:
    cells_left = width - _used(columns, given, shown)
    for nth in sorted(shown, key=lambda nth: -columns[nth].grow):
        more = max(0, min(to[nth] - given[nth], cells_left))
        given[nth] += more
        cells_left -= more


def _shares(weights: Sequence[int], free: int) -> list[int]:
    total_weight = sum(weights)
    if not total_weight:
        return [0] * len(weights)
    shares = [free * weight // total_weight for weight in weights]
    cells_left = free - sum(shares)
    for at, weight in enumerate(weights):
        if cells_left and weight:
            shares[at] += 1
            cells_left -= 1
    return shares
