"""Rows come and go: the cursor belongs to a key; only the rows in sight, and the first few, are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import pytest

from tests.widgets.tables import MEASURED, Asked, Row, keys_heard, many, rows_of, seen, shown
from tui.ui.widgets.table.table import VirtualTable


async def test_show_keeps_the_key_wherever_its_row_goes() -> None:
    async with shown(rows_of("b", "c", "d")) as (app, pilot, table):
        await pilot.press("down")
        table.show(rows_of("a", "b", "bb", "c", "d"))
        await pilot.pause()
        assert table.cursor_key == "c" and seen(table)[3] == "▸ c"
        table.show(rows_of("d", "c"))
        assert table.cursor_key == "c" and table.cursor_row_value == ("c", "kind")
        assert keys_heard(app) == ["c"], "one message for the press, none for what moved around it"


@pytest.mark.parametrize(
    ("left", "goes_to"),
    [
        ("abcde", "d"),
        ("abc", "c"),
        ("abe", "e"),
        ("abf", "f"),
        ("a", "a"),
        ("be", "e"),
        ("xyz", "x"),
    ],
)
async def test_a_row_that_is_gone_gives_the_cursor_to_the_nearest_that_remains(
    left: str, goes_to: str
) -> None:
    async with shown(rows_of(*"abcdef")) as (app, pilot, table):
        table.move_to("d")
        await pilot.pause()
        app.heard.clear()
        remains = [name for name in left if name != "d" or goes_to == "d"]
        table.show(rows_of(*remains))
        await pilot.pause()
        assert table.cursor_key == goes_to
        assert keys_heard(app) == ([] if goes_to == "d" else [goes_to])


async def test_nearest_is_found_in_a_large_list_that_was_replaced_and_turned_around() -> None:
    rows = many(20_000)
    async with shown(rows) as (_, pilot, table):
        table.move_to("row-000010")
        turned = [(name, "other") for name, _ in reversed(rows)]
        table.show(turned)
        assert table.cursor_key == "row-000010"
        table.show([row for row in turned if row[0] not in ("row-000010", "row-000009")])
        assert table.cursor_key == "row-000011", "9 below it is gone too, 11 is above it"
        await pilot.pause()
        assert "▸ row-000011" in seen(table)


async def test_a_list_that_is_empty_for_a_while_does_not_lose_the_key() -> None:
    async with shown(rows_of("a", "b", "c")) as (app, pilot, table):
        table.move_to("c")
        table.show([])
        assert (table.cursor_key, table.cursor_row_value) == (None, None)
        await pilot.press("down", "enter", "G", "pageup")
        table.show(rows_of("a", "b", "c"))
        await pilot.pause()
        assert table.cursor_key == "c"
        assert keys_heard(app) == ["c", None, "c"]
        assert not app.hear(VirtualTable.Opened)


async def test_an_empty_list_in_between_does_not_lose_a_key_far_down() -> None:
    rows = many(5_000)
    async with shown(rows) as (_, _pilot, table):
        table.move_to("row-004321")
        table.show([])
        table.show(rows[::-1])
        assert table.cursor_key == "row-004321"


async def test_show_clamps_the_scroll() -> None:
    async with shown(many(500)) as (_, pilot, table):
        await pilot.press("G")
        table.show(many(3))
        await pilot.pause()
        assert table.scroll_offset.y == 0
        assert seen(table)[:4] == ["row-000000", "row-000001", "▸ row-000002", ""]


async def test_rows_above_the_cursor_do_not_move_what_is_in_sight() -> None:
    rows = many(500)
    async with shown(rows) as (_, pilot, table):
        table.move_to("row-000100")
        await pilot.press("up", "up", "up")
        await pilot.pause()
        before = seen(table)
        table.show([("new-1", "kind"), ("new-2", "kind"), *rows])
        await pilot.pause()
        assert seen(table) == before


async def test_the_top_of_a_list_stays_in_sight_when_rows_come_there() -> None:
    rows = many(500)
    async with shown(rows) as (_, pilot, table):
        table.show([("new", "kind"), *rows])
        await pilot.pause()
        assert seen(table)[:2] == ["new", "▸ row-000000"]


async def test_a_resize_keeps_the_cursor_in_sight() -> None:
    async with shown(many(100), size=(40, 30)) as (_, pilot, table):
        table.move_to("row-000025")
        await pilot.pause()
        for size in ((40, 10), (40, 4), (24, 6), (40, 2), (40, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "▸ row-000025" in seen(table)


async def test_half_a_million_rows_are_not_looked_at() -> None:
    asked = Asked()
    rows = many(200_000)
    async with shown(rows, asked=asked) as (_, pilot, table):
        assert len(set(asked.cells)) <= MEASURED and asked.keys <= 10
        asked.cells.clear()
        await pilot.press("G")
        await pilot.pause()
        assert set(asked.cells) == {f"row-{number}" for number in range(199_990, 200_000)}
        asked.cells.clear()
        asked.keys = 0
        table.show(rows[1:])
        table.show([("first", "kind"), *rows])
        await pilot.pause()
        in_sight = {f"row-{number}" for number in range(199_989, 200_000)}
        assert len(set(asked.cells) - in_sight) <= MEASURED + 2, "the first rows tell the columns' widths"
        assert asked.keys < 10, "found near where it was"


class Endless(Sequence[Row]):
    """More rows than anybody could go through."""

    def __len__(self) -> int:
        return 10**12

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        assert isinstance(index, int)
        return f"row-{index:06}", "kind"

    def __iter__(self) -> Iterator[Row]:
        raise AssertionError("gone through from the start")


async def test_rows_are_taken_by_their_place_only() -> None:
    async with shown(Endless()) as (_, pilot, table):
        await pilot.press("G")
        await pilot.pause()
        assert table.cursor_key == "row-999999999999"
        table.show(Endless())
        assert table.cursor_key == "row-999999999999"
