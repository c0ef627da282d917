"""Choose which columns of a table are shown at a width, and how wide each is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.ui.widgets import text
from tui.ui.widgets.text import Cell, Styled

ALL: Final = 99
"""More than any column's `drop`."""


class Column(Struct, frozen=True):
    """One column: its widths, its share of spare cells, and when it is dropped."""

    id: str
    title: str
    width: int
    """Cells that it keeps at least while it cuts a text. With `grow` 0 it is never narrower."""
    most: int = 0
    """Texts of up to so many cells are whole before a column that may be dropped is added; 0: `width`."""
    grow: int = 0
    """Its share of the cells that are left over."""
    drop: int = 0
    """0 is never dropped; where there is no room, the highest goes first."""
    align: Literal["left", "right"] = "left"
    cut: Literal["middle", "end"] = "end"
    gap: int = 2
    """Blank cells after it."""


class Need(NamedTuple):
    """How wide a column has to be for its texts."""

    full: int
    """For its title and every text of up to `most` cells; not less than `width` if a longer one is cut."""
    want: int
    """For every text."""


class Placed(NamedTuple):
    """A column that is shown: which of a row's cells it takes, its first terminal cell, its width."""

    nth: int
    column: Column
    start: int
    width: int


def need_of(column: Column, widths: Iterable[int]) -> Need:
    """What a column needs whose texts are so wide."""
    most = max(column.most, column.width)
    full = longest = 0
    for width in widths:
        longest = max(longest, width)
        if width <= most:
            full = max(full, width)
    if longest > most or not column.grow:
        full = max(full, column.width)
    full = max(full, text.width(column.title))
    return Need(full, max(full, longest))


def needs_of(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> list[Need]:
    """What each column needs for the cells of these rows. Cells that flow on need no column."""
    widths: list[list[int]] = [[] for _ in columns]
    last = len(columns) - 1
    for cells in rows:
        for nth, cell in enumerate(cells):
            if nth == last or not (isinstance(cell, Styled) and cell.flows):
                widths[nth].append(text.width(cell))
    return [need_of(column, found) for column, found in zip(columns, widths, strict=True)]


def more_of(before: Sequence[Need], now: Sequence[Need]) -> list[Need]:
    """The greater of both, column by column."""
    return [
        Need(max(old.full, new.full), max(old.want, new.want)) for old, new in zip(before, now, strict=True)
    ]


def whole_width(columns: Sequence[Column], needs: Sequence[Need], *, last: int = ALL) -> Need:
    """The width at which no column up to `last` is dropped, and none cuts a text that counts, or any text."""
    kept = [(column, need) for column, need in zip(columns, needs, strict=True) if column.drop <= last]
    gaps = sum(column.gap for column, _ in kept[:-1])
    return Need(gaps + sum(need.full for _, need in kept), gaps + sum(need.want for _, need in kept))


def place(
    columns: Sequence[Column], width: int, needs: Sequence[Need] | None = None, *, last: int = ALL
) -> list[Placed]:
    """Lay out the columns in `width` cells, from 0. What may not be dropped may reach beyond.

    First come the columns that are never dropped, whole; then, in their order, those that may be dropped. So
    a wider table never drops or cuts what a narrower one showed. What is left over goes to texts that are
    still cut, then to the columns that grow. Columns whose `drop` is beyond `last` are left out.
    """
    needs = needs or [need_of(column, [column.width]) for column in columns]
    least = [min(column.width, need.full) for column, need in zip(columns, needs, strict=True)]
    given = [0] * len(columns)
    shown = [nth for nth, column in enumerate(columns) if not column.drop]
    for nth in shown:
        given[nth] = least[nth]
    left = width - _used(columns, given, shown)
    left = _raise(given, shown, [need.full for need in needs], left)
    droppable = [nth for nth, column in enumerate(columns) if 0 < column.drop <= last]
    for nth in sorted(droppable, key=lambda nth: (columns[nth].drop, nth)):
        used = _used(columns, [*given[:nth], least[nth], *given[nth + 1 :]], sorted([*shown, nth]))
        if used > width:
            break
        shown = sorted([*shown, nth])
        given[nth] = least[nth]
        left = _raise(given, [nth], [need.full for need in needs], width - used)
    left = _fill(given, shown, [need.want for need in needs], columns, left)
    extra = _shares([columns[nth].grow for nth in shown], max(0, left))
    placed: list[Placed] = []
    start = 0
    for nth, more in zip(shown, extra, strict=True):
        placed.append(Placed(nth, columns[nth], start, given[nth] + more))
        start += given[nth] + more + columns[nth].gap
    return placed


def total(placed: Sequence[Placed]) -> int:
    """Cells from the start to the end of the last column."""
    return placed[-1].start + placed[-1].width if placed else 0


def _used(columns: Sequence[Column], given: Sequence[int], shown: Sequence[int]) -> int:
    return sum(given[nth] for nth in shown) + sum(columns[nth].gap for nth in shown[:-1])


def _raise(given: list[int], shown: Sequence[int], to: Sequence[int], left: int) -> int:
    """Widen columns in their order up to `to`; what is left after that."""
    for nth in shown:
        more = max(0, min(to[nth] - given[nth], left))
        given[nth] += more
        left -= more
    return left


def _fill(
    given: list[int], shown: Sequence[int], want: Sequence[int], columns: Sequence[Column], left: int
) -> int:
    """Share cells among the columns that still cut a text, by weight; what is left after that."""
    while left > 0:
        cut = [nth for nth in shown if given[nth] < want[nth]]
        if not cut:
            break
        for nth, share in zip(cut, _shares([max(1, columns[nth].grow) for nth in cut], left), strict=True):
            more = min(share, want[nth] - given[nth])
            given[nth] += more
            left -= more
    return left


def _shares(weights: Sequence[int], free: int) -> list[int]:
    """Split `free` by weight; what rounding leaves goes to the first columns that grow."""
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
