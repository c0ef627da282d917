"""Columns: they fill the width, give way in their order, and never lie over each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.ui.widgets.table.columns import REACH, Column, need_of, place, total

LAST_AT_ONCE = 2
"""The `drop` of the last column that is not late."""
READABLE = 20
"""Cells that a very long text keeps beside a late column."""
SOME = st.lists(
    st.builds(
        Column,
        id=st.just("x"),
        title=st.just("X"),
        width=st.integers(1, 20),
        most=st.integers(0, 40),
        grow=st.integers(0, 3),
        drop=st.integers(0, 4),
        gap=st.integers(0, 2),
    ).map(lambda column: replace(column, is_late=column.drop > LAST_AT_ONCE)),
    min_size=1,
    max_size=8,
)


@given(SOME, st.integers(0, 120))
def test_placed_columns_are_in_order_and_apart(columns: list[Column], width: int) -> None:
    placed = place(columns, width)
    end = 0
    for at in placed:
        assert at.start >= end and at.width >= at.column.width and columns[at.nth] is at.column
        end = at.start + at.width + at.column.gap
    kept = {at.nth for at in placed}
    gone = [column.drop for nth, column in enumerate(columns) if nth not in kept]
    assert all(drop > 0 for drop in gone)
    if gone:
        assert max((at.column.drop for at in placed), default=0) <= min(gone)
    assert total(placed) <= width or all(at.column.drop == 0 for at in placed)
    if any(at.column.grow for at in placed):
        assert total(placed) >= min(width, REACH), "what is left over goes to the columns that grow"
        assert total(placed) <= width or total(place(columns, 0)) > width
    else:
        assert all(at.width == at.column.width for at in placed)


@pytest.mark.slow
@given(SOME, st.data())
def test_a_wider_table_cuts_no_more_and_cuts_nothing_beside_blanks(
    columns: list[Column], data: st.DataObject
) -> None:
    sizes = [data.draw(st.lists(st.integers(1, 99), max_size=5)) for _ in columns]
    needs = [need_of(column, found) for column, found in zip(columns, sizes, strict=True)]
    longest = [max([len(column.title), *found]) for column, found in zip(columns, sizes, strict=True)]
    least = sum(column.width + column.gap for column in columns if not column.is_late)
    before: set[tuple[int, int]] = set()
    kept: dict[int, int] = {}
    for width in range(least, least + 250):
        placed = place(columns, width, needs)
        whole = {(at.nth, size) for at in placed for size in [0, *sizes[at.nth]] if size <= at.width}
        assert before <= whole, width
        before = whole
        now = {at.nth: min(at.width, at.column.most, longest[at.nth], READABLE) for at in placed}
        assert all(cells <= now[nth] for nth, cells in kept.items()), (width, "a cut text lost cells")
        kept = now
        if any(at.width < longest[at.nth] for at in placed):
            used = [max(longest[at.nth], 0 if at.column.grow else at.column.width) for at in placed]
            assert all(at.width <= most for at, most in zip(placed, used, strict=True)), width
