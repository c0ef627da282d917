"""Find the row for the cursor after the rows changed, and the scroll offset that shows a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def anchor(
    old: Sequence[Row], at: int, new: Sequence[Row], key: Callable[[Row], str], *, cursor_key: str
) -> int:
    """Return the index in `new` of the row with `cursor_key`. `at`: index of the cursor in `old`.

    If `new` has no such row, return the index in `new` of the row that was nearest to `at` in `old`. If `new`
    contains no row of `old`, it is another list, and the result is 0. `new` must not be empty.
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
    """Search for a row that the cursor may be on, and return its index; -1 if there is none.

    The search goes from `index` to higher indexes if `direction` is positive, otherwise to lower indexes. If
    it finds no row, it goes from `index` the other way.
    """
    index = min(max(index, 0), count - 1)
    forward, back = range(index, count), range(index, -1, -1)
    for indexes in (forward, back) if direction > 0 else (back, forward):
        for at in indexes:
            if may_be_on(at):
                return at
    return -1


def in_sight(cursor: int, offset: int, height: int, count: int, may_be_on: Callable[[int], bool]) -> int:
    """Scroll offset nearest to `offset` that shows the row `cursor` and the rows that belong to it.

    Rows directly above and below `cursor` belong to it if `may_be_on` is False for them, such as a heading or
    lines that continue the row. Rows that do not fit into `height` stay out of sight.
    """
    first = last = cursor
    while first > 0 and cursor - first < height - 1 and not may_be_on(first - 1):
        first -= 1
    while last < count - 1 and last - cursor < height - 1 and not may_be_on(last + 1):
        last += 1
    wanted = min(max(offset, last - height + 1), first)
    return min(max(wanted, cursor - height + 1), cursor)
