"""Columns of a table: which are shown at a width, and where. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct


class Column(Struct, frozen=True):
    """One column: how wide it is at least, its share of what is free, and when it goes."""

    id: str
    title: str
    width: int
    """Cells that it takes at least."""
    grow: int = 0
    """Its share of the cells that are left over; 0 stays at `width`."""
    drop: int = 0
    """0 is never dropped; where there is no room, the highest goes first."""
    align: Literal["left", "right"] = "left"
    cut: Literal["middle", "end"] = "end"
    gap: int = 2
    """Blank cells after it."""


class Placed(NamedTuple):
    """A column that is shown: which of a row's cells it takes, its first terminal cell, its width."""

    nth: int
    column: Column
    start: int
    width: int


def place(columns: Sequence[Column], width: int) -> list[Placed]:
    """Lay out the columns in `width` cells, from 0. What may not be dropped may reach beyond."""
    shown = list(enumerate(columns))
    while _needed(shown) > width:
        worst = max(column.drop for _, column in shown)
        if worst == 0:
            break
        at = max(at for at, (_, column) in enumerate(shown) if column.drop == worst)
        del shown[at]
    extra = _shares([column.grow for _, column in shown], max(0, width - _needed(shown)))
    placed: list[Placed] = []
    start = 0
    for (index, column), more in zip(shown, extra, strict=True):
        placed.append(Placed(index, column, start, column.width + more))
        start += column.width + more + column.gap
    return placed


def total(placed: Sequence[Placed]) -> int:
    """Cells from the start to the end of the last column."""
    return placed[-1].start + placed[-1].width if placed else 0


def _needed(shown: Sequence[tuple[int, Column]]) -> int:
    return sum(column.width + column.gap for _, column in shown) - (shown[-1][1].gap if shown else 0)


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
