"""Find the cursor's new row after the rows changed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def anchor(
    old: Sequence[Row], at: int, new: Sequence[Row], key: Callable[[Row], str], *, cursor_key: str
) -> int:
    """Index in `new` of the row under the cursor, else of the nearest old row that remains.

    `at` is the cursor's index in `old`. Nearest: the row below first, then the one above, and so on outward.
    If none of them remains it is another list, read from its top. `new` is not empty.
    """
    if 0 <= at < len(new) and key(new[at]) == cursor_key:
        return at
    places = {key(row): index for index, row in enumerate(new)}
    if cursor_key in places:
        return places[cursor_key]
    for step in range(len(old)):
        for index in (at + step, at - step):
            if 0 <= index < len(old) and (place := places.get(key(old[index]))) is not None:
                return place
    return 0


def nearest_allowed(index: int, direction: int, count: int, may_be_on: Callable[[int], bool]) -> int:
    """First row from `index` on that the cursor may be on, else the last one before; -1 if none."""
    index = min(max(index, 0), count - 1)
    onward, back = range(index, count), range(index, -1, -1)
    for way in (onward, back) if direction > 0 else (back, onward):
        for at in way:
            if may_be_on(at):
                return at
    return -1


def in_sight(cursor: int, offset: int, height: int, count: int, may_be_on: Callable[[int], bool]) -> int:
    """Scroll offset, nearest to `offset`, at which the cursor is in sight.

    The headings directly above, and the lines below that belong to the row, are in sight too, as far as they
    fit.
    """
    first = last = cursor
    while first > 0 and cursor - first < height - 1 and not may_be_on(first - 1):
        first -= 1
    while last < count - 1 and last - cursor < height - 1 and not may_be_on(last + 1):
        last += 1
    wanted = min(max(offset, last - height + 1), first)
    return min(max(wanted, cursor - height + 1), cursor)
