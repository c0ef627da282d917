"""The cursor after a change of rows: on its own key if that remains, else on the nearest old row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.widgets.table.cursor_anchor import anchor, in_sight, nearest_allowed

NAMES = st.lists(st.text("abcdefghij", min_size=1, max_size=1), unique=True, min_size=1)


class Row:
    """A row that is equal to no other, as after a refetch."""

    def __init__(self, name: str) -> None:
        self.name = name


def key(row: Row) -> str:
    return row.name


@pytest.mark.parametrize(
    ("old", "cursor", "new", "on"),
    [
        ("abcd", "c", "abcd", "c"),
        ("abcd", "c", "dcba", "c"),
        ("abcd", "c", "xxabcd", "c"),
        ("abcd", "b", "acd", "c"),
        ("abcd", "d", "abc", "c"),
        ("abcd", "b", "ad", "a"),
        ("abcdefg", "d", "ag", "g"),
        ("abcdefg", "d", "af", "f"),
        ("abcdefg", "d", "bg", "b"),
        ("abcd", "b", "xyz", "x"),
    ],
)
def test_the_cursor_keeps_its_row_or_takes_the_nearest_that_remains_below_before_above(
    old: str, cursor: str, new: str, on: str
) -> None:
    rows = [Row(name) for name in new]
    index = anchor([Row(name) for name in old], old.index(cursor), rows, key, cursor_key=cursor)
    assert rows[index].name == on


@given(NAMES, NAMES, st.data())
def test_the_cursor_is_on_a_row_that_was_there_before_if_one_remains(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(old) - 1))
    index = anchor([Row(name) for name in old], at, [Row(name) for name in new], key, cursor_key=old[at])
    assert new[index] in (old if set(old) & set(new) else new[:1])


@given(st.integers(0, 3_000), st.integers(0, 3_000), st.booleans())
def test_a_row_is_found_wherever_it_went(at: int, to: int, is_replaced: bool) -> None:
    old = [Row(str(number)) for number in range(3_001)]
    moved = old[:at] + old[at + 1 :]
    moved.insert(to, Row(str(at)) if is_replaced else old[at])
    assert anchor(old, at, moved, key, cursor_key=str(at)) == to


@given(st.integers(0, 40), st.integers(1, 20), st.integers(0, 40), st.sets(st.integers(0, 40)))
def test_the_cursor_is_in_sight_and_the_table_scrolls_only_if_it_must(
    cursor: int, height: int, offset: int, skipped: set[int]
) -> None:
    offset = min(offset, max(0, 41 - height))
    wanted = in_sight(cursor, offset, height, 41, lambda index: index not in skipped)
    assert wanted <= cursor < wanted + height
    if not skipped and offset <= cursor < offset + height:
        assert wanted == offset


@given(st.integers(-5, 15), st.sampled_from([-1, 1]), st.sets(st.integers(0, 9)))
def test_the_nearest_row_that_may_have_the_cursor_is_found(
    index: int, direction: int, skipped: set[int]
) -> None:
    place = nearest_allowed(index, direction, 10, lambda row: row not in skipped)
    free = [row for row in range(10) if row not in skipped]
    if not free:
        assert place == -1
        return
    start = min(max(index, 0), 9)
    onward = [row for row in free if (row - start) * direction >= 0]
    assert place == min(onward or free, key=lambda row: abs(row - start))
